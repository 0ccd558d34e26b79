package night

import (
	"path/filepath"
	"strings"

	"hbupload/internal/fault"
	"hbupload/internal/host"
)

// trust refuses folders below the inbox that somebody else made, or that are
// links, where others may write: what is written there would be theirs to read
// or to direct elsewhere.
func (st *station) trust() error {
	for key, dir := range map[string]string{"sync.done": st.cfg.Sync.Done, "sync.failed": st.cfg.Sync.Failed} {
		if below(dir, st.cfg.Sync.Inbox) {
			if err := trusted(key, dir); err != nil {
				return err
			}
		}
		if err := trusted(key, st.month(dir)); err != nil {
			return err
		}
	}
	return nil
}

func trusted(key, dir string) error {
	ok, err := host.OwnFolder(dir)
	if err == nil && ok {
		return nil
	}
	return fault.New(fault.Config, "这个文件夹不是本账号建立的，或者是一个链接，而它所在的文件夹别人也能写入；报告含个人信息，没有放进去，什么也没有上传").At(dir).
		Next("请删去或改名它，让 sync 自己建立；或者把 " + key + " 设到只有本账号能写的地方").By(err)
}

// below reports whether a path lies in a folder.
func below(path, dir string) bool {
	rel, err := filepath.Rel(filepath.Clean(dir), filepath.Clean(path))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) && !filepath.IsAbs(rel)
}

// make makes a folder for reports and moved files, and trusts no other's.
func (st *station) make(dir string) error {
	if err := st.mover.Disk.MkdirAll(dir, st.mover.DirMode); err != nil {
		return err
	}
	return st.trust()
}
