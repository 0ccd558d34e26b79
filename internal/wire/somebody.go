package wire

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// isSomebodyElse reports whether a leaf that differs shows that the echo belongs to
// another person: another identity number or another name. A platform may mask
// them, cut a long name or lack a rare character; that is still the same person.
func isSomebodyElse(l *Leaf, got string) bool {
	if l.Path != "idcard" && l.Path != "patientName" {
		return false
	}
	sent := bareName(l.Text)
	back := bareName(got)
	return len(sent) > 0 && len(back) > 0 && !alike(sent, back)
}

// bareName is a name or number without blanks, dots and dashes, in one width and case.
func bareName(s string) []rune {
	var out []rune
	for _, r := range width.Fold.String(s) {
		if !unicode.IsSpace(r) && !strings.ContainsRune("·•・.．-‐－‧", r) {
			out = append(out, unicode.ToUpper(r))
		}
	}
	return out
}

// longName is a name that a column of a database may be too narrow for.
const longName = 6

// alike compares, where what stands for any character fits any, and a run of
// stars any number of them.
func alike(sent, got []rune) bool {
	if len(sent) >= longName && len(sent) < 15 && len(got) >= longName-1 && len(got) < len(sent) && string(sent[:len(got)]) == string(got) {
		return true
	}
	for len(got) > 0 {
		if got[0] == '*' {
			rest := got
			for len(rest) > 0 && rest[0] == '*' {
				rest = rest[1:]
			}
			return endsLike(sent, rest)
		}
		if len(sent) == 0 || sent[0] != got[0] && !isBlot(got[0]) {
			return false
		}
		sent = sent[1:]
		got = got[1:]
	}
	return len(sent) == 0
}

// endsLike reports whether what follows the stars is the end of the name.
func endsLike(sent, rest []rune) bool {
	if len(rest) > len(sent) {
		return false
	}
	for i, r := range sent[len(sent)-len(rest):] {
		if rest[i] != r && rest[i] != '*' && !isBlot(rest[i]) {
			return false
		}
	}
	return true
}

// isBlot reports whether a character stands for one that was lost.
func isBlot(r rune) bool { return r == '?' || r == unicode.ReplacementChar || r == '□' || r == '●' }
