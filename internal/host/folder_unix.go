//go:build unix

package host

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// OwnFolder reports whether a folder that exists can be trusted with what only
// its owner may read: in a place where others may make folders it must be ours
// or the administrator's, and no link. A folder that does not exist is fine.
func OwnFolder(dir string) (bool, error) {
	info, err := os.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	parent := filepath.Dir(dir)
	if !othersMayWrite(parent) {
		return true, nil
	}
	if !info.IsDir() {
		return false, nil
	}
	return ours(info) || !keepsOwners(parent), nil
}

// othersMayWrite reports whether a folder lets others than its owner, or an
// owner that we are not, put something into it.
func othersMayWrite(dir string) bool {
	info, err := os.Stat(dir)
	return err != nil || info.Mode().Perm()&0o022 != 0 || !ours(info)
}

// ours reports whether a file belongs to us or to the administrator.
func ours(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && (int(st.Uid) == os.Geteuid() || st.Uid == 0)
}

// keepsOwners reports whether what we make in a folder is shown as ours. A
// network share may show everything as one user's.
func keepsOwners(dir string) bool {
	probe, err := os.MkdirTemp(dir, ".hbupload-*.tmp")
	if err != nil {
		return true
	}
	defer func() { _ = os.Remove(probe) }()
	info, err := os.Lstat(probe)
	return err != nil || ours(info)
}

// errNotOurs is a file that is not the one we wrote.
var errNotOurs = errors.New("not a file of ours")

// ShareFile lets a group read a file of ours, and enter the two folders above
// it unless others may enter them already. Every step is opened without
// following a link and changed by its descriptor, so that nobody can have the
// rights of another file changed.
func ShareFile(path string, gid int) error {
	month := filepath.Dir(path)
	top := filepath.Dir(month)
	flags := unix.O_RDONLY | unix.O_DIRECTORY | unix.O_CLOEXEC
	if othersMayWrite(filepath.Dir(top)) {
		flags |= unix.O_NOFOLLOW
	}
	topFD, err := unix.Open(top, flags, 0)
	if err != nil {
		return &fs.PathError{Op: "open", Path: top, Err: err}
	}
	defer func() { _ = unix.Close(topFD) }()
	monthFD, err := unix.Openat(topFD, filepath.Base(month), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return &fs.PathError{Op: "open", Path: month, Err: err}
	}
	defer func() { _ = unix.Close(monthFD) }()
	fileFD, err := unix.Openat(monthFD, filepath.Base(path), unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer func() { _ = unix.Close(fileFD) }()
	if err := shareOpened(fileFD, gid); err != nil {
		return &fs.PathError{Op: "share", Path: path, Err: err}
	}
	return errors.Join(enterOpened(monthFD, gid), enterOpened(topFD, gid))
}

// shareOpened gives a file that we wrote, and that has no other name, to a group.
func shareOpened(fd, gid int) error {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG || int(st.Uid) != os.Geteuid() || st.Nlink != 1 {
		return errNotOurs
	}
	if err := unix.Fchown(fd, -1, gid); err != nil {
		return err
	}
	return unix.Fchmod(fd, 0o640)
}

// enterOpened lets a group enter a folder of ours that nobody else may enter. One
// that others may enter was opened by a person.
func enterOpened(fd, gid int) error {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return err
	}
	if int(st.Uid) != os.Geteuid() || st.Mode&0o027 != 0 {
		return nil
	}
	if err := unix.Fchown(fd, -1, gid); err != nil {
		return err
	}
	return unix.Fchmod(fd, 0o750)
}
