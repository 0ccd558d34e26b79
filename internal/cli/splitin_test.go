package cli

import (
	"slices"
	"strings"
	"testing"
)

// TestSplitIn: files behind --in are exports, so that no export is taken for the
// platform's own list.
func TestSplitIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, args, in, pages, exports string }{
		{"list.xlsx --in a.xlsx", "list.xlsx", "a.xlsx", "list.xlsx", "a.xlsx"},
		{"list.xlsx --in a.xlsx b.xlsx", "list.xlsx b.xlsx", "a.xlsx", "list.xlsx", "a.xlsx b.xlsx"},
		{"1.csv 2.csv --in=a.xlsx b.xlsx --complete 3.csv", "1.csv 2.csv b.xlsx 3.csv", "a.xlsx", "1.csv 2.csv 3.csv", "a.xlsx b.xlsx"},
		{"--in a.xlsx list.xlsx", "list.xlsx", "a.xlsx", "", "a.xlsx list.xlsx"},
	} {
		pages, exports := splitIn(strings.Fields(c.args), strings.Fields(c.in), strings.Fields(c.line))
		if !slices.Equal(pages, strings.Fields(c.pages)) || !slices.Equal(exports, strings.Fields(c.exports)) {
			t.Errorf("%s: pages %v, exports %v", c.line, pages, exports)
		}
	}
}
