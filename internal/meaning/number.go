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
	var digits, points, after int
	var value uint64
	for i := range len(s) {
		switch b := s[i]; {
		case b >= '0' && b <= '9':
			digits++
			after += points
			value = value*10 + uint64(b-'0') // overflows only beyond exactDigits
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
	if digits <= exactDigits {
		return scaled(value, after, s[0] == '-'), true
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// exactDigits is how many digits a float64 holds exactly, and powers of ten too: one
// division then gives what strconv gives.
const exactDigits = 15

func scaled(value uint64, after int, negative bool) float64 {
	f := float64(value)
	if after > 0 {
		tens := 10.0
		for range after - 1 {
			tens *= 10
		}
		f /= tens
	}
	if negative {
		return -f
	}
	return f
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
