package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"hbupload/internal/notation"
)

// reader decodes single keys and keeps the first error.
type reader struct {
	*loader
	shown map[string]string
	err   error
}

func (r *reader) fail(path, message, fix string) {
	if r.err != nil {
		return
	}
	o := r.origins[path]
	where := o.Name
	if where == "" {
		where = "配置"
	}
	r.err = fail(where, path+" "+message, fix)
}

func (r *reader) text(path string) string {
	s := r.vip.GetString(path)
	r.shown[path] = s
	// YAML takes the quotes of a Chinese keyboard for part of the value, and a
	// user name with them is refused by the platform without a hint.
	if bare := strings.TrimSpace(s); strings.HasPrefix(bare, "“") && strings.HasSuffix(bare, "”") {
		r.fail(path, "两端是中文引号“”", "请改成英文的双引号 \"，或不加引号")
	}
	return s
}

func (r *reader) choice(path string) string {
	s := strings.ToLower(strings.TrimSpace(r.text(path)))
	for _, k := range r.keys {
		if k.path != path {
			continue
		}
		for _, c := range k.choices {
			if c == s {
				return s
			}
		}
		r.fail(path, "的值“"+s+"”无效", "可用："+strings.Join(k.choices, "、"))
	}
	return s
}

func (r *reader) number(path string, low, high int) int {
	n, err := strconv.Atoi(strings.TrimSpace(r.text(path)))
	if err != nil || n < low || n > high {
		r.fail(path, "应是整数", fmt.Sprintf("范围 %d 到 %d", low, high))
	}
	return n
}

func (r *reader) rate(path string) float64 {
	f, err := strconv.ParseFloat(strings.TrimSpace(r.text(path)), 64)
	// Written so that NaN is refused; below the least, the pause would overflow.
	if ok := f == 0 || f >= 0.001 && f <= 1e6; err != nil || !ok {
		r.fail(path, "应是不小于 0 的数字", "0 表示不限；最小 0.001，最大 1000000")
		return 0
	}
	return f
}

func (r *reader) duration(path string) time.Duration {
	s := strings.TrimSpace(r.text(path))
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.ParseFloat(days, 64); err == nil && n >= 0 && n <= maxDays {
			return time.Duration(n * float64(24*time.Hour))
		}
	}
	if s == "0" || s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		r.fail(path, "应是时长", "例如 30s、10m、2h、7d")
	}
	return d
}

func (r *reader) pattern(path string) *regexp.Regexp {
	text := r.text(path)
	if _, err := notation.Pattern(text); err == nil { // the platform's words, of which nobody knows the case
		text = "(?i)" + text
	}
	re, err := notation.Pattern(text)
	if err != nil {
		r.fail(path, "不是合法的正则表达式："+err.Error(), notation.PatternHint)
		return nil
	}
	return re
}

func (r *reader) texts(path string) []string {
	var list []string
	switch v := r.vip.Get(path).(type) {
	case []string:
		list = v
	default:
		list = strings.Split(r.vip.GetString(path), ",")
	}
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	r.shown[path] = strings.Join(out, ",")
	return out
}

func (r *reader) statuses(path string) []int {
	var out []int
	for _, s := range r.texts(path) {
		n, err := strconv.Atoi(s)
		if err != nil || n < 400 || n > 599 {
			r.fail(path, "应是 400 到 599 的 HTTP 状态码", "例如 [500]")
		}
		out = append(out, n)
	}
	return out
}

// path makes a path of the file relative to the file's own folder, as a user
// who moves both together expects.
func (r *reader) path(name string) string {
	s := strings.TrimSpace(r.text(name))
	if s == "" || filepath.IsAbs(s) {
		return s
	}
	if from := r.origins[name].From; (from == "file" || from == "profile") && r.loader.path != "" {
		if abs, err := filepath.Abs(filepath.Join(filepath.Dir(r.loader.path), s)); err == nil {
			return abs
		}
	}
	return s
}

func (r *reader) url(path string) string {
	s := strings.TrimRight(strings.TrimSpace(r.text(path)), "/")
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		r.fail(path, "应是 http:// 或 https:// 开头的地址，不含用户名密码", "例如 http://主机:端口")
	}
	return s
}
