package inbox

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

var errFault = errors.New("fault")

// faulty fails the N-th operation, and all after it where the process is dead.
type faulty struct {
	Disk
	across bool
	lies   bool // what is written is not what was to be written
	at     int  // 0: none
	dead   bool
	n      int
	hit    bool

	// swap is called when a file is about to get another name: the moment at
	// which somebody else may put another file in its place.
	swap func(from string)
}

func (d *faulty) step() error {
	d.n++
	if d.at > 0 && (d.n == d.at || d.dead && d.n > d.at) {
		d.hit = true
		return errFault
	}
	return nil
}

func (d *faulty) Stat(path string) (fs.FileInfo, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	return d.Disk.Stat(path)
}

func (d *faulty) MkdirAll(dir string, mode fs.FileMode) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.Disk.MkdirAll(dir, mode)
}

func (d *faulty) ReadFile(path string) ([]byte, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	return d.Disk.ReadFile(path)
}

func (d *faulty) Open(path string) (io.ReadCloser, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	return d.Disk.Open(path)
}

func (d *faulty) RenameNew(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	if d.across && filepath.Dir(from) != filepath.Dir(to) {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: syscall.EXDEV}
	}
	if d.swap != nil {
		d.swap(from)
	}
	return d.Disk.RenameNew(from, to)
}

func (d *faulty) Replace(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.Disk.Replace(from, to)
}

func (d *faulty) Remove(path string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.Disk.Remove(path)
}

func (d *faulty) SyncDir(dir string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.Disk.SyncDir(dir)
}

func (d *faulty) Create(path string, mode fs.FileMode) (Writer, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	w, err := d.Disk.Create(path, mode)
	if err != nil {
		return nil, err
	}
	return &faultyWriter{w, d}, nil
}

// faultyWriter tears the write that fails.
type faultyWriter struct {
	Writer
	disk *faulty
}

func (w *faultyWriter) Write(p []byte) (int, error) {
	if err := w.disk.step(); err != nil {
		n, _ := w.Writer.Write(p[:len(p)/2])
		return n, err
	}
	if w.disk.lies && len(p) > 0 {
		p = append([]byte{p[0] ^ 1}, p[1:]...)
	}
	return w.Writer.Write(p)
}

func (w *faultyWriter) Sync() error {
	if err := w.disk.step(); err != nil {
		return err
	}
	return w.Writer.Sync()
}
