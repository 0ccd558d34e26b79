package config

import "hbupload/internal/wire"

// kind is the form of a key's value.
type kind uint8

const (
	kindText kind = iota
	kindSecret
	kindPath
	kindURL
	kindInt
	kindRate
	kindDuration
	kindPattern
	kindChoice
	kindTexts
	kindInts
	kindWords // people's own names and values
)

// key is one configuration key of help: 约定 5.2: the single table behind defaults,
// environment, checks, `config init` and `config show`.
type key struct {
	path    string
	kind    kind
	def     string
	choices []string
	help    string
}

func keys() []key {
	var all []key
	for _, group := range [][]key{platformKeys(), institutionKeys(), deliveryKeys(), specKeys(), houseKeys()} {
		all = append(all, group...)
	}
	return all
}

func platformKeys() []key {
	return []key{
		{path: "platform.base_url", kind: kindURL, help: "平台地址，必填，例如 http://平台地址:端口；没有默认值"},
		{path: "platform.org_name", def: DefaultOrgName, help: "登录用的组织名称，规范规定不可修改"},
		{path: "platform.username", help: "平台分配的用户名"},
		{path: "platform.password", kind: kindSecret, help: "平台分配的密码（明文）；建议改用 hbupload login --save（系统密钥环）、password_file 或环境变量 HBUPLOAD_PLATFORM_PASSWORD"},
		{path: "platform.password_file", kind: kindPath, help: "存放密码的文件，权限须为 0600"},
		{path: "platform.password_md5", kind: kindSecret, help: "密码的 MD5（32 位小写十六进制），与 password 二选一"},
		{path: "platform.request_encoding", kind: kindChoice, choices: []string{"form", "json"}, def: "form", help: "登录、下载请求的编码"},
		{path: "platform.login_extra", kind: kindWords, help: "登录时另加的参数，例如 {login: \"1\"}"},
		{path: "platform.download", kind: kindChoice, choices: []string{"auto", "form", "json", "get"}, def: "auto", help: "下载字典的请求形式：auto 依次试表单、JSON、GET，并记住能用的"},
		{path: "platform.auth_prefix", help: "Authorization 头中 token 之前的文字，默认没有"},
		{path: "platform.duplicate_pattern", kind: kindPattern, def: wire.DefaultDuplicate, help: "平台说“已存在”的措辞（正则，不分大小写）"},
		{path: "platform.busy_pattern", kind: kindPattern, def: wire.DefaultBusy, help: "平台要求稍后再传的措辞（正则，不分大小写）"},
		{path: "platform.token_error_pattern", kind: kindPattern, def: wire.DefaultTokenError, help: "平台说 token 失效的措辞（正则，不分大小写）"},
		{path: "platform.echo", kind: kindChoice, choices: []string{"compare", "ignore"}, def: "compare", help: "是否核对平台回传的数据"},
		{path: "platform.token_ttl", kind: kindDuration, def: "2h", help: "token 有效期"},
		{path: "platform.refresh_before", kind: kindDuration, def: "10m", help: "失效前多久刷新 token"},
		{path: "platform.timeout", kind: kindDuration, def: "30s", help: "每个请求的时限"},
		{path: "platform.proxy", kind: kindURL, help: "HTTP 代理；空则按环境变量 HTTP_PROXY、HTTPS_PROXY、NO_PROXY（没有就直接连接）"},
		{path: "platform.ca_file", kind: kindPath, help: "私有证书机构的证书文件（PEM）"},
		{path: "platform.paths.login", def: "/system/jwtlogin", help: "登录接口路径"},
		{path: "platform.paths.refresh", def: "/system/refreshToken", help: "刷新 token 接口路径"},
		{path: "platform.paths.download", def: "/maincheck/cdcUploadReport/download", help: "下载数据接口路径"},
		{path: "platform.paths.upload", def: "/maincheck/cdcUploadReport/uploadReport", help: "上传数据接口路径"},
	}
}

func institutionKeys() []key {
	return []key{
		{path: "institution.ohOrgCode", help: "职业健康检查机构编码（省平台“系统管理”可查）"},
		{path: "institution.reportOrgName", help: "检查单位名称（省平台“系统管理”可查）"},
		{path: "institution.preparerName", help: "填表人姓名"},
		{path: "institution.preparerPhone", help: "填表人电话"},
	}
}

func deliveryKeys() []key {
	return []key{
		{path: "upload.concurrency", kind: kindInt, def: "4", help: "同时上传的请求数"},
		{path: "upload.rate", kind: kindRate, def: "0", help: "每秒请求数上限，0 为不限"},
		{path: "upload.retries", kind: kindInt, def: "5", help: "确定未被处理的请求最多重试几次"},
		{path: "upload.in_doubt", kind: kindChoice, choices: []string{"hold", "resend"}, def: "hold", help: "结果不明的记录：hold 保留待人核实，resend 再次上传"},
		{path: "upload.retry_status", kind: kindInts, help: "声明为“未被处理”的 HTTP 状态码，例如 [500]"},
		{path: "upload.max_rejections", kind: kindInt, def: "20", help: "连续被拒多少条后停止"},
		{path: "upload.max_failures", kind: kindInt, def: "10", help: "连续多少条未送达或结果不明后停止"},
		{path: "wire.base64", kind: kindChoice, choices: []string{"values", "document", "none"}, def: "values", help: "Base64 的范围"},
		{path: "wire.empty", kind: kindChoice, choices: []string{"keep", "omit"}, def: "keep", help: "空的可选项：keep 写成空字符串，omit 不写"},
		{path: "wire.list_separator", def: ",", help: "多个名称、代码之间的分隔符"},
		{path: "wire.occu_disease", kind: kindChoice, choices: []string{"auto", "omit"}, def: "auto", help: "是否上传 ohOccuDisease"},
	}
}

func specKeys() []key {
	all := []key{}
	for _, c := range []struct{ name, word string }{
		{"prejob", "上岗前"}, {"suspected", "疑似职业病"}, {"contraindication", "职业禁忌证"}, {"other_abnormal", "其他疾病或异常"}, {"active", "主动监测"},
	} {
		all = append(all, key{path: "spec.codes." + c.name, kind: kindTexts, help: "哪些代码表示“" + c.word + "”；空则按字典名称查找"})
	}
	for _, c := range []struct{ name, word string }{
		{"dust_codes", "粉尘类危害因素"}, {"other_codes", "“其他”类危害因素"}, {"symbol_codes", "须填符号代码的项目"},
		{"radiograph_items", "胸片类项目"}, {"numeric_items", "数值型项目"},
	} {
		all = append(all, key{path: "spec." + c.name + ".add", kind: kindTexts, help: "补充" + c.word + "代码"},
			key{path: "spec." + c.name + ".remove", kind: kindTexts, help: "去掉" + c.word + "代码"})
	}
	return append(all,
		key{path: "spec.urine_classes", kind: kindTexts, help: "除“尿常规”外，还有哪些项目分类名称算尿常规，例如 [尿液分析]"},
		key{path: "spec.items_file", kind: kindPath, help: "本机构的项目表（项目代码、下限、上限、单位、是否数值），CSV 或 xlsx"})
}

func houseKeys() []key {
	return []key{
		{path: "sense.enabled", kind: kindChoice, choices: []string{"on", "off"}, def: "on", help: "常理检查（只提醒）；也可写成 sense: off"},
		{path: "sense.deadline", kind: kindInt, def: "0", help: "体检后多少天内应出具报告，超过的提醒；0 为不查"},
		{path: "sense.catalogue", kind: kindPath, help: "自己的常理目录（CSV）；空则用配置文件旁边的 常理目录.csv，没有时用内置的"},
		{path: "dict.max_age", kind: kindDuration, def: "0", help: "字典超过多久后，sync 先重新下载；0 为不自动下载"},
		{path: "sync.inbox", kind: kindPath, help: "sync 读取文件的文件夹，可以是网络共享"},
		{path: "sync.done", kind: kindPath, help: "全部成功的文件移到这里（按年-月分）；空则为 inbox 下的 done"},
		{path: "sync.failed", kind: kindPath, help: "有问题的文件连同报告移到这里（按年-月分）；空则为 inbox 下的 failed"},
		{path: "sync.pattern", help: "文件名样式，例如 *.xlsx，多个用逗号分开；空则为全部可读的格式"},
		{path: "sync.settle", kind: kindDuration, def: "30s", help: "文件大小与时间多久不变才读取"},
		{path: "sync.on_finish", help: "每次 sync 结束后执行的命令，标准输入是各项数目的 JSON，最多 60 秒"},
		{path: "sync.report_group", help: "可读 sync 报告的系统用户组（Linux、macOS），报告权限为 0640"},
		{path: "data_dir", kind: kindPath, help: "数据文件夹（台账、字典、token）；空则用系统默认位置"},
		{path: "ledger", kind: kindSecret, help: "几台电脑共用的台账：postgres://用户名@主机:5432/数据库名（PostgreSQL）；空则用数据文件夹里的台账。密码请放在 ~/.pgpass 或环境变量 HBUPLOAD_LEDGER"},
		{path: "ledger_key_file", kind: kindPath, help: "共用台账的密钥文件（权限 0600），各台电脑相同，由 hbupload ledger init 建立一次"},
		{path: "ledger_dead_after", kind: kindDuration, def: "10m", help: "共用台账的电脑失去联系多久后，它正在上传的记录由别的电脑列为结果不明"},
	}
}

// maps are the keys whose own keys are people's words.
func maps() []string { return []string{"rules", "aliases", "profiles"} }

// DefaultOrgName is the login's orgName, "不可修改" (2.1).
const DefaultOrgName = "河北省疾控中心"

// DefaultPaths are the paths of the document's chapter 2.
func DefaultPaths() Paths {
	def := map[string]string{}
	for _, k := range platformKeys() {
		def[k.path] = k.def
	}
	return Paths{Login: def["platform.paths.login"], Refresh: def["platform.paths.refresh"],
		Download: def["platform.paths.download"], Upload: def["platform.paths.upload"]}
}
