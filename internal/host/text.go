package host

import (
	"strings"
	"unicode"
)

// Obeyed tells characters that a terminal or a page obeys instead of showing:
// controls, and those that turn the direction of what follows. Line feeds and
// tabs are text.
func Obeyed(r rune) bool {
	switch {
	case r == '\n', r == '\t':
		return false
	case r < ' ', r >= 0x7f && r < 0xa0:
		return true
	}
	return r == 0x061c || r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// SafeText makes foreign words fit for a terminal, a log and a workbook cell:
// control and format characters (escape sequences, direction overrides, zero
// widths) and line breaks become single blanks, invalid UTF-8 becomes U+FFFD,
// and at most limit characters are kept.
func SafeText(s string, limit int) string {
	if len(s) > 16*limit { // never walk through megabytes for a few words
		s = s[:16*limit]
	}
	var b strings.Builder
	n := 0
	blank := true // leading blanks are dropped
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) {
			if !blank {
				b.WriteByte(' ')
				n++
			}
			blank = true
		} else {
			b.WriteRune(r)
			blank = false
			n++
		}
		if n >= limit {
			b.WriteString("…")
			break
		}
	}
	return strings.TrimRight(b.String(), " ")
}
