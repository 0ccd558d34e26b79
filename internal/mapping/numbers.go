package mapping

import (
	"strconv"
	"strings"

	"hbupload/internal/pattern"
)

var (
	reDecimal = pattern.New(`^[+-]?(\d+(\.\d*)?|\.\d+)$`)
	reNumber  = pattern.New(`^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$`)
	// reBarePoint is a number whose decimal point has digits on one side only.
	reBarePoint = pattern.New(`^-?(\d+\.|\.\d+)$`)
	reWhole     = pattern.New(`^(\d+)\.0+$`)
)

// shortest writes a number cell as the shortest decimal without exponent that
// reads back as the same number.
func shortest(num float64) string {
	s := strconv.FormatFloat(num, 'f', -1, 64)
	if s == "-0" {
		return "0"
	}
	return s
}

// percent writes a number cell with a percentage format as the person sees
// it: a hundred times the number, shifted in decimal so that 0.07 is 7 and not
// 7.000000000000001.
func percent(num float64) string {
	s := shortest(num)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign = "-"
		s = s[1:]
	}
	whole, frac, _ := strings.Cut(s, ".")
	for len(frac) < 2 {
		frac += "0"
	}
	return sign + canonical(whole+frac[:2]+"."+frac[2:])
}

// canonical drops leading and trailing zeros of a plain decimal.
func canonical(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign = "-"
		s = s[1:]
	}
	s = strings.TrimPrefix(s, "+")
	whole, frac, _ := strings.Cut(s, ".")
	whole = strings.TrimLeft(whole, "0")
	frac = strings.TrimRight(frac, "0")
	if whole == "" {
		whole = "0"
	}
	if frac == "" {
		if whole == "0" {
			return "0"
		}
		return sign + whole
	}
	return sign + whole + "." + frac
}

// decimal reads a number written as text and writes it canonically. Only plain
// decimals count: 1e3, 1,000 and 25岁 are no numbers for this purpose.
func decimal(s string) (string, bool) {
	if !reDecimal.MatchString(s) {
		return "", false
	}
	return canonical(s), true
}

// parseFloat reads what a pattern has already found to be a number.
func parseFloat(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64)
	return f
}
