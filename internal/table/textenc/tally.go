package textenc

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf8"
)

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

	lines       int
	damagedUTF8 int  // of notUTF8: mainly UTF-8, or nothing else either
	damagedGB   int  // of notGB: not UTF-8 either
	endUTF8     bool // the file ends within a character
	endGB       bool
	big5        pairCount
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
	feed := -1 // the line end of the line at hand
	for at := 0; at < len(b); {
		high := firstHigh(b[at:])
		if high < 0 {
			return
		}
		high += at
		if feed < high {
			feed = len(b)
			if i := bytes.IndexByte(b[high:], '\n'); i >= 0 {
				feed = high + i
			}
		}
		end := feed
		if i := bytes.IndexByte(b[high:feed], '\r'); i >= 0 {
			end = high + i
		}
		t.line(b[high:end], t.offset+int64(high))
		at = end
	}
}

func firstHigh(b []byte) int {
	const high = 0x8080808080808080 // the bits that no ASCII character has
	i := 0
	for i+8 <= len(b) && binary.LittleEndian.Uint64(b[i:])&high == 0 {
		i += 8
	}
	for ; i < len(b); i++ {
		if b[i] >= utf8.RuneSelf {
			return i
		}
	}
	return -1
}

// line judges the rest of a line from its first byte beyond ASCII.
func (t *tally) line(b []byte, at int64) {
	t.lines++
	last := at+int64(len(b)) == t.size
	good, cut := utf8Bad(b)
	isUTF8 := good == len(b)
	if !isUTF8 {
		if t.notUTF8 == 0 {
			t.badUTF8 = at + int64(good)
			t.cutUTF8 = cut && last
		}
		t.notUTF8++
	}
	if isUTF8 {
		t.valid(b, at)
	}
	good, cutGB := gbBad(b)
	isGB := good == len(b)
	if !isGB {
		if t.notGB == 0 {
			t.badGB = at + int64(good)
			t.cutGB = cutGB && last
		}
		t.notGB++
	}
	t.endUTF8 = last && endsWithin(b)
	t.endGB = last && cutGB
	if t.big5.pairs < maxPairs && isGB && !isUTF8 {
		t.big5.count(b)
	}
	t.damage(b, isUTF8, isGB)
}

// valid counts a line of UTF-8.
func (t *tally) valid(b []byte, at int64) {
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

// damage counts a line that is not UTF-8: as one of GB18030, or as a damaged
// one of either encoding. In a damaged line of UTF-8 most of what is not ASCII
// is UTF-8 all the same.
func (t *tally) damage(b []byte, isUTF8, isGB bool) {
	if isUTF8 {
		return
	}
	mainly := mainlyUTF8(b)
	if isGB && !mainly {
		t.onlyGB++
		return
	}
	t.damagedUTF8++
	if !isGB && !mainly {
		t.damagedGB++
	}
}

// mainlyUTF8 reports whether a line has two characters of three bytes, and two
// for each run of bytes that are not UTF-8.
func mainlyUTF8(b []byte) bool {
	places := widePlaces(b)
	if places < 2 {
		return false
	}
	var wide, runs int
	bad := false
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			bad = false
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			if !bad {
				runs++
			}
			if places < 2*runs {
				return false
			}
			bad = true
		default:
			bad = false
			if n == 3 {
				wide++
			}
		}
		b = b[n:]
	}
	return wide >= 2 && wide >= 2*runs
}

// widePlaces is how many places of b look like characters of three bytes, at least as
// many as there are: it costs little for the many lines of GB18030 that have few.
func widePlaces(b []byte) int {
	n := 0
	for i := 0; i+2 < len(b); i++ {
		if b[i]&0xF0 == 0xE0 && b[i+1]&0xC0 == 0x80 && b[i+2]&0xC0 == 0x80 {
			n++
		}
	}
	return n
}

// endsWithin reports whether b ends within a character of UTF-8.
func endsWithin(b []byte) bool {
	for i := len(b) - 1; i >= 0 && i >= len(b)-3; i-- {
		if utf8.RuneStart(b[i]) {
			return !utf8.FullRune(b[i:])
		}
	}
	return false
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
		return t.mainGB()
	case t.notUTF8 == 0:
		return UTF8, nil
	case t.marked:
		return t.mainUTF8()
	case t.cutUTF8 && t.notUTF8 == 1 && t.weak > 0:
		return UTF8, t.fault(UTF8)
	case gb && t.onlyGB >= t.damagedUTF8:
		return t.cleanGB(), nil
	case t.mostlyGB():
		return t.mainGB()
	case t.strong == 0 && t.cutGB:
		return GB18030, t.fault(GB18030)
	}
	return t.mainUTF8()
}

// cleanGB is the encoding of a text that GB18030 reads without a fault: Big5 fits too,
// now and then.
func (t *tally) cleanGB() Encoding {
	if t.big5.likely() {
		return Big5
	}
	return GB18030
}

// mostlyGB reports whether more speaks for GB18030 with faults than for UTF-8 with
// faults; a tie is decided by what came first.
func (t *tally) mostlyGB() bool {
	if t.onlyGB == t.strong {
		return t.onlyGB > 0 && t.badUTF8 < t.firstUTF8
	}
	return t.onlyGB > t.strong
}

// fewDamaged is how many damaged lines a file may have in any case; of a longer
// one it may be one line in twenty. Beyond that it is no text of the encoding.
const fewDamaged = 3

// tolerable reports whether damaged lines are few, and lines that only another
// encoding explains at most one among twenty good ones.
func (t *tally) tolerable(damaged, other, good int) bool {
	return good > 0 && damaged <= max(fewDamaged, t.lines/20) && other <= min(good/20, 1)
}

// mainUTF8 is the verdict for a file that is mainly UTF-8.
func (t *tally) mainUTF8() (Encoding, error) {
	if !t.endUTF8 && t.tolerable(t.damagedUTF8, t.notUTF8-t.damagedUTF8, t.weak) {
		return DamagedUTF8, nil
	}
	return UTF8, t.fault(UTF8)
}

// mainGB is the verdict for a file that is mainly GB18030. A line of UTF-8 in
// it would be read as other characters, without a mark: there may be none.
func (t *tally) mainGB() (Encoding, error) {
	other := t.notGB - t.damagedGB
	if t.notGB == 0 && t.marked || t.strong == 0 && other == 0 && !t.endGB && t.tolerable(t.damagedGB, 0, t.onlyGB) {
		return GB18030, nil
	}
	return GB18030, t.fault(GB18030)
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
