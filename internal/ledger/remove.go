package ledger

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// removeFolder deletes a folder of plain files. os.RemoveAll needs a way of
// deleting that not every Windows file system has (Wine 8 says "invalid
// function"); one by one always works for files that are closed.
func removeFolder(dir string) error {
	err := os.RemoveAll(dir)
	if err == nil {
		return nil
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		_ = os.Remove(filepath.Join(dir, e.Name()))
	}
	return removeFile(dir)
}

// removeFile deletes a file that may be missing.
func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
