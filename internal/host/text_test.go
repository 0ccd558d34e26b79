package host

import "testing"

func TestSafeText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  a\r\n\tb ":     "a b",
		"\x1b]0;x\x07y":   "]0;x y",
		"a\u202eb\u200bc": "a b c",
		"\xff\xfe坏":       "\uFFFD\uFFFD坏",
		"abcdefghijkl":    "abcdefghij…",
		"":                "",
	} {
		if got := SafeText(in, 10); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
