package draft

import (
	"strconv"
	"strings"
	"unicode"

	"hbupload/internal/pattern"
)

var rePlainYAML = pattern.New(`^[\p{Han}A-Za-z（）【】·][\p{Han}A-Za-z0-9（）【】_./%·，、；＋－↑↓ -]*$`)

// yamlText writes a text so that YAML reads the same.
func yamlText(s string) string {
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "null", "on", "off", "y", "n":
		return strconv.Quote(s)
	}
	if rePlainYAML.MatchString(s) && strings.TrimSpace(s) == s {
		return s
	}
	return strconv.Quote(s)
}

// flowText is yamlText within a flow list.
func flowText(s string) string {
	if strings.ContainsAny(s, ",[]{}") {
		return strconv.Quote(s)
	}
	return yamlText(s)
}

// printable replaces what YAML does not read and an editor does not show. Values
// have it in escapes already; what is left stands in comments.
func printable(r rune) rune {
	if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r&0xfffe == 0xfffe) {
		return '\ufffd'
	}
	return r
}

func oneLineText(s string) string { return strings.Join(strings.Fields(s), " ") }
