package xls

import (
	"bufio"
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// XML 1.0 has no way to write a control character, but some programs write
// references such as &#8; all the same, and Excel reads them. standIn is the
// first of 32 codes of Unicode that never stand for a character: while the
// markup is read they stand for the control characters.
const standIn = '\uFDD0'

// controlReferences replaces references to control characters by stand-ins.
// Everything else passes unchanged.
type controlReferences struct {
	r    *bufio.Reader
	rest []byte // of a stand-in
}

// Read implements io.Reader.
func (c *controlReferences) Read(p []byte) (int, error) {
	if len(c.rest) > 0 {
		n := copy(p, c.rest)
		c.rest = c.rest[n:]
		return n, nil
	}
	head, err := c.r.Peek(maxReference)
	if len(head) == 0 {
		return 0, err
	}
	if code, n := controlReference(head); n > 0 {
		if _, err := c.r.Discard(n); err != nil {
			return 0, err
		}
		c.rest = utf8.AppendRune(nil, standIn+code)
		return c.Read(p)
	}
	buffered, _ := c.r.Peek(min(len(p), c.r.Buffered()))
	n := len(buffered)
	if i := bytes.IndexByte(buffered[1:], '&'); i >= 0 {
		n = 1 + i
	}
	return io.ReadFull(c.r, p[:min(n, len(p))])
}

// maxReference is the longest form looked at: &#x0000001F;.
const maxReference = 12

// controlReference reads the reference to a control character that b begins
// with; n is its length, 0 if there is none.
func controlReference(b []byte) (code rune, n int) {
	s, ok := strings.CutPrefix(string(b), "&#")
	if !ok {
		return 0, 0
	}
	digits, _, ok := strings.Cut(s, ";")
	if !ok {
		return 0, 0
	}
	v, err := strconv.ParseUint(digits, 10, 8)
	if hex, isHex := strings.CutPrefix(digits, "x"); isHex {
		v, err = strconv.ParseUint(hex, 16, 8)
	}
	if err != nil || v >= ' ' || v == '\t' || v == '\n' || v == '\r' || digits[0] == '+' {
		return 0, 0
	}
	return rune(v), len("&#") + len(digits) + len(";")
}

// controls puts the control characters back into a text. A zero byte is no
// character of any program: it becomes the mark of a damaged one.
func controls(s string) string {
	if !strings.Contains(s, "\uFDD0"[:2]) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == standIn:
			return utf8.RuneError
		case r > standIn && r < standIn+' ':
			return r - standIn
		}
		return r
	}, s)
}
