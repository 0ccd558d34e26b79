package host

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func gated(colours bool, parts ...string) string {
	var b bytes.Buffer
	g := &Gate{Out: &b, Colours: colours}
	for _, p := range parts {
		if n, err := g.Write([]byte(p)); n != len(p) || err != nil {
			return "short write"
		}
	}
	g.Close()
	return b.String()
}

func TestGate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		colours bool
		parts   []string
		want    string
	}{
		{false, []string{"正常\t文字\n"}, "正常\t文字\n"},
		{false, []string{"a\xe6", "\xad", "\xa3b"}, "a正b"},
		{false, []string{"a\xe6\xad"}, "a\ufffd"},
		{false, []string{"a\x9bb\xff"}, "a\ufffdb\ufffd"},
		{false, []string{"\x1b[31m红\x1b[0m"}, "\ufffd[31m红\ufffd[0m"},
		{true, []string{"\x1b[31m红\x1b[0m"}, "\x1b[31m红\x1b[0m"},
		{true, []string{"\x1b", "[3", "1m红\x1b[0m"}, "\x1b[31m红\x1b[0m"},
		{true, []string{"\x1b[2J\x1b]0;t\x07\x1b[1A"}, "\ufffd[2J\ufffd]0;t\ufffd\ufffd[1A"},
		{true, []string{"x\x1b[1"}, "x\ufffd"},
		{true, []string{"\x1b[111111111111111111m"}, "\ufffd[111111111111111111m"},
		{true, []string{"左\u202e右\u2066\u200f\u061c\u009b\x00\r\n"}, "左\ufffd右\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\n"},
		{false, []string{"\ufffd is a character too, as is 👨\u200d👩"}, "\ufffd is a character too, as is 👨\u200d👩"},
	} {
		if got := gated(c.colours, c.parts...); got != c.want {
			t.Errorf("%q gives %q, want %q", c.parts, got, c.want)
		}
	}
}

// FuzzGate: whatever is written, in whatever pieces, comes out as valid text
// without commands, and text as it is.
func FuzzGate(f *testing.F) {
	f.Add([]byte("\x1b]0;evil\x07\x1b[31m\u202e\u009b31m\r\n\x00"), uint(3), true)
	f.Add([]byte("正常\x1b[31m"), uint(1), false)
	f.Fuzz(func(t *testing.T, data []byte, cut uint, colours bool) {
		at := int(cut % uint(len(data)+1))
		got := gated(colours, string(data[:at]), string(data[at:]))
		if whole := gated(colours, string(data)); got != whole {
			t.Errorf("in two pieces %q, in one %q", got, whole)
		}
		if !utf8.ValidString(got) {
			t.Errorf("%q", got)
		}
		rest := got
		if colours {
			for {
				i := strings.IndexByte(rest, 0x1b)
				if i < 0 {
					break
				}
				colour := reColour.FindString(rest[i:])
				if colour == "" {
					t.Fatalf("an escape in %q", got)
				}
				rest = rest[:i] + rest[i+len(colour):]
			}
		}
		if strings.ContainsFunc(rest, Obeyed) {
			t.Errorf("a command in %q", got)
		}
		if utf8.Valid(data) && !strings.ContainsFunc(string(data), Obeyed) && got != string(data) {
			t.Errorf("%q became %q", data, got)
		}
	})
}
