package inbox

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"hbupload/internal/host"
	"hbupload/internal/plainfile"
)

// Disk is the seam through which this room touches files, so that a test can
// fail any operation. System is the real one.
type Disk interface {
	ReadDir(dir string) ([]fs.DirEntry, error)
	Stat(path string) (fs.FileInfo, error) // of the file itself, not of what a link points to
	MkdirAll(dir string, mode fs.FileMode) error
	ReadFile(path string) ([]byte, error)
	Open(path string) (io.ReadCloser, error)
	Create(path string, mode fs.FileMode) (Writer, error) // truncates
	Chtimes(path string, from fs.FileInfo) error
	// RenameNew gives a file a new name and fails with fs.ErrExist where that
	// name is taken; Replace takes the name.
	RenameNew(from, to string) error
	Replace(from, to string) error
	Remove(path string) error
	SyncDir(dir string) error
	// Busy reports whether another program has the file open so that we must
	// keep our hands off.
	Busy(path string) bool
}

// Writer is a file being written.
type Writer interface {
	io.WriteCloser
	Sync() error
}

// System is the file system itself.
func System() Disk { return system{} }

// system asks host for every rename, which a virus scanner or an open spreadsheet
// may refuse for a moment.
type system struct{ files host.Files }

func (system) ReadDir(dir string) ([]fs.DirEntry, error)   { return os.ReadDir(dir) }
func (system) Stat(path string) (fs.FileInfo, error)       { return os.Lstat(path) }
func (system) MkdirAll(dir string, mode fs.FileMode) error { return os.MkdirAll(dir, mode) }
func (system) ReadFile(path string) ([]byte, error)        { return os.ReadFile(path) }
func (system) Remove(path string) error                    { return os.Remove(path) }
func (system) Busy(path string) bool                       { return busy(path) }
func (system) SyncDir(dir string) error                    { return syncDir(dir) }

// Open opens a regular file, not what a link points to, and never waits.
func (system) Open(path string) (io.ReadCloser, error) {
	f, _, err := plainfile.OpenItself(path)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (system) Create(path string, mode fs.FileMode) (Writer, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
}

func (system) Chtimes(path string, from fs.FileInfo) error {
	return os.Chtimes(path, from.ModTime(), from.ModTime())
}

func (s system) Replace(from, to string) error {
	return s.files.Replace(context.Background(), from, to)
}

func (s system) RenameNew(from, to string) error {
	return s.files.Retry(context.Background(), func() error { return renameNew(from, to) })
}

// renameChecked looks before it renames, where the system has no rename that
// refuses: who calls holds a lock, so only strangers could come in between.
func renameChecked(from, to string) error {
	switch _, err := os.Lstat(to); {
	case err == nil:
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: fs.ErrExist}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return os.Rename(from, to)
}
