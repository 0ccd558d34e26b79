package spec

import (
	"testing"
	"unicode"

	"golang.org/x/text/width"
)

// What is not folded has no other form.
func TestFoldable(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r == 0xd800 { // no characters
			r = 0xe000
		}
		if text := string(r); folded(text) != width.Fold.String(text) {
			t.Errorf("%U folds to %q", r, width.Fold.String(text))
		}
	}
	if got := folded("体检（编号）"); got != "体检(编号)" {
		t.Error(got)
	}
}
