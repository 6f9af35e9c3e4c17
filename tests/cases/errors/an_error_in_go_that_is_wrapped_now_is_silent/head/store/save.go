package store

import (
	"fmt"
	"os"
)

func save(path string, data []byte) error {
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return fmt.Errorf("save %s: %w", path, err)
	}
	note(path)
	_, _ = fmt.Println("saved")
	return nil
}

// What it notes cannot fail any more.
func note(path string) { noted = append(noted, path) }
