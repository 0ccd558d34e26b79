package config

import (
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// platformURL reads platform.base_url. What people paste is mostly an address
// out of their browser: they are told what of it to keep.
func (r *reader) platformURL() string {
	const path = "platform.base_url"
	text := strings.TrimRight(strings.TrimSpace(r.text(path)), "/")
	if text == "" {
		return ""
	}
	plain := narrowed(text)
	if !strings.Contains(plain, "://") && !strings.HasPrefix(plain, "http:") {
		r.fail(path, "应是 http:// 或 https:// 开头的地址", "例如 http://主机:端口；是否想写 http://"+shownURL(plain)+"？")
		return text
	}
	u, err := url.Parse(plain)
	switch {
	case err != nil || !isSite(u):
		r.fail(path, "应是 http:// 或 https:// 开头的地址", "只写到端口，例如 http://主机:端口")
	case plain != text:
		r.fail(path, "里有全角或中文的符号", "请改成 "+shownURL(plain))
	case u.User != nil:
		r.fail(path, "里不能有用户名密码", "用户名和密码写在 platform.username 和 platform.password；地址写成 "+u.Scheme+"://"+u.Host)
	case strings.HasSuffix(u.Host, ":"):
		r.fail(path, "的冒号后面没有端口", "请补上端口，或去掉冒号："+u.Scheme+"://"+strings.TrimSuffix(u.Host, ":"))
	case !isPort(u.Port()):
		r.fail(path, "的端口 "+u.Port()+" 不存在", "端口是 1 到 65535 的数字")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(plain, "#") || isPageOfSite(u.Path):
		r.fail(path, "像是从浏览器复制的网页地址", "只保留到端口："+u.Scheme+"://"+u.Host)
	}
	return text
}

// narrowed replaces the characters of a Chinese keyboard, which a resolver would look
// up as they are.
func narrowed(text string) string {
	return strings.Map(func(c rune) rune {
		if c == '。' || c == '｡' {
			return '.'
		}
		return c
	}, width.Narrow.String(text))
}

// isSite reports whether an address names a host that HTTP can reach.
func isSite(u *url.URL) bool {
	if u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	return u.Hostname() != "" && !strings.ContainsAny(u.Host, " \t")
}

// isPort reports whether a port can be connected to; "" is that of the scheme.
func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return s == "" || err == nil && n > 0
}

// isPageOfSite tells a path that is a page and not the beginning of an interface.
func isPageOfSite(path string) bool {
	last := strings.ToLower(path[strings.LastIndexByte(path, '/')+1:])
	for _, ending := range []string{".html", ".htm", ".jsp", ".do", ".action", ".aspx", ".php"} {
		if strings.HasSuffix(last, ending) {
			return true
		}
	}
	return last == "login" || last == "index" || last == "jwtlogin"
}

// shownURL is an address as far as it may be shown.
func shownURL(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		head, _, _ := strings.Cut(text, "/")
		if strings.Contains(head, "@") || len(head) > 100 {
			return "主机:端口"
		}
		return head
	}
	return u.Scheme + "://" + u.Host
}

// loginExtra reads platform.login_extra, the profile's names last, or the variable
// in the form name=value,name=value.
func (r *reader) loginExtra() map[string]string {
	const path = "platform.login_extra"
	out := map[string]string{}
	if text := r.text(path); text != "" { // of the environment
		for _, pair := range strings.Split(text, ",") {
			name, value, ok := strings.Cut(pair, "=")
			if !ok {
				r.fail(path, "应写成 名称=值，多个用逗号分开", "例如 login=1")
			}
			out[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	} else {
		r.flatten(lookup(r.root, path), path, "", out)
		r.flatten(lookup(r.profile, path), path, "", out)
	}
	for name := range out {
		switch name {
		case "", "orgName", "username", "password":
			r.fail(path, "里不能有“"+name+"”", "登录的三个参数由 platform.org_name、username、password 给出")
		}
	}
	r.shown[path] = strings.Join(sortedKeys(out), ",")
	return out
}
