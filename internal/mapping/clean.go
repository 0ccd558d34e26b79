package mapping

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"hbupload/internal/spec"
)

func invisible(r rune) bool { return spec.Invisible(r) }

func blankRune(r rune) bool { return unicode.IsSpace(r) || r == '\u00a0' || r == '\u3000' }

// plain reports whether text needs no cleaning: printable ASCII, no blank at an
// end, no apostrophe in front. Nearly all codes, numbers and dates are.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c >= 0x7f || (c == ' ' && (i == 0 || i == len(s)-1)) {
			return false
		}
	}
	return s == "" || s[0] != '\''
}

// wide reports whether width folding would change a text. Chinese and ASCII, which is
// nearly everything, is not.
func wide(s string) bool {
	for _, r := range s {
		if r == '\u3000' || (r >= 0xff00 && r <= 0xffef) || (r >= 0x20a9 && r <= 0x25ff) || r == unicode.ReplacementChar {
			return true
		}
	}
	return false
}

// clean reports whether text holds nothing to fold, trim or drop.
func clean(s string) bool {
	if plain(s) {
		return true
	}
	for i, r := range s {
		if invisible(r) || (blankRune(r) && r != ' ') || (i == 0 && (r == '\'' || r == ' ')) {
			return false
		}
	}
	return !wide(s) && s[len(s)-1] != ' '
}

// trimmed cuts the outer blanks, invisible ones included. It is all that is
// ever done to names, results, units and remarks.
func trimmed(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	if !outer(first) && !outer(last) {
		return s
	}
	return strings.TrimFunc(s, outer)
}

func outer(r rune) bool {
	if r > ' ' && r < 0x7f || r >= 0x4e00 && r <= 0x9fff { // ASCII and Chinese, nearly everything
		return false
	}
	return blankRune(r) || invisible(r)
}

// foldText reduces a cell to what codes, numbers and dates are compared by:
// width folded, outer blanks, invisible characters and a leading apostrophe
// gone. What was done is recorded on the value.
func foldText(v *spec.Value, s string) string {
	if clean(s) {
		return s
	}
	step := func(kind spec.StepKind, to, note string) {
		if to != s {
			v.Steps = append(v.Steps, spec.Step{Kind: kind, From: s, To: to, Note: note})
			s = to
		}
	}
	folded := width.Fold.String(s)
	step(spec.StepWidth, folded, "全角转半角")
	step(spec.StepInvisible, visible(s), "去掉看不见的字符")
	step(spec.StepBlanks, strings.Map(func(r rune) rune {
		if blankRune(r) {
			return ' '
		}
		return r
	}, s), "特殊空白统一")
	step(spec.StepBlanks, strings.TrimSpace(s), "去掉首尾空白")
	step(spec.StepApostrophe, strings.TrimSpace(strings.TrimPrefix(s, "'")), "去掉前导撇号")
	return s
}

// squeeze drops every blank of folded text.
func squeeze(v *spec.Value, s string) string {
	if !strings.ContainsFunc(s, blankRune) {
		return s
	}
	to := strings.Map(func(r rune) rune {
		if blankRune(r) {
			return -1
		}
		return r
	}, s)
	v.Steps = append(v.Steps, spec.Step{Kind: spec.StepBlanks, From: s, To: to, Note: "去掉空白"})
	return to
}

// wordKey is how configured words are compared.
func wordKey(s string) string { return spec.WordKey(s) }
