package run

import (
	"strings"
	"testing"
)

// TestZipName: a key becomes a name that every system takes, and no two the same.
func TestZipName(t *testing.T) {
	t.Parallel()
	taken := map[string]int{}
	for _, c := range [][2]string{
		{"TJ1", "TJ1.zip"}, {"tj1", "tj1-2.zip"}, {"TJ1-2", "TJ1-2-2.zip"}, {"../../etc", "_.._etc.zip"}, {"CON", "_CON.zip"}, {"nul.x", "_nul.x.zip"}, {"com1", "_com1.zip"},
		{"", "record.zip"}, {" . ", "record-2.zip"}, {"a\x00\x1b\u202eb", "a___b.zip"}, {"C:\\x", "C__x.zip"}, {strings.Repeat("长", 99), strings.Repeat("长", maxName) + ".zip"}, {strings.Repeat("a", 59) + " b", strings.Repeat("a", 59) + ".zip"},
	} {
		if got := zipName(c[0], taken); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
}
