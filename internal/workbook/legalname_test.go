package workbook

import (
	"strings"
	"testing"
	"unicode/utf16"
)

// TestLegalName: what a file is called becomes a name that a sheet may have.
func TestLegalName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"体检信息": "体检信息", "a[b]:c*d?e/f\\g": "a_b__c_d_e_f_g", "'x'": "x", "": "表", "'": "表", "history": "表history", "a\u202eb\x1b\u009b": "a_b__",
		strings.Repeat("长", 40): strings.Repeat("长", 28), strings.Repeat("😀", 40): strings.Repeat("😀", 14), strings.Repeat("a", 27) + "'b": strings.Repeat("a", 27),
	} {
		got := legalName(in)
		if got != want || len(utf16.Encode([]rune(got))) > 31 {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
