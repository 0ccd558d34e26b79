package ident

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// The names of what Normalize did; they are the step names of the value's chain.
const (
	stepBlanks     = "blanks"     // blanks, NBSP, zero-width and control characters dropped
	stepWidth      = "width"      // full-width forms folded
	stepApostrophe = "apostrophe" // a leading ' or the ="…" wrapper taken off
	stepUpper      = "upper"      // small ASCII letters made capitals (x → X)
)

// Normalize frees a number of what spreadsheets and typists add to it, and
// names each thing it did, in order. It never adds, drops or moves a digit or
// letter. Applying it twice changes nothing more.
func Normalize(s string) (out string, steps []string) {
	apply := func(step, after string) {
		if after != s {
			s = after
			steps = append(steps, step)
		}
	}
	apply(stepBlanks, strings.Map(dropBlank, s))
	apply(stepWidth, width.Fold.String(s))
	apply(stepApostrophe, unwrap(s))
	apply(stepUpper, strings.Map(upperASCII, s))
	return s, steps
}

func dropBlank(r rune) rune {
	if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// upperASCII leaves all but a-z alone: unicode.ToUpper makes letters of what is none.
func upperASCII(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

// unwrap takes off leading apostrophes and the ="…" that programs write so that
// a spreadsheet keeps a number as text.
func unwrap(s string) string {
	for {
		before := s
		s = strings.TrimLeft(s, "'‘’`")
		if len(s) >= 3 && strings.HasPrefix(s, `="`) && strings.HasSuffix(s, `"`) {
			s = s[2 : len(s)-1]
		}
		if s == before {
			return s
		}
	}
}
