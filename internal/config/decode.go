package config

import (
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	"unicode"

	yaml "go.yaml.in/yaml/v3"

	"hbupload/internal/host"
	"hbupload/internal/pattern"
)

// decode turns the layered values into the typed configuration. The first
// value that does not fit is an error naming where it stands.
func (l *loader) decode() (*Config, error) {
	r := &reader{loader: l, shown: map[string]string{}}
	c := &Config{File: l.path, Profile: l.req.Profile, origins: l.origins, shown: r.shown}
	c.Platform = r.platform()
	c.Institution = map[string]string{}
	for _, k := range institutionKeys() {
		c.Institution[strings.TrimPrefix(k.path, "institution.")] = strings.TrimSpace(r.text(k.path))
	}
	c.Upload = Upload{Concurrency: r.number("upload.concurrency", 1, 512), Rate: r.rate("upload.rate"), Retries: r.number("upload.retries", 0, 100),
		InDoubt: r.choice("upload.in_doubt"), RetryStatus: r.statuses("upload.retry_status"),
		MaxRejections: r.number("upload.max_rejections", 0, 1<<30), MaxFailures: r.number("upload.max_failures", 0, 1<<30)}
	c.Wire = Wire{Base64: r.choice("wire.base64"), Empty: r.choice("wire.empty"), ListSeparator: r.text("wire.list_separator"), OccuDisease: r.choice("wire.occu_disease")}
	c.Spec = r.spec()
	c.Sense = Sense{Off: r.choice("sense.enabled") == "off", Deadline: r.number("sense.deadline", 0, 3650), Catalogue: r.path("sense.catalogue")}
	c.DictMaxAge = r.duration("dict.max_age")
	c.Sync = Sync{Inbox: r.path("sync.inbox"), Done: r.path("sync.done"), Failed: r.path("sync.failed"), Pattern: r.text("sync.pattern"),
		OnFinish: r.text("sync.on_finish"), ReportGroup: r.text("sync.report_group"), Settle: r.duration("sync.settle")}
	c.DataDir = r.dataDir()
	c.Ledger = r.ledger(c.Platform.Timeout)
	c.Rules = r.words("rules")
	c.Aliases = r.aliases()
	c.Warnings = l.warn
	if r.err != nil {
		return nil, r.err
	}
	return c, nil
}

// maxDays keeps days within what a duration holds.
const maxDays = 100_000

func (r *reader) platform() Platform {
	p := Platform{BaseURL: r.platformURL(), LoginExtra: r.loginExtra(), Download: r.choice("platform.download"), BusyPattern: r.pattern("platform.busy_pattern"), OrgName: r.text("platform.org_name"), Username: strings.TrimSpace(r.text("platform.username")),
		Password: Secret(r.text("platform.password")), PasswordMD5: Secret(strings.TrimSpace(r.text("platform.password_md5"))),
		RequestEncoding: r.choice("platform.request_encoding"), AuthPrefix: r.text("platform.auth_prefix"),
		DuplicatePattern: r.pattern("platform.duplicate_pattern"), TokenPattern: r.pattern("platform.token_error_pattern"),
		Echo: r.choice("platform.echo"), TokenTTL: r.duration("platform.token_ttl"), RefreshBefore: r.duration("platform.refresh_before"),
		Timeout: r.duration("platform.timeout"), Proxy: r.url("platform.proxy"), CAFile: r.path("platform.ca_file"),
		Paths: Paths{Login: r.text("platform.paths.login"), Refresh: r.text("platform.paths.refresh"),
			Download: r.text("platform.paths.download"), Upload: r.text("platform.paths.upload")}}
	r.shown["platform.password"] = p.Password.String()
	r.shown["platform.password_md5"] = p.PasswordMD5.String()
	if strings.ContainsFunc(p.AuthPrefix, unicode.IsControl) { // it goes into a header
		r.fail("platform.auth_prefix", "不能含有换行等控制字符", `例如 "Bearer "`)
	}
	if p.Timeout == 0 {
		r.fail("platform.timeout", "不能为 0", "例如 30s")
	}
	if p.TokenTTL == 0 || p.RefreshBefore >= p.TokenTTL {
		r.fail("platform.refresh_before", "应小于 platform.token_ttl", "例如 token_ttl: 2h，refresh_before: 10m")
	}
	r.password(&p)
	return p
}

var reMD5 = pattern.New(`^[0-9a-f]{32}$`)

// password settles which of the three ways gives it: the clear password wins
// over its file, and password_md5 stands alone.
func (r *reader) password(p *Platform) {
	file := r.path("platform.password_file")
	p.PasswordFile = file
	if p.PasswordMD5 != "" {
		p.PasswordKey = "platform.password_md5"
		if p.Password != "" || file != "" {
			r.fail("platform.password_md5", "与 password、password_file 只能填一个", "请删去多余的")
		}
		if !reMD5.MatchString(p.PasswordMD5.Reveal()) {
			r.fail("platform.password_md5", "应是 32 位小写十六进制", "如填的是明文密码，请改用 password 或 password_file")
		}
		return
	}
	p.PasswordKey = "platform.password"
	if p.Password != "" || file == "" {
		p.PasswordNote = oddPassword(p.Password.Reveal(), p.PasswordKey)
		return
	}
	p.PasswordKey = "platform.password_file"
	info, err := os.Stat(file)
	switch {
	case err != nil:
		r.fail("platform.password_file", "指向的文件无法读取："+file, "请检查路径和权限")
		return
	case !info.Mode().IsRegular() || info.Size() > 4096:
		r.fail("platform.password_file", "指向的不是密码文件："+file, "文件里应只有一行密码")
		return
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		r.fail("platform.password_file", "其他用户可以读取 "+file, "请执行 chmod 600 "+host.ShellQuote(file))
		return
	}
	data, err := os.ReadFile(file)
	if err != nil {
		r.fail("platform.password_file", "无法读取 "+file, "请检查权限")
		return
	}
	text, note, ok := passwordText(data)
	if !ok {
		r.fail("platform.password_file", "里应只有一行密码："+file, "请用记事本另存为 UTF-8，只留一行")
	}
	p.Password = Secret(text)
	p.PasswordNote = note
}

func (r *reader) spec() Spec {
	s := Spec{Codes: map[string][]string{}, UrineClasses: r.texts("spec.urine_classes"), ItemsFile: r.path("spec.items_file")}
	for _, name := range []string{"prejob", "suspected", "contraindication", "other_abnormal", "active"} {
		s.Codes[name] = r.texts("spec.codes." + name)
	}
	pair := func(name string) AddRemove {
		return AddRemove{Add: r.texts("spec." + name + ".add"), Remove: r.texts("spec." + name + ".remove")}
	}
	s.Dust = pair("dust_codes")
	s.Other = pair("other_codes")
	s.Symbol = pair("symbol_codes")
	s.Radiograph = pair("radiograph_items")
	s.Numeric = pair("numeric_items")
	return s
}

// dataDir is the profile's own folder of the ledger, dictionaries and token.
func (r *reader) dataDir() string {
	dir := r.path("data_dir")
	if dir == "" {
		dir = r.req.DataDir
		r.shown["data_dir"] = dir
	}
	if r.req.Profile != "" && dir != "" {
		dir = filepath.Join(dir, r.req.Profile)
	}
	if dir == "" {
		r.fail("data_dir", "没有数据文件夹", "请用 --data-dir 或 data_dir 指定一个")
		return ""
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	return abs
}

// ledger is where several machines keep one ledger.
func (r *reader) ledger(timeout time.Duration) Ledger {
	l := Ledger{URL: Secret(strings.TrimSpace(r.text("ledger"))), KeyFile: r.path("ledger_key_file"), DeadAfter: r.duration("ledger_dead_after")}
	r.shown["ledger"] = ""
	if l.URL == "" {
		if l.KeyFile != "" {
			r.fail("ledger_key_file", "只与 ledger 一起使用", "请填写 ledger，或删去这一项")
		}
		return l
	}
	u, err := url.Parse(l.URL.Reveal())
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") || u.Host == "" && u.Query().Get("host") == "" || strings.Trim(u.Path, "/") == "" {
		r.fail("ledger", "应是 PostgreSQL 的地址", "例如 postgres://用户名@主机:5432/数据库名")
		return l
	}
	r.shown["ledger"] = shownAddress(u)
	if l.KeyFile == "" {
		r.fail("ledger", "还需要 ledger_key_file", "各台电脑用同一个密钥文件：由 hbupload ledger init 建立一次，再复制到其他电脑")
	}
	if l.DeadAfter < minDeadAfter {
		r.fail("ledger_dead_after", "太短", "至少 1m，例如 10m")
	} else if l.DeadAfter < 2*timeout { // a request may be on its way for as long
		r.fail("ledger_dead_after", "太短：一次请求就可能用去 platform.timeout", "至少为 platform.timeout 的两倍，例如 10m")
	}
	return l
}

// minDeadAfter leaves a machine time for a slow database.
const minDeadAfter = time.Minute

// words reads a map of people's own words from the file and the profile, the
// profile's last.
func (r *reader) words(name string) map[string]string {
	out := map[string]string{}
	for _, n := range []*yaml.Node{child(r.root, name), child(r.profile, name)} {
		r.flatten(n, name, "", out)
	}
	return out
}

// flatten accepts both `required.empPhone: off` and a nested mapping.
func (r *reader) flatten(n *yaml.Node, name, prefix string, out map[string]string) {
	if n == nil {
		return
	}
	if n.Kind != yaml.MappingNode {
		if n.Tag != "!!null" && r.err == nil {
			r.err = fail(r.at(n), name+" 下应是“键: 值”", "")
		}
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		v := n.Content[i+1]
		if v.Kind == yaml.ScalarNode {
			out[prefix+k.Value] = scalarWord(v)
			continue
		}
		r.flatten(v, name, prefix+k.Value+".", out)
	}
}

// scalarWord undoes YAML 1.1's reading of a bare off.
func scalarWord(v *yaml.Node) string {
	if v.Tag == "!!bool" && strings.EqualFold(v.Value, "false") {
		return "off"
	}
	return v.Value
}

func (r *reader) aliases() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, n := range []*yaml.Node{child(r.root, "aliases"), child(r.profile, "aliases")} {
		if n == nil || n.Tag == "!!null" {
			continue
		}
		if n.Kind != yaml.MappingNode {
			r.err = fail(r.at(n), "aliases 下应是“字典代码: {本地名称: 字典名称}”", "")
			return nil
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			domain := n.Content[i].Value
			if out[domain] == nil {
				out[domain] = map[string]string{}
			}
			r.flatten(n.Content[i+1], "aliases."+domain, "", out[domain])
		}
	}
	return out
}

// shownAddress is a database's address without what may be a secret: of the user
// the name alone, and of the parameters the values of those that are known to be
// none.
func shownAddress(u *url.URL) string {
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if u.User != nil {
		shown.User = url.User(u.User.Username())
		if _, secret := u.User.Password(); secret {
			shown.User = url.UserPassword(u.User.Username(), "xxxxx")
		}
	}
	q := u.Query()
	for name := range q {
		switch strings.ToLower(name) {
		case "sslmode", "search_path", "sslrootcert", "connect_timeout", "application_name", "host", "port", "user", "dbname", "target_session_attrs":
		default:
			q[name] = []string{mask}
		}
	}
	shown.RawQuery = strings.ReplaceAll(q.Encode(), "%2A", "*")
	return shown.String()
}
