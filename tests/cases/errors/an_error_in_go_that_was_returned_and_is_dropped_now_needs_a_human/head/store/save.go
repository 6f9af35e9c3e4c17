package store

import "os"

func save(path string, data []byte) error {
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return nil
	}
	file, _ := os.Open(path)
	file.Sync()
	defer func() { recover() }()
	return file.Close()
}
