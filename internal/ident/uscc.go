package ident

import "strings"

// usccAlphabet is the standard's set of characters; a character's value is its
// index. I, O, S, V and Z are left out for looking like digits.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// CheckUSCC judges a unified social credit identifier (GB 32100-2015) that
// Normalize has been applied to. "" means it is fine. Some identifiers given
// out early fail the check character, so it is a reason to look, not to refuse.
func CheckUSCC(s string) Problem {
	for i := range len(s) {
		if strings.IndexByte(usccAlphabet, s[i]) < 0 {
			return problemUSCCCharacters
		}
	}
	if len(s) != idLength {
		return problemUSCCLength
	}
	if want, _ := USCCCheckChar(s[:idLength-1]); want != s[idLength-1] {
		return problemUSCCCheck
	}
	return ""
}

// USCCCheckChar computes the 18th character for the first 17: weights
// 3^i mod 31, check = (31 - sum mod 31) mod 31. ok is false when they are not
// 17 characters of the alphabet. The outer mod is what published code forgets:
// without it no identifier whose check character is 0 passes.
func USCCCheckChar(first17 string) (check byte, ok bool) {
	if len(first17) != idLength-1 {
		return 0, false
	}
	sum := 0
	weight := 1
	for i := range len(first17) {
		value := strings.IndexByte(usccAlphabet, first17[i])
		if value < 0 {
			return 0, false
		}
		sum += value * weight
		weight = weight * 3 % 31
	}
	return usccAlphabet[(31-sum%31)%31], true
}
