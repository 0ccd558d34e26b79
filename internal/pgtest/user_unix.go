//go:build unix

package pgtest

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// unable says why a server cannot run here: it refuses to be root.
func unable() string {
	if os.Getuid() != 0 {
		return ""
	}
	if _, _, err := server(); err != nil {
		return "PostgreSQL does not run as root, and there is no user postgres"
	}
	return ""
}

// server is the user that runs the server when the test is root's.
func server() (uid, gid int, err error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return 0, 0, err
	}
	if uid, err = strconv.Atoi(u.Uid); err == nil {
		gid, err = strconv.Atoi(u.Gid)
	}
	return uid, gid, err
}

// give hands a file to the server's user.
func give(path string) error {
	if os.Getuid() != 0 {
		return nil
	}
	uid, gid, err := server()
	if err != nil {
		return err
	}
	return os.Chown(path, uid, gid)
}

// asServer runs a command as the server's user.
func asServer(cmd *exec.Cmd) {
	if os.Getuid() != 0 {
		return
	}
	if uid, gid, err := server(); err == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
}

// lock waits for a file that another process may hold, and returns what lets it go.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { _ = f.Close() }, nil
}
