package textenc

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
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
		if wide, ok := zeroPattern(head); ok {
			e, sure = wide, true
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

// zeroPattern recognises UTF-16 without a mark: line ends, digits and
// delimiters have a zero byte on one side, and always on the same one.
func zeroPattern(head []byte) (Encoding, bool) {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i&1]++
		}
	}
	switch {
	case zeros[0]+zeros[1] < 2:
		return UTF8, false
	case zeros[1] > 8*zeros[0] && zeros[1]*50 > len(head):
		return UTF16LE, true
	case zeros[0] > 8*zeros[1] && zeros[0]*50 > len(head):
		return UTF16BE, true
	}
	return UTF8, false
}

// tally counts the lines with characters beyond ASCII by the encodings they
// fit. Offsets are those of the first such byte in the file.
type tally struct {
	offset int64 // of the piece at hand
	size   int64
	marked bool
	mark   Encoding

	strong    int // valid UTF-8 beyond doubt
	weak      int // valid UTF-8 with a Chinese character
	onlyGB    int // GB18030 and not UTF-8
	notUTF8   int
	notGB     int
	badUTF8   int64
	badGB     int64
	firstUTF8 int64 // first strong line
	cutUTF8   bool  // the first bad place is just the end of the file
	cutGB     bool
}

// read hands the bytes over in pieces that begin and end at a character
// boundary of both encodings.
func (t *tally) read(r io.Reader) error {
	buf := make([]byte, 0, max(min(t.size, pieceSize), 16))
	for {
		n, err := io.ReadFull(r, buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		last := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !last {
			return err
		}
		if i := bytes.IndexByte(buf, 0); i >= 0 {
			return &Error{Reason: Binary, Offset: t.offset + int64(i)}
		}
		cut := len(buf)
		if !last {
			cut = boundary(buf)
		}
		if cut == 0 && !last {
			if cap(buf) >= maxPiece {
				return &Error{Reason: Binary, Offset: t.offset}
			}
			buf = append(make([]byte, 0, 2*cap(buf)), buf...)
			continue
		}
		t.piece(buf[:cut])
		t.offset += int64(cut)
		buf = buf[:copy(buf[:cap(buf)], buf[cut:])]
		if last {
			return nil
		}
	}
}

// boundary is the index after the last line end of b, or after the last byte
// that is a character of its own in any of the encodings; 0 if there is none.
func boundary(b []byte) int {
	if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
		return i + 1
	}
	for i := len(b); i > 0; i-- {
		if b[i-1] < 0x30 || i > 1 && b[i-1] < utf8.RuneSelf && b[i-2] < utf8.RuneSelf {
			return i
		}
	}
	return 0
}

// piece judges the lines of b that are not ASCII.
func (t *tally) piece(b []byte) {
	for at := 0; at < len(b); {
		high := firstHigh(b[at:])
		if high < 0 {
			return
		}
		high += at
		end := len(b)
		if i := bytes.IndexAny(b[high:], "\r\n"); i >= 0 {
			end = high + i
		}
		t.line(b[high:end], t.offset+int64(high))
		at = end
	}
}

func firstHigh(b []byte) int {
	for i, c := range b {
		if c >= utf8.RuneSelf {
			return i
		}
	}
	return -1
}

// line judges the rest of a line from its first byte beyond ASCII.
func (t *tally) line(b []byte, at int64) {
	good, cut := utf8Bad(b)
	isUTF8 := good == len(b)
	if !isUTF8 {
		if t.notUTF8 == 0 {
			t.badUTF8, t.cutUTF8 = at+int64(good), cut && at+int64(len(b)) == t.size
		}
		t.notUTF8++
	}
	if isUTF8 {
		n := wideRunes(b)
		if n > 0 {
			t.weak++
		}
		if n >= strongRunes {
			if t.strong == 0 {
				t.firstUTF8 = at
			}
			t.strong++
		}
	}
	good, cut = gbBad(b)
	switch {
	case good < len(b):
		if t.notGB == 0 {
			t.badGB, t.cutGB = at+int64(good), cut && at+int64(len(b)) == t.size
		}
		t.notGB++
	case !isUTF8:
		t.onlyGB++
	}
}

// utf8Bad is the index of the first byte of b that is not UTF-8, len(b) if
// there is none. cut tells that b merely ends within a character there.
func utf8Bad(b []byte) (at int, cut bool) {
	if utf8.Valid(b) {
		return len(b), false
	}
	for at < len(b) {
		r, n := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && n == 1 {
			return at, !utf8.FullRune(b[at:])
		}
		at += n
	}
	return at, false
}

// wideRunes counts the three-byte characters of valid UTF-8.
func wideRunes(b []byte) (n int) {
	for _, c := range b {
		if c&0xF0 == 0xE0 {
			n++
		}
	}
	return n
}

// verdict decides by all lines.
func (t *tally) verdict() (Encoding, error) {
	gb := t.notGB == 0 && t.strong == 0
	switch {
	case t.marked && t.mark == GB18030:
		if t.notGB == 0 {
			return GB18030, nil
		}
		return GB18030, t.fault(GB18030)
	case t.notUTF8 == 0:
		return UTF8, nil
	case t.marked, t.cutUTF8 && t.notUTF8 == 1 && t.weak > 0:
		return UTF8, t.fault(UTF8)
	case gb:
		return GB18030, nil
	case t.onlyGB > t.strong, t.onlyGB == t.strong && t.onlyGB > 0 && t.badUTF8 < t.firstUTF8:
		return GB18030, t.fault(GB18030)
	case t.strong == 0 && t.cutGB:
		return GB18030, t.fault(GB18030)
	}
	return UTF8, t.fault(UTF8)
}

// fault is the error of a file that is mainly of the encoding.
func (t *tally) fault(main Encoding) error {
	e := &Error{Reason: Mixed, Main: main}
	if main == UTF8 {
		e.Offset = t.badUTF8
		if t.cutUTF8 && t.notUTF8 == 1 {
			e.Reason = Cut
		}
		return e
	}
	e.Offset = t.badGB
	if t.notGB == 0 || t.strong > 0 && t.firstUTF8 < t.badGB {
		e.Offset = t.firstUTF8
	} else if t.cutGB && t.notGB == 1 {
		e.Reason = Cut
	}
	return e
}

// check16 reads UTF-16 through and looks for half characters.
func check16(r io.Reader, e Encoding, at int64) error {
	buf := make([]byte, 64<<10)
	hi, lo := 1, 0
	if e == UTF16BE {
		hi, lo = 0, 1
	}
	first := int64(-1) // a high surrogate that waits for its low one
	for {
		n, err := io.ReadFull(r, buf)
		for i := 0; i+1 < n; i += 2 {
			kind := buf[i+hi] & 0xFC
			switch pos := at + int64(i); {
			case (kind == 0xDC) != (first >= 0):
				return &Error{Reason: Mixed, Main: e, Offset: pos}
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
