package platform

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"time"

	"hbupload/internal/host"
)

// Paths are the document's four addresses below base_url (chapter 2).
type Paths struct{ Login, Refresh, Download, Upload string }

// defaultPaths are the document's own.
func defaultPaths() Paths {
	return Paths{
		Login:    "/system/jwtlogin",
		Refresh:  "/system/refreshToken",
		Download: "/maincheck/cdcUploadReport/download",
		Upload:   "/maincheck/cdcUploadReport/uploadReport",
	}
}

// Token is a token with its times. It prints as stars.
type Token struct {
	Value   string
	Expires time.Time
}

// String hides the token.
func (Token) String() string { return "***" }

// GoString hides it from %#v too.
func (Token) GoString() string { return "***" }

// Config is what the configuration says of the platform. Zero values mean the
// defaults of help: 约定 5.2; BaseURL has none (T13).
type Config struct {
	BaseURL     string
	Paths       Paths
	OrgName     string // default 河北省疾控中心 (T3)
	Username    string
	PasswordMD5 func() string // lower-case hex MD5 of the password (T4); asked only when logging in

	LoginExtra   map[string]string // further parameters of login (T2)
	PasswordKey  string            // the key that gives the password, for messages
	PasswordNote string            // what is peculiar about it, for the message of a refusal

	RequestEncoding   string         // form (default) or json (T2)
	Download          string         // auto (default), form, json or get (T1)
	BusyPattern       *regexp.Regexp // default wire.DefaultBusy
	AuthPrefix        string         // before the token in Authorization, "" (T5)
	TokenTTL          time.Duration  // default 2 h (T6)
	RefreshBefore     time.Duration  // default 10 min
	TokenErrorPattern *regexp.Regexp // default wire.DefaultTokenError (T7)
	RetryStatus       []int          // upload.retry_status

	Timeout     time.Duration // of one whole call, default 30 s
	Proxy       string        // "": from the environment; never used for loopback
	CAFile      string        // PEM, added to the system's authorities
	Concurrency int           // idle connections kept; default 4
	UserAgent   string

	GiveUp   time.Duration // login and download stop retrying after this; default 20 s
	MaxReply int64         // bytes read of a reply to login, refresh and upload; default 1 MiB
	MaxRows  int64         // bytes read of a dictionary; default 64 MiB

	Now   func() time.Time                                 // default time.Now
	Sleep func(ctx context.Context, d time.Duration) error // default: a timer

	// SavedToken gives the token of an earlier run, SaveToken keeps a new one;
	// an empty one means that it died. Both may be nil. Whether a saved token
	// belongs to these credentials is the caller's to check.
	SavedToken func() (Token, bool)
	SaveToken  func(Token)

	// SavedForm gives the form of download that worked before, SaveForm keeps
	// one; Notice says something of the platform once. All may be nil.
	SavedForm func() string
	SaveForm  func(string)
	Notice    func(string)
}

// checkWords refuses words and parameters that cannot be.
func (c Config) checkWords() error {
	if c.RequestEncoding != "form" && c.RequestEncoding != "json" {
		return configError("配置 platform.request_encoding 的值无法识别", "可用的值：form、json", nil)
	}
	switch c.Download {
	case downloadAuto, downloadForm, downloadJSON, downloadGet:
	default:
		return configError("配置 platform.download 的值无法识别", "可用的值：auto、form、json、get", nil)
	}
	for name := range c.LoginExtra {
		if strings.TrimSpace(name) == "" || name == "orgName" || name == "username" || name == "password" {
			return configError("配置 platform.login_extra 里不能有参数“"+name+"”", "登录的三个参数由 platform.org_name、username、password 给出", nil)
		}
	}
	return nil
}

// String never shows the configuration: it holds credentials.
func (Config) String() string { return "platform.Config" }

const defaultOrgName = "河北省疾控中心"

// withDefaults fills what was left out.
func (c Config) withDefaults() Config {
	d := defaultPaths()
	for _, p := range []struct {
		got *string
		def string
	}{
		{&c.Paths.Login, d.Login}, {&c.Paths.Refresh, d.Refresh},
		{&c.Paths.Download, d.Download}, {&c.Paths.Upload, d.Upload},
		{&c.OrgName, defaultOrgName}, {&c.RequestEncoding, "form"}, {&c.Download, downloadAuto}, {&c.UserAgent, "hbupload"},
	} {
		if *p.got == "" {
			*p.got = p.def
		}
	}
	c.TokenTTL = orDuration(c.TokenTTL, 2*time.Hour)
	c.RefreshBefore = orDuration(c.RefreshBefore, 10*time.Minute)
	if c.RefreshBefore >= c.TokenTTL { // every token would be refreshed at once
		c.RefreshBefore = c.TokenTTL / 2
	}
	c.Timeout = orDuration(c.Timeout, 30*time.Second)
	c.GiveUp = orDuration(c.GiveUp, 20*time.Second)
	if c.Concurrency <= 0 {
		c.Concurrency = 4
	}
	if c.MaxReply <= 0 {
		c.MaxReply = 1 << 20
	}
	if c.MaxRows <= 0 {
		c.MaxRows = 64 << 20
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = host.Pause
	}
	if c.PasswordMD5 == nil {
		c.PasswordMD5 = func() string { return "" }
	}
	return c
}

func orDuration(d, def time.Duration) time.Duration {
	if d <= 0 {
		return def
	}
	return d
}

// parseBase reads base_url; there is no default (T13).
func parseBase(raw string) (*url.URL, error) {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return nil, configError("没有配置平台地址 platform.base_url", "在 hbupload.yaml 里写上 platform.base_url，例如 http://平台地址:端口；还没有配置文件时先运行 hbupload config init", nil)
	}
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || strings.HasSuffix(u.Host, ":") || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, configError("平台地址 platform.base_url 不是合法的网址", "应以 http:// 或 https:// 开头，后接主机名和端口，只写到端口", nil)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	return u, nil
}

// address is the whole URL of a call. The path stays below base_url's host
// whatever it holds.
func address(base *url.URL, path string) (string, error) {
	if strings.ContainsAny(path, "?#") || strings.Contains(path, "://") {
		return "", configError("platform.paths 里的路径不合法", "只写路径，例如 /system/jwtlogin", nil)
	}
	u := *base
	u.Path += "/" + strings.TrimLeft(path, "/")
	return u.String(), nil
}
