package night

// share cannot hand a report to a group here: the folder's own permissions say
// who may read.
func (st *station) share(rd *round, reports []string) {
	if st.cfg.Sync.ReportGroup != "" && len(reports) > 0 {
		rd.note("警告：Windows 上 sync.report_group 不起作用，请在 failed 文件夹的“安全”属性里设置权限")
	}
}
