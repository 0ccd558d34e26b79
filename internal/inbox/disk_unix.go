//go:build unix

package inbox

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"hbupload/internal/plainfile"
)

// busy asks for the file's lock and gives it back at once. A file system
// without locks says nothing.
func busy(path string) bool {
	f, _, err := plainfile.OpenItself(path)
	if err != nil {
		return errors.Is(err, syscall.ETXTBSY) || errors.Is(err, syscall.EBUSY)
	}
	defer func() { _ = f.Close() }()
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return errors.Is(err, unix.EWOULDBLOCK)
	}
	return unix.Flock(int(f.Fd()), unix.LOCK_UN) != nil
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil // a share that cannot
	}
	return errors.Join(err, f.Close())
}

// crossDevice tells that a rename cannot work between two file systems.
func crossDevice(err error) bool { return errors.Is(err, syscall.EXDEV) }
