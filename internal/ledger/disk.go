package ledger

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"hbupload/internal/host"
)

// disk is what the ledger does to its own files (SQLite has its own ways). The
// tests put a disk in its place that fails at the N-th operation.
type disk interface {
	// Create makes a new 0600 file; it must not exist.
	Create(path string) (file, error)
	// CreateTemp makes a new 0600 file with a free name in dir.
	CreateTemp(dir, pattern string) (file, error)
	// Append opens a file for writing at its end, and makes it 0600 when it is
	// missing.
	Append(path string) (file, error)
	Link(from, to string) error
	Rename(from, to string) error
	Remove(path string) error
	// SyncDir makes links and renames in a folder durable.
	SyncDir(dir string) error
}

// file is an open file of a disk.
type file interface {
	io.Writer
	Name() string
	Sync() error
	Close() error
}

// osDisk is the real one.
type osDisk struct{}

var _ disk = osDisk{}

func (osDisk) Create(path string) (file, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}
func (osDisk) Append(path string) (file, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
}
func (osDisk) CreateTemp(dir, pattern string) (file, error) { return os.CreateTemp(dir, pattern) }
func (osDisk) Link(from, to string) error                   { return os.Link(from, to) }
func (osDisk) Remove(path string) error                     { return os.Remove(path) }
func (osDisk) SyncDir(dir string) error                     { return syncDir(dir) }

func (osDisk) Rename(from, to string) error {
	return host.Files{}.Replace(context.Background(), from, to)
}

// writeTemp writes and syncs a temporary 0600 file in dir and returns its path.
func writeTemp(d disk, dir, pattern string, data []byte) (string, error) {
	f, err := d.CreateTemp(dir, pattern)
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, d.Remove(f.Name()))
	}
	return f.Name(), nil
}

// writeAtomic replaces a file: temporary file, sync, rename, 0600.
func writeAtomic(d disk, path string, data []byte) error {
	temp, err := writeTemp(d, filepath.Dir(path), "."+filepath.Base(path)+"-*", data)
	if err != nil {
		return err
	}
	if err := d.Rename(temp, path); err != nil {
		return errors.Join(err, d.Remove(temp))
	}
	return d.SyncDir(filepath.Dir(path))
}
