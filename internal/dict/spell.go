package dict

import (
	"strings"
	"unicode"
)

// Spell is how a name is typed in pinyin: each character in full, and by its
// initial alone. Both are "" for a name that holds anything but Chinese characters,
// letters and digits.
func Spell(name string) (full, initials string) {
	var all, first strings.Builder
	for _, r := range strings.ToLower(name) {
		switch list := readings(r); {
		case len(list) > 0:
			all.WriteString(list[0])
			first.WriteByte(list[0][0])
		case r <= unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			all.WriteRune(r)
			first.WriteRune(r)
		default:
			return "", ""
		}
	}
	return all.String(), first.String()
}
