package cli

import (
	"io/fs"
	"os"
	"path/filepath"
)

// removeTree deletes a throw-away folder of ours. os.RemoveAll needs a way of
// deleting that not every Windows file system has (Wine 8 and some shares say
// "invalid function"); one by one always works for files that are closed.
func removeTree(dir string) error {
	err := os.RemoveAll(dir)
	if err == nil {
		return nil
	}
	var folders []string
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
		case d.IsDir():
			folders = append(folders, path)
		default:
			_ = os.Remove(path)
		}
		return nil
	})
	for i := len(folders) - 1; i >= 0; i-- {
		err = os.Remove(folders[i])
	}
	return err
}
