package ident

import "strings"

// The usual mask that leaves six and four digits hides only the birth date,
// which stands two columns further on; these leave two digits at most.

// MaskID shows the last two characters of an identity number, and nothing of
// one too short to hide the rest. "" stays "".
func MaskID(s string) string { return maskTail(s) }

// MaskPhone shows the last two characters of a phone number, and nothing of
// one too short to hide the rest. "" stays "".
func MaskPhone(s string) string { return maskTail(s) }

// MaskName shows the first character of a name (the surname, or the half of a
// double one) and a star for the rest; of a single character it shows only the star.
func MaskName(s string) string {
	runes := []rune(strings.TrimSpace(s))
	switch len(runes) {
	case 0:
		return ""
	case 1:
		return "*"
	}
	return string(runes[0]) + "*"
}

// maskTail uses a fixed number of stars: the length tells the kind of document.
func maskTail(s string) string {
	runes := []rune(strings.TrimSpace(s))
	if len(runes) == 0 {
		return ""
	}
	if len(runes) < 6 {
		return "****"
	}
	return "****" + string(runes[len(runes)-2:])
}
