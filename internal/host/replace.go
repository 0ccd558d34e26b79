// Package host is the machine the program runs on: replacing files, folders that
// only their owner may open. Other rooms ask it instead of the system.
package host

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Unfinished is how a file is called until it is whole; what a killed process
// left under such a name may be removed when it is older than unfinishedAge.
const Unfinished = ".hbupload-*.tmp"

// unfinishedAge is longer than writing any file of ours takes.
const unfinishedAge = time.Hour

// patience is how long a new name is tried for while another program (a virus
// scanner, an open Excel) has the file open, which only Windows forbids.
const patience = 5 * time.Second

// Files replaces files. The zero value uses the system; tests put a system of
// their own in its place.
type Files struct {
	// Rename gives a file a new name and takes that name from another; nil is os.Rename.
	Rename func(from, to string) error
	// Held reports whether an error says that another program has the file open; nil asks the system's codes.
	Held func(error) bool
	// Wait waits between two attempts; nil is the system's timer.
	Wait func(ctx context.Context, d time.Duration) error
}

// Replace gives the file from the name to, which another file may have. While
// another program holds one of the two it is tried again for some seconds.
func (f Files) Replace(ctx context.Context, from, to string) error {
	return f.Retry(ctx, func() error { return f.rename(from, to) })
}

// Retry repeats an operation on a file for some seconds while another program
// has the file open. Every other error is returned at once.
func (f Files) Retry(ctx context.Context, operation func() error) error {
	var waited time.Duration
	for delay := 10 * time.Millisecond; ; delay = min(2*delay, 500*time.Millisecond) {
		err := operation()
		if err == nil || !f.held(err) || waited >= patience {
			return err
		}
		if stopped := f.wait(ctx, delay); stopped != nil {
			return err
		}
		waited += delay
	}
}

// Write replaces path by what fill produces: readers see the old file or the
// whole new one, after a power cut too. The file is 0600. The folder must exist.
func (f Files) Write(ctx context.Context, path string, fill func(io.Writer) error) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), Unfinished) // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tmp.Close()
			_ = os.Remove(tmp.Name())
		}
	}()
	if err := fill(tmp); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := f.Replace(ctx, tmp.Name(), path); err != nil {
		return err
	}
	syncFolder(filepath.Dir(path))
	return nil
}

// WriteBytes is Write for a text that is at hand.
func (f Files) WriteBytes(ctx context.Context, path string, data []byte) error {
	return f.Write(ctx, path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

func (f Files) rename(from, to string) error {
	if f.Rename != nil {
		return f.Rename(from, to)
	}
	return os.Rename(from, to)
}

func (f Files) held(err error) bool {
	if f.Held != nil {
		return f.Held(err)
	}
	return heldOpen(err)
}

func (f Files) wait(ctx context.Context, d time.Duration) error {
	if f.Wait != nil {
		return f.Wait(ctx, d)
	}
	return Pause(ctx, d)
}

// Pause waits, unless the context ends first.
func Pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// syncFolder makes a rename in a folder durable where the system can; Windows
// cannot open a folder for that, and its rename is durable by itself.
func syncFolder(dir string) {
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	_ = d.Sync()
	_ = d.Close()
}

// SweepUnfinished removes what killed processes left of files that were being
// written: they hold what the whole ones would have held. Errors do not matter;
// the next run tries again.
func SweepUnfinished(dir string, now time.Time) { sweepPattern(dir, Unfinished, now) }

// sweepPattern is SweepUnfinished for files of another name.
func sweepPattern(dir, pattern string, now time.Time) {
	left, err := filepath.Glob(filepath.Join(dir, pattern))
	if errors.Is(err, filepath.ErrBadPattern) { // a folder with [ in its name
		return
	}
	for _, path := range left {
		info, err := os.Lstat(path)
		if err == nil && info.Mode().IsRegular() && now.Sub(info.ModTime()) > unfinishedAge {
			_ = os.Remove(path)
		}
	}
}
