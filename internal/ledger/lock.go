package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"hbupload/internal/fault"
)

// Holder says who holds the run lock.
type Holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	User    string    `json:"user"`
	Command string    `json:"command"`
	Started time.Time `json:"started"`
}

// RunLock is the right to push with this ledger; the system releases it when
// the process dies.
type RunLock struct {
	lock *flock.Flock
	info string
}

// lockPatience bounds the wait for a reader that looks at the lock for an instant.
const lockPatience = 300 * time.Millisecond

func (l *Ledger) lockPath() string { return filepath.Join(filepath.Dir(l.opt.Path), LockName) }

func infoPath(lock string) string { return lock + ".json" }

// Lock takes the run lock, or fails with kind locked and who holds it. Release it
// with Unlock.
func (l *Ledger) Lock(ctx context.Context, who Holder) (*RunLock, error) {
	path := l.lockPath()
	fl := flock.New(path, flock.SetPermissions(0o600))
	wait, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	ok, err := fl.TryLockContext(wait, 20*time.Millisecond)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded), err == nil && !ok:
		return nil, lockedError(path)
	case err != nil:
		return nil, fail(fault.Config, err, "无法建立上传锁 "+path+"。", "检查数据文件夹的权限。")
	}
	if who.Started.IsZero() {
		who.Started = l.opt.Now()
	}
	if err := writeInfo(l.opt.files(), infoPath(path), who); err != nil {
		return nil, errors.Join(fail(fault.Config, err, "无法写入上传锁的说明 "+infoPath(path)+"。", "检查数据文件夹的权限和磁盘空间。"), fl.Unlock())
	}
	return &RunLock{lock: fl, info: infoPath(path)}, nil
}

// Unlock releases the lock.
func (k *RunLock) Unlock() error {
	err := os.Remove(k.info)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, k.lock.Unlock())
}

// lockedError words who holds the lock; the info may be missing or stale.
func lockedError(path string) error {
	msg := "另一次上传正在进行"
	if h, ok := readInfo(infoPath(path)); ok {
		msg += fmt.Sprintf("（进程 %d，电脑 %s，%s 开始）", h.PID, h.Host, h.Started.Local().Format("2006-01-02 15:04:05"))
	}
	return fail(fault.Locked, nil, msg+"。", "等它结束后再试；用 hbupload status 查看进度。")
}

// Running reports whether a run holds the lock now, and who. It changes nothing;
// info left by a killed run is recognised as stale, because its lock is gone.
func (l *Ledger) Running() (Holder, bool) {
	path := l.lockPath()
	if _, err := os.Stat(path); err != nil {
		return Holder{}, false
	}
	fl := flock.New(path, flock.SetFlag(os.O_RDONLY))
	ok, err := fl.TryRLock()
	if ok {
		_ = fl.Unlock()
	}
	if ok || err != nil {
		return Holder{}, false
	}
	h, _ := readInfo(infoPath(path))
	return h, true
}

func writeInfo(d disk, path string, h Holder) error {
	data, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return writeAtomic(d, path, data)
}

func readInfo(path string) (Holder, bool) {
	var h Holder
	data, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(data, &h) != nil {
		return Holder{}, false
	}
	return h, true
}
