package workbook

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// Long Chinese names are cut by bytes, at a character.
func TestReportNamesFitTheFileSystem(t *testing.T) {
	t.Parallel()
	for _, name := range []string{strings.Repeat("体", 84) + ".xlsx", strings.Repeat("x", 250) + ".csv"} {
		got := FileName("", name, Personal, ".xlsx", time.Unix(0, 0))
		if len(got) > 240 || !utf8.ValidString(got) || !strings.HasPrefix(got, name[:60]) {
			t.Errorf("%d bytes: %s", len(got), got)
		}
	}
}
