package cli

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"sync"

	"hbupload/internal/ident"
	"hbupload/internal/ledger"
)

// hidden holds the parts of file names that tell who a person is, with what
// stands for them wherever the program writes: screen, JSON, log and page. It is
// safe for concurrent use; nil hides nothing.
type hidden struct {
	mu    sync.RWMutex
	parts map[string]string
}

// add hides a part.
func (h *hidden) add(part, shown string) {
	if h == nil || part == "" {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.parts == nil {
		h.parts = map[string]string{}
	}
	h.parts[part] = shown
}

// bytes returns a text without the hidden parts.
func (h *hidden) bytes(p []byte) []byte {
	if h == nil {
		return p
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	for part, shown := range h.parts {
		if bytes.Contains(p, []byte(part)) {
			p = bytes.ReplaceAll(p, []byte(part), []byte(shown))
		}
	}
	return p
}

// text is bytes for a string.
func (h *hidden) text(s string) string { return string(h.bytes([]byte(s))) }

// writer hides on the way to another writer.
func (h *hidden) writer(w io.Writer) io.Writer { return hidingWriter{h, w} }

type hidingWriter struct {
	hidden *hidden
	out    io.Writer
}

// Write implements io.Writer.
func (w hidingWriter) Write(p []byte) (int, error) {
	if _, err := w.out.Write(w.hidden.bytes(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// hideShapes hides what the names of files tell by their shape, before anything
// of them is read. The masks are the ledger's, or without one stars.
func (a *app) hideShapes(paths []string, digest *ledger.Digester) {
	for _, path := range paths {
		for _, part := range strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' }) {
			stem := strings.TrimSuffix(part, filepath.Ext(part))
			if !ident.Telling(stem) {
				continue
			}
			shown := "***"
			if digest != nil {
				shown = digest.Mask(stem)
			}
			a.hidden.add(stem, shown)
		}
	}
}
