//go:build unix

package night

import (
	"os/user"
	"strconv"

	"hbupload/internal/host"
	"hbupload/internal/run"
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
	for _, path := range reports {
		if err := host.ShareFile(path, gid); err != nil {
			rd.note("警告：不能把报告交给用户组 %s：%s；本账号须是该组成员", group, run.SafeError(err))
			return
		}
	}
}
