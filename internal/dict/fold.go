package dict

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Loose reduces a name or code to what is compared when the exact text is not
// found: without blanks and brackets (what stands inside them stays), width
// folded, in small letters, 其它 as 其他 and 禁忌症 as 禁忌证.
func Loose(text string) string {
	text = strings.Map(looseRune, foldWidth(text))
	if strings.Contains(text, "其它") {
		text = strings.ReplaceAll(text, "其它", "其他")
	}
	if strings.Contains(text, "禁忌症") {
		text = strings.ReplaceAll(text, "禁忌症", "禁忌证")
	}
	return text
}

// foldWidth spares plain Chinese and ASCII, which is nearly everything, the transformer.
func foldWidth(text string) string {
	for _, r := range text {
		if r == utf8.RuneError || r == '\u3000' || (r >= 0xFF00 && r <= 0xFFEF) || (r >= 0x20A9 && r <= 0x25FF) {
			return width.Fold.String(text)
		}
	}
	return text
}

func looseRune(r rune) rune {
	switch r {
	case '(', ')', '[', ']', '【', '】', '（', '）', '［', '］':
		return -1
	}
	if r < utf8.RuneSelf {
		if r <= ' ' || r == 0x7F {
			return -1
		}
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
		return -1
	}
	return unicode.ToLower(r)
}

// looseCode compares codes: as Loose, but brackets and 其他 mean nothing there.
func looseCode(code string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, foldWidth(code))
}

// trimZeros drops leading zeros but leaves one character.
func trimZeros(code string) string {
	if trimmed := strings.TrimLeft(code, "0"); trimmed != "" {
		return trimmed
	}
	if code == "" {
		return ""
	}
	return "0"
}
