package setup

import "hbupload/internal/spec"

// question is one thing that only a person can answer.
type question struct {
	key   string // of the configuration
	label string
	hint  string // shown behind the label
	must  bool   // nothing works without it
}

// The keys that setup treats apart.
const (
	keyAddress  = "platform.base_url"
	keyUser     = "platform.username"
	keyPassword = "platform.password"
	keyFile     = "platform.password_file"
	keyMD5      = "platform.password_md5"
)

// questions are all of them, in the order in which they are asked.
func questions() []question {
	return []question{
		{keyAddress, "平台地址", "从浏览器的地址栏复制即可", true},
		{keyUser, "用户名", "平台分配的", true},
		{keyPassword, "密码", "输入时不显示", true},
		{institutionKey(spec.OhOrgCode), "机构编码", "省平台“系统管理”里的职业健康检查机构编码；导出里已有时直接回车", false},
		{institutionKey(spec.ReportOrgName), "机构名称", "检查单位名称；导出里已有时直接回车", false},
		{institutionKey(spec.PreparerName), "填表人姓名", "导出里已有时直接回车", false},
		{institutionKey(spec.PreparerPhone), "填表人电话", "导出里已有时直接回车", false},
	}
}

func institutionKey(f spec.FieldID) string { return "institution." + f.Key() }

// institutionFields are those of the institution, of which exports may hold values.
func institutionFields() []spec.FieldID {
	return []spec.FieldID{spec.OhOrgCode, spec.ReportOrgName, spec.PreparerName, spec.PreparerPhone}
}
