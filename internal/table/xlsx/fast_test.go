package xlsx

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// TestFastCharsIsAsStrict: what the one pass lets through is what the three slow
// looks let through, and the other way about.
func TestFastCharsIsAsStrict(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{"a", "Z", "0", "_", "x", "_x", "&", "]", ">", "'", "\n", "\t", "\r", "\x01", "\x7f",
		"中", "，", "°", "\u0080", "⁹", "𠀀", "\uFFFD", "\uFFFE", "\uFFFF", "\uE000", "\u0fff", "\u07ff", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
		"\xed\x9f\xbf", "\xef\xbf\xbe", "\xff", "\xe4\xb8", "\xb8", "\xf4\x90\x80\x80"})
	rapid.Check(t, func(rt *rapid.T) {
		var text []byte
		for _, s := range rapid.SliceOfN(piece, 0, 8).Draw(rt, "pieces") {
			text = append(text, s...)
		}
		want := len(text)
		if !plain(text) || !validChars(text) || escapes(text) {
			want = -1
		}
		if got := fastChars(append(bytes.Clone(text), "</t>"...)); got != want {
			rt.Fatalf("%q: %d, want %d", text, got, want)
		}
		if got := fastChars(text); got != -1 {
			rt.Fatalf("%q without an end: %d", text, got)
		}
	})
}
