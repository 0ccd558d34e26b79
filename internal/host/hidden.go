package host

import (
	"encoding/json"
	"html"
	"io"
	"slices"
	"strings"
	"sync"

	"hbupload/internal/ident"
)

// Hidden holds the parts of file names that tell who a person is, with what
// stands for them wherever the program writes: screen, JSON, log and page. Such a
// part may be a word of our own too (somebody called error has a file error.csv):
// it is replaced only where it stands as the name of a file, a folder or a sheet.
// It is safe for concurrent use; nil hides nothing.
type Hidden struct {
	mu     sync.RWMutex
	parts  map[string]mask
	starts map[[2]byte][]int // the lengths of the parts that begin so, longest first
}

// mask is what stands for a hidden part.
type mask struct {
	shown    string
	anywhere bool // the part has the shape of a number that is never a word of ours
}

// Add hides a part, also as JSON and HTML write it.
func (h *Hidden) Add(part, shown string) {
	if h == nil || len(part) < 2 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.parts == nil {
		h.parts = map[string]mask{}
		h.starts = map[[2]byte][]int{}
	}
	quoted, _ := json.Marshal(part) // a string has no way to fail
	for _, form := range []string{part, strings.Trim(string(quoted), `"`), html.EscapeString(part)} {
		h.parts[form] = mask{shown, ident.Telling(part)}
		start := [2]byte{form[0], form[1]}
		lengths := h.starts[start]
		if !slices.Contains(lengths, len(form)) {
			lengths = append(lengths, len(form))
			slices.SortFunc(lengths, func(a, b int) int { return b - a })
			h.starts[start] = lengths
		}
	}
}

// Bytes returns a text without the hidden parts. The text is gone through once,
// however many parts there are.
func (h *Hidden) Bytes(p []byte) []byte {
	if h == nil {
		return p
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	if len(h.parts) == 0 {
		return p
	}
	var out []byte
	done := 0
	for i := 0; i+1 < len(p); i++ {
		n, shown := h.at(p, i)
		if n == 0 {
			continue
		}
		out = append(append(out, p[done:i]...), shown...)
		done = i + n
		i = done - 1
	}
	if done == 0 {
		return p
	}
	return append(out, p[done:]...)
}

// at is the length of the hidden part that stands at p[i], and its mask.
func (h *Hidden) at(p []byte, i int) (n int, shown string) {
	for _, n := range h.starts[[2]byte{p[i], p[i+1]}] {
		if i+n > len(p) {
			continue
		}
		m, ok := h.parts[string(p[i:i+n])]
		if ok && (m.anywhere || isFileName(p, i, i+n)) {
			return n, m.shown
		}
	}
	return 0, ""
}

// Text is bytes for a string.
func (h *Hidden) Text(s string) string { return string(h.Bytes([]byte(s))) }

// Writer hides on the way to another writer.
func (h *Hidden) Writer(w io.Writer) io.Writer { return hidingWriter{h, w} }

type hidingWriter struct {
	hidden *Hidden
	out    io.Writer
}

// Write implements io.Writer.
func (w hidingWriter) Write(p []byte) (int, error) {
	if _, err := w.out.Write(w.hidden.Bytes(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}
