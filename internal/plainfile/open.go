// Package plainfile opens files that other people may have put, or replaced,
// where they lie: only regular ones, and never by waiting.
package plainfile

import (
	"errors"
	"io/fs"
	"os"
)

// ErrIrregular is a path that names a pipe, a device, a folder or, for
// OpenItself, a link.
var ErrIrregular = errors.New("not a regular file")

// Open opens a regular file for reading; a link counts as what it leads to. A
// path that became a pipe after its caller had looked at it cannot make the
// caller wait: it is opened without blocking and looked at again by its
// descriptor.
func Open(path string) (*os.File, fs.FileInfo, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonBlocking, 0)
	return regular(path, f, err)
}

// OpenItself is Open for a path that must not be a link.
func OpenItself(path string) (*os.File, fs.FileInfo, error) {
	f, err := openItself(path)
	return regular(path, f, err)
}

// regular passes on what was opened if it is a regular file.
func regular(path string, f *os.File, err error) (*os.File, fs.FileInfo, error) {
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: ErrIrregular}
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, info, nil
}
