package meaning

import (
	"strconv"
	"strings"
)

// maxNumber keeps absurd digit runs out of ParseFloat's slow path.
const maxNumber = 64

// Number reads a plain decimal: digits with at most one point and an optional
// sign, no exponent, no blanks, half width.
func Number(s string) (float64, bool) {
	if s == "" || len(s) > maxNumber {
		return 0, false
	}
	var digits, points int
	for i := range len(s) {
		switch b := s[i]; {
		case b >= '0' && b <= '9':
			digits++
		case b == '.':
			points++
		case (b == '-' || b == '+') && i == 0:
		default:
			return 0, false
		}
	}
	if digits == 0 || points > 1 {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// signOf is the comparison a text begins with, as one of < > ≤ ≥, or 0; rest is what
// follows, without blanks around it.
func signOf(s string) (sign rune, rest string) {
	if s == "" || (s[0] >= '0' && s[0] <= '9') {
		return 0, s // nearly every bound and result
	}
	for _, form := range []struct {
		text string
		sign rune
	}{
		{"<=", '≤'}, {"＜=", '≤'}, {"＜＝", '≤'}, {">=", '≥'}, {"＞=", '≥'}, {"＞＝", '≥'}, {"≤", '≤'}, {"≦", '≤'}, {"≥", '≥'}, {"≧", '≥'}, {"⩽", '≤'}, {"⩾", '≥'},
		{"<", '<'}, {"＜", '<'}, {"﹤", '<'}, {">", '>'}, {"＞", '>'}, {"﹥", '>'},
	} {
		if after, ok := strings.CutPrefix(s, form.text); ok {
			return form.sign, strings.TrimSpace(after)
		}
	}
	return 0, s
}

// SignedNumber reads a comparison followed by a number, such as <0.01.
func SignedNumber(s string) (sign rune, number float64, ok bool) {
	sign, rest := signOf(s)
	if sign == 0 {
		return 0, 0, false
	}
	number, ok = Number(rest)
	return sign, number, ok
}

// Limit is the number of a bound, without its comparison.
func Limit(s string) (float64, bool) {
	_, rest := signOf(s)
	return Number(rest)
}
