package meaning

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// SaysNothing reports whether a text only says that there is nothing to say: a dash,
// a slash, N/A, 无. In most columns that is an answer; it is nobody's name.
func SaysNothing(s string) bool {
	const longest = 18
	if s == "" || len(s) > longest {
		return false
	}
	s = strings.TrimSpace(width.Fold.String(s))
	if !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return true
	}
	switch strings.ToLower(s) {
	case "无", "无名", "无名氏", "没有", "暂无", "空", "空白", "缺", "未填", "未填写", "未知", "未提供", "不详", "不明", "不清楚", "n/a", "na", "n.a.", "unknown", "x", "xx", "xxx":
		return true
	}
	return false
}
