//go:build !unix

package plainfile

import (
	"io/fs"
	"os"
)

// nonBlocking has no counterpart: opening a pipe does not wait here.
const nonBlocking = 0

// openItself looks before it opens: links need rights of their own here.
func openItself(path string) (*os.File, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: ErrIrregular}
	}
	return os.Open(path)
}
