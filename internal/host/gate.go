package host

import (
	"bytes"
	"io"
	"slices"
	"sync"
	"unicode/utf8"

	"hbupload/internal/pattern"
)

// Gate stands before a stream: whatever a file, a name or a platform may hold,
// nothing but text reaches the terminal or the file behind it. Foreign words are
// made safe where they are shown; what was forgotten there ends here.
type Gate struct {
	mu      sync.Mutex
	Out     io.Writer
	Hidden  *Hidden
	Colours bool   // our own colours may pass: a terminal
	rest    []byte // the beginning of a character or a colour, still unfinished
}

// Write implements io.Writer.
func (g *Gate) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	done, rest := g.clean(g.Hidden.Bytes(slices.Concat(g.rest, p)))
	g.rest = bytes.Clone(rest)
	_, err := g.Out.Write(done)
	return len(p), err
}

// Close lets go of an unfinished character; nothing follows it.
func (g *Gate) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.rest) > 0 {
		g.rest = nil
		_, _ = io.WriteString(g.Out, "\ufffd")
	}
}

var (
	reColour     = pattern.New(`^\x1b\[[0-9;]{0,12}m`)
	reHalfColour = pattern.New(`^\x1b(\[[0-9;]{0,12})?$`)
)

// clean replaces what is no text; rest is the unfinished end.
func (g *Gate) clean(text []byte) (done, rest []byte) {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		if text[0] == 0x1b && g.Colours {
			if colour := reColour.Find(text); colour != nil {
				out = append(out, colour...)
				text = text[len(colour):]
				continue
			}
			if reHalfColour.Match(text) {
				return out, text
			}
		}
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1 && !utf8.FullRune(text):
			return out, text
		case r == utf8.RuneError && size == 1, Obeyed(r):
			out = append(out, "\ufffd"...)
		default:
			out = append(out, text[:size]...)
		}
		text = text[size:]
	}
	return out, nil
}

// Noted reports whether anything was written.
type Noted struct {
	io.Writer
	Wrote bool
}

// Write passes on.
func (n *Noted) Write(p []byte) (int, error) {
	n.Wrote = n.Wrote || len(p) > 0
	return n.Writer.Write(p)
}
