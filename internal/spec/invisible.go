package spec

import (
	"strings"
	"unicode"
)

// WordKey is how local words are compared that people have configured or learned:
// width, case, blanks and invisible characters do not count.
func WordKey(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || Invisible(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, folded(s))
}

// Invisible reports whether a character shows nothing and means nothing in a cell:
// zero-width characters, marks of the writing direction, variation selectors and
// fillers. They come along when text is copied from chats, web pages and contact
// lists, and are taken off everywhere (help: 接口读法 3).
func Invisible(r rune) bool {
	switch {
	case r < 0xad:
		return false
	case r == '\u034f', r == '\u115f', r == '\u1160', r == '\u17b4', r == '\u17b5', r == '\u3164', r == '\uffa0':
		return true
	case r >= '\ufe00' && r <= '\ufe0f', r >= '\U000e0100' && r <= '\U000e01ef', r >= '\u180b' && r <= '\u180f':
		return true
	case r >= 0x4e00 && r <= 0x9fff:
		return false
	}
	return unicode.Is(unicode.Cf, r)
}
