package reconcile

import (
	"slices"
	"strings"

	"golang.org/x/text/width"

	"hbupload/internal/ident"
)

// degree is how far what is shown agrees with a value of ours.
type degree uint8

const (
	differs degree = iota
	unknown        // nothing is shown, or it cannot be compared
	weakly         // what is shown agrees, and would with many others
	fully          // all that is shown agrees, and it is enough
)

// hole stands for a character that is not shown.
const hole = '*'

// masked writes every character that hides another as a hole.
func masked(text string) []rune {
	out := []rune(text)
	for i, r := range out {
		switch r {
		case '*', '＊', '●', '○', '•', '■', '□', '#', '?', '？', '_', '×', '✱', '∗', '某', '\ufffd':
			out[i] = hole
		}
	}
	return out
}

// fits reports whether what is shown agrees with a value: character by character
// where the lengths agree, else as one gap of any length. shown is how many
// characters are seen.
func fits(pattern, value []rune) bool {
	if len(pattern) == len(value) {
		for i, r := range pattern {
			if r != hole && r != value[i] {
				return false
			}
		}
		return true
	}
	head := slices.Index(pattern, hole)
	if head < 0 {
		return false
	}
	tail := head
	for tail < len(pattern) && pattern[tail] == hole {
		tail++
	}
	rest := pattern[tail:]
	if slices.Contains(rest, hole) || head+len(rest) >= len(value) {
		return false
	}
	return slices.Equal(pattern[:head], value[:head]) && slices.Equal(rest, value[len(value)-len(rest):])
}

// visible counts the characters that are seen.
func visible(pattern []rune) int {
	n := 0
	for _, r := range pattern {
		if r != hole {
			n++
		}
	}
	return n
}

// compareNumber compares an identity number as far as it is shown.
func compareNumber(shown, ours string) degree {
	pattern := numberPattern(shown)
	value, _ := ident.Normalize(ours)
	switch {
	case visible(pattern) == 0 || value == "":
		return unknown
	case !fits(pattern, []rune(value)):
		if loosely(pattern, value) {
			return weakly
		}
		return differs
	case slices.Contains(pattern, hole) && telling(pattern, len(value)) < enough:
		return weakly
	}
	return fully
}

// numberPattern is a shown identity number with holes for what is hidden.
func numberPattern(shown string) []rune {
	text, _ := ident.Normalize(shown)
	letters := []rune(text)
	pattern := masked(text)
	for i, r := range pattern { // 1301......1234
		if !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z') {
			pattern[i] = hole
		}
	}
	for i, r := range letters { // a run of X hides digits too; a single one at the end is a check digit
		if r == 'X' && (i+1 < len(letters) && letters[i+1] == 'X' || i > 0 && letters[i-1] == 'X') {
			pattern[i] = hole
		}
	}
	return pattern
}

// loosely reports whether a number may be a value although it is hidden in several
// places, or shortened without a sign of it (1301021234, the 15 digits of before 1999).
func loosely(pattern []rune, value string) bool {
	if !slices.Contains(pattern, hole) {
		text := string(pattern)
		return len(text) < len(value) && (ends(text, value) || text == shortForm(value))
	}
	rest := value
	for _, part := range strings.FieldsFunc(string(pattern), func(r rune) bool { return r == hole }) {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return true
}

// leastEnd is how many characters of each end a shortened number shows at least.
const leastEnd = 3

// ends reports whether a text is the beginning and the end of a value.
func ends(text, value string) bool {
	for head := leastEnd; head <= len(text)-leastEnd; head++ {
		if strings.HasPrefix(value, text[:head]) && strings.HasSuffix(value, text[head:]) {
			return true
		}
	}
	return false
}

// shortForm is how a citizen's number was written before 1999.
func shortForm(value string) string {
	const century = 6
	if len(value) != 18 {
		return ""
	}
	return value[:century] + value[century+2:17]
}

// enough is how many characters of a masked number must be seen beside the region,
// which many people share.
const enough = 4

// regionDigits is how long the region at the beginning of a number is.
const regionDigits = 6

// telling counts the characters seen that tell people of one region apart.
func telling(pattern []rune, length int) int {
	if length != 18 {
		return visible(pattern)
	}
	head := slices.Index(pattern, hole)
	n := max(0, head-regionDigits)
	return n + visible(pattern[head:])
}

// compareName compares a name as far as it is shown; blanks and middle dots do not
// count.
func compareName(shown, ours string) degree {
	pattern := masked(bareName(shown))
	value := []rune(bareName(ours))
	switch {
	case string(pattern) == string(value) && len(value) > 0, bareName(shown) == string(value) && len(value) > 0:
		return fully
	case visible(pattern) == 0 || len(value) == 0:
		return unknown
	case fits(pattern, value):
		return weakly
	}
	return differs
}

// whole reports whether nothing of a name is hidden.
func whole(name string) bool { return name != "" && !slices.Contains(masked(name), hole) }

// bareName is a name as it is compared.
func bareName(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\n', '\r', '\u00a0', '\u3000', '\u200b', '\ufeff', '·', '\u0387', '•', '・', '‧', '∙', '⋅', '･', '.':
			return -1
		}
		return r
	}, strings.ToUpper(width.Fold.String(name)))
}

// compareWord compares a word that means one of several texts of ours; a part of one
// of them will do (在岗 for 在岗期间).
func compareWord(shown string, ours []string) degree {
	if d := compareText(shown, ours...); d != unknown || bareName(shown) == "" || len(ours) == 0 {
		return d
	}
	return fully
}

// compareText compares an institution's code or name. One that holds the other may be
// a branch of it.
func compareText(shown string, ours ...string) degree {
	text := bareName(shown)
	if text == "" {
		return unknown
	}
	some := false
	for _, o := range ours {
		o = bareName(o)
		switch o {
		case "":
			continue
		case text:
			return fully
		}
		some = true
		if strings.Contains(o, text) || strings.Contains(text, o) {
			return unknown
		}
	}
	if !some {
		return unknown
	}
	return differs
}

// maxSlip is how many digits of a number are mistyped at most.
const maxSlip = 3

// slip reports whether two numbers differ as one that was mistyped does: in a few
// digits, or by one that is missing or too many.
func slip(shown, ours string) bool {
	pattern := numberPattern(shown)
	value, _ := ident.Normalize(ours)
	other := []rune(value)
	if len(pattern) == 0 || slices.Contains(pattern, hole) {
		return false
	}
	switch len(pattern) - len(other) {
	case 0:
		n := 0
		for i, r := range pattern {
			if r != other[i] {
				n++
			}
		}
		return n <= maxSlip
	case 1:
		return oneMore(pattern, other)
	case -1:
		return oneMore(other, pattern)
	}
	return false
}

// oneMore reports whether a number is another one and a digit.
func oneMore(long, short []rune) bool {
	same := 0
	for same < len(short) && long[same] == short[same] {
		same++
	}
	return slices.Equal(long[same+1:], short[same:])
}
