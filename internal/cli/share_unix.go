//go:build unix

package cli

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
)

// share lets sync.report_group read reports: 0640, and the folders 0750.
func (st *station) share(rd *round, reports []string) {
	group := st.cfg.Sync.ReportGroup
	if group == "" || len(reports) == 0 {
		return
	}
	g, err := user.LookupGroup(group)
	if err != nil {
		rd.note("警告：没有用户组 %s（sync.report_group），报告仍只有本人可读", group)
		return
	}
	gid, err := strconv.Atoi(g.Gid)
	if err != nil {
		return
	}
	give := func(path string, mode os.FileMode) error {
		if err := os.Chown(path, -1, gid); err != nil {
			return err
		}
		return os.Chmod(path, mode)
	}
	for _, path := range reports {
		month := filepath.Dir(path)
		err := give(path, 0o640)
		for _, dir := range []string{month, filepath.Dir(month)} {
			// A folder that others may enter already was opened by a person.
			if info, statErr := os.Stat(dir); statErr == nil && info.Mode().Perm()&0o027 == 0 && err == nil {
				err = give(dir, 0o750)
			}
		}
		if err != nil {
			rd.note("警告：不能把报告交给用户组 %s：%s；本账号须是该组成员", group, safeError(err))
			return
		}
	}
}
