package ident

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"hbupload/internal/pattern"
)

// People name files after the person in them, and some exports use the identity
// number for the exam number. Such a text must not stand where the person's name
// may not stand.

var (
	reDigits = pattern.New(`[0-9]+[Xx]?`)
	rePhone  = pattern.New(`^1[3-9][0-9]{9}$`)
)

// Telling reports whether a text has the shape of an identity number or a mobile
// phone in it, whatever stands between the digits.
func Telling(text string) bool {
	text = bare(text)
	if !longRun(text) {
		return false
	}
	for _, run := range reDigits.FindAllString(text, -1) {
		digits := strings.TrimRight(run, "Xx")
		switch {
		case (len(run) == 18 || len(digits) == 18) && validBirth(run[6:14]), len(digits) == 15 && validBirth("19"+digits[6:12]), rePhone.MatchString(digits):
			return true
		}
	}
	return false
}

// longRun reports whether a text holds as many digits in a row as a phone has, the
// shortest number of a person; most keys and names do not.
func longRun(text string) bool {
	const phone = 11
	n := 0
	for i := 0; i < len(text) && n < phone; i++ {
		n++
		if !isDigit(text[i]) {
			n = 0
		}
	}
	return n == phone
}

// validBirth reports whether eight digits are a date on which a person may be born.
func validBirth(s string) bool {
	return s >= "19000101" && s < "21000101" && s[4:6] >= "01" && s[4:6] <= "12" && s[6:] >= "01" && s[6:] <= "31"
}

// TellsOf reports whether a text contains one of a person's own values: a name of
// two characters or more, a number of six digits or more.
func TellsOf(text string, values ...string) bool { return BareOf(text).Tells(values...) }

// Bare is a text as TellsOf compares it, for a text that many people are asked of.
type Bare struct{ text string }

// BareOf makes a text ready for the question.
func BareOf(text string) Bare { return Bare{bare(text)} }

// Tells is TellsOf.
func (b Bare) Tells(values ...string) bool {
	for _, v := range values {
		v = bare(v)
		n := utf8.RuneCountInString(v)
		long := n >= 2 && !allDigits(v) || n >= 6
		if long && strings.Contains(b.text, v) {
			return true
		}
	}
	return false
}

// bare is a text without what people put between the parts of names and numbers.
func bare(text string) string {
	if isBare(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("·•・‧∙⋅-–—_.'\u200b\ufeff", r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, width.Fold.String(text))
}

// isBare reports whether a text holds only capitals, digits and Chinese characters,
// as nearly all numbers and names do.
func isBare(text string) bool {
	for _, r := range text {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 0x4e00 || r > 0x9fff) {
			return false
		}
	}
	return true
}
