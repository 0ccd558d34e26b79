package textenc

import (
	"bytes"
	"errors"
	"io"
)

const (
	sampleSize = 64 << 10
	pieceSize  = 256 << 10
	maxPiece   = 1 << 20
	// strongRunes Chinese characters of three bytes each in one line that is
	// valid UTF-8 are no accident: GB18030 text of that shape is one in
	// hundreds of millions of lines.
	strongRunes = 4
)

// Detect reads the size bytes of r once and says how they are encoded and how
// many bytes of byte order mark stand in front. The error is an *Error if the
// file is no text of one encoding, else one of reading. Memory is bounded.
func Detect(r io.ReaderAt, size int64) (e Encoding, bom int, err error) {
	head := make([]byte, min(size, sampleSize))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return UTF8, 0, err
	}
	e, bom, sure := mark(head)
	if !sure {
		if wide, ok := Wide(head); ok {
			e = wide
			sure = true
		}
	}
	body := io.NewSectionReader(r, int64(bom), size-int64(bom))
	if e == UTF16LE || e == UTF16BE {
		return e, bom, check16(body, e, int64(bom))
	}
	t := tally{offset: int64(bom), size: size, marked: sure, mark: e}
	if err := t.read(body); err != nil {
		return UTF8, bom, err
	}
	e, err = t.verdict()
	return e, bom, err
}

// mark reads a byte order mark.
func mark(head []byte) (e Encoding, n int, ok bool) {
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		return UTF8, 3, true
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		return UTF16LE, 2, true
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return UTF16BE, 2, true
	case bytes.HasPrefix(head, []byte("\x84\x31\x95\x33")):
		return GB18030, 4, true
	}
	return UTF8, 0, false
}

// Wide recognises UTF-16 without a mark: there are zero bytes, which no other
// text has, nearly every two bytes are a character of the texts that we read,
// one in a hundred is ASCII, and some are delimiters or line ends.
func Wide(head []byte) (Encoding, bool) {
	if bytes.Count(head, []byte{0}) < 2 {
		return UTF8, false
	}
	little := units(head, 1, 0)
	big := units(head, 0, 1)
	switch {
	case little.usual > big.usual && little.isText(len(head)/2):
		return UTF16LE, true
	case big.usual > little.usual && big.isText(len(head)/2):
		return UTF16BE, true
	}
	return UTF8, false
}

// unitCount counts the units of what may be UTF-16.
type unitCount struct{ usual, ascii, delimiters int }

func (c unitCount) isText(all int) bool {
	return c.usual*100 >= all*95 && c.ascii*100 >= all && c.delimiters > 0
}

func units(head []byte, hi, lo int) (c unitCount) {
	for i := 0; i+1 < len(head); i += 2 {
		u := uint16(head[i+hi])<<8 | uint16(head[i+lo])
		if usualUnit(u) {
			c.usual++
		}
		if u > 0 && u < 0x7F {
			c.ascii++
		}
		switch u {
		case '\n', '\r', '\t', ',', ';', '|', '>':
			c.delimiters++
		}
	}
	return c
}

// usualUnit reports whether a unit of UTF-16 is ASCII text, Latin, a sign or
// Chinese.
func usualUnit(u uint16) bool {
	switch {
	case u < ' ':
		return u == '\t' || u == '\r' || u == '\n'
	case u < 0x0250, u >= 0x2000 && u < 0x2C00, u >= 0x3000 && u < 0x3200, u >= 0x3400 && u < 0xA000, u >= 0xFF00 && u < 0xFFF0:
		return u != 0x7F
	}
	return u >= 0x0370 && u < 0x0460 // Greek and Cyrillic, of units and grades
}

// check16 reads UTF-16 through and looks for half characters.
func check16(r io.Reader, e Encoding, at int64) error {
	buf := make([]byte, 64<<10)
	hi := 1
	lo := 0
	if e == UTF16BE {
		hi = 0
		lo = 1
	}
	first := int64(-1) // a high surrogate that waits for its low one
	halves := 0        // surrogates without their other half
	for {
		n, err := io.ReadFull(r, buf)
		for i := 0; i+1 < n; i += 2 {
			kind := buf[i+hi] & 0xFC
			switch pos := at + int64(i); {
			case (kind == 0xDC) != (first >= 0):
				if halves++; halves > fewDamaged {
					return &Error{Reason: Mixed, Main: e, Offset: pos}
				}
				first = -1
				if kind == 0xD8 {
					first = pos
				}
				continue
			case kind == 0xD8:
				first = pos
				continue
			case buf[i+hi] == 0 && buf[i+lo] == 0:
				return &Error{Reason: Binary, Main: e, Offset: pos}
			}
			first = -1
		}
		at += int64(n)
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			if n%2 == 1 || first >= 0 {
				return &Error{Reason: Cut, Main: e, Offset: at - 1}
			}
			return nil
		case err != nil:
			return err
		}
	}
}
