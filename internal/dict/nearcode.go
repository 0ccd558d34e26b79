package dict

import (
	"strings"
	"unicode/utf8"
)

// nearCodes adds the entries whose codes differ from the text by a slip.
func (d *Dictionary) nearCodes(text string, scored map[int32]near) {
	if len(text) < 2 || len(text) > maxNearText || !strings.ContainsAny(text, "0123456789") {
		return
	}
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return
		}
	}
	bare := bareCode(text)
	for i, e := range d.Entries {
		if abs(int32(len(e.Code)-len(text))) > 8 {
			continue
		}
		switch {
		case bare != "" && bareCode(e.Code) == bare:
			keepBest(scored, near{int32(i), sameCodeScore, 0})
		case len(text) > 2 && oneSlip(text, strings.ToLower(e.Code)):
			keepBest(scored, near{int32(i), codeScore, 0})
		}
	}
}

// bareCode is a code without leading zeros and punctuation, in small letters.
func bareCode(code string) string {
	clean := true
	for i := range len(code) {
		b := code[i]
		clean = clean && (b >= '0' && b <= '9' || b >= 'a' && b <= 'z')
	}
	if !clean {
		code = strings.Map(func(r rune) rune {
			switch {
			case r >= '0' && r <= '9', r >= 'a' && r <= 'z':
				return r
			case r >= 'A' && r <= 'Z':
				return r - 'A' + 'a'
			}
			return -1
		}, code)
	}
	return trimZeros(code)
}
