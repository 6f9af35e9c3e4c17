package store

import "os"

func save(path string, data []byte) error {
	err := os.WriteFile(path, data, 0o600)
	if err != nil {
		return err
	}
	if err := note(path); err != nil {
		return err
	}
	return nil
}

func note(path string) error { return nil }
