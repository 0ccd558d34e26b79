package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
	"syscall"

	"hbupload/internal/inbox"
)

var errKilled = errors.New("killed")

// flakyDisk lets a test choose what the inbox's file operations meet: no rename
// between folders, a disk that is full, and a death at the N-th operation that
// changes something, after which nothing works any more.
type flakyDisk struct {
	inbox.Disk
	across bool // inbox and done lie on two file systems
	full   bool
	dieAt  int // 0: never

	mu   sync.Mutex
	ops  int
	dead bool
}

// step counts an operation that changes something; after reports whether it
// takes place although the process dies with it.
func (d *flakyDisk) step() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ops++
	if d.dead || (d.dieAt > 0 && d.ops >= d.dieAt) {
		d.dead = true
		return errKilled
	}
	return nil
}

func (d *flakyDisk) died() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead
}

func (d *flakyDisk) MkdirAll(dir string, mode fs.FileMode) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.Disk.MkdirAll(dir, mode)
}

func (d *flakyDisk) RenameNew(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	if d.across && dirOf(from) != dirOf(to) {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: syscall.EXDEV}
	}
	return d.Disk.RenameNew(from, to)
}

func (d *flakyDisk) Replace(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.Disk.Replace(from, to)
}

func (d *flakyDisk) Remove(path string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.Disk.Remove(path)
}

func (d *flakyDisk) SyncDir(dir string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.Disk.SyncDir(dir)
}

func (d *flakyDisk) Create(path string, mode fs.FileMode) (inbox.Writer, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	w, err := d.Disk.Create(path, mode)
	if err != nil {
		return nil, err
	}
	return &flakyWriter{w, d}, nil
}

func (d *flakyDisk) Open(path string) (io.ReadCloser, error) {
	if d.died() {
		return nil, errKilled
	}
	return d.Disk.Open(path)
}

func dirOf(path string) string { return path[:len(path)-len(baseOf(path))] }

func baseOf(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if os.IsPathSeparator(path[i]) {
			return path[i+1:]
		}
	}
	return path
}

// flakyWriter tears a write in two where the process dies in it.
type flakyWriter struct {
	inbox.Writer
	disk *flakyDisk
}

func (w *flakyWriter) Write(p []byte) (int, error) {
	if w.disk.full {
		n, _ := w.Writer.Write(p[:len(p)/2])
		return n, syscall.ENOSPC
	}
	if err := w.disk.step(); err != nil {
		n, _ := w.Writer.Write(p[:len(p)/2])
		return n, err
	}
	return w.Writer.Write(p)
}

func (w *flakyWriter) Sync() error {
	if err := w.disk.step(); err != nil {
		return err
	}
	return w.Writer.Sync()
}
