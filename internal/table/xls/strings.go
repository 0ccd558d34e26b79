package xls

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"hbupload/internal/table/grid"
)

// pieces reads through a record that goes on in CONTINUE records.
type pieces struct {
	cur   []byte
	rest  [][]byte
	short bool // something was read that is not there

	struckFonts map[uint32]bool // fonts that strike through, by their index in runs
	strike      grid.Strike     // of the string that was read last
}

func newPieces(body []byte) *pieces { return &pieces{cur: body} }

// advance steps to the next piece that holds bytes.
func (p *pieces) advance() bool {
	for len(p.cur) == 0 {
		if len(p.rest) == 0 {
			p.short = true
			return false
		}
		p.cur = p.rest[0]
		p.rest = p.rest[1:]
	}
	return true
}

// uint reads n bytes, the lowest first.
func (p *pieces) uint(n int) (v uint32) {
	for i := range n {
		if !p.advance() {
			return 0
		}
		v |= uint32(p.cur[0]) << (8 * i)
		p.cur = p.cur[1:]
	}
	return v
}

// skip passes over n bytes.
func (p *pieces) skip(n int) {
	for n > 0 && p.advance() {
		k := min(n, len(p.cur))
		p.cur = p.cur[k:]
		n = n - k
	}
}

// text reads a string whose number of characters stands in lenBytes bytes in
// front of it. ok is false if it is not all there.
func (p *pieces) text(lenBytes int) (s string, ok bool) {
	var out strings.Builder
	p.textTo(&out, lenBytes)
	return out.String(), !p.short
}

// textTo appends such a string to out. Runs of rich text and phonetic guides
// behind it are skipped.
func (p *pieces) textTo(out *strings.Builder, lenBytes int) {
	p.strike = grid.AsCell
	chars := int(p.uint(lenBytes))
	if chars == 0 && lenBytes == 2 && len(p.cur) == 0 && len(p.rest) == 0 {
		return // some writers leave the flags of an empty string out
	}
	flags := p.uint(1)
	var runs, guides uint32
	if flags&0x08 != 0 {
		runs = p.uint(2)
	}
	if flags&0x04 != 0 {
		guides = p.uint(4)
	}
	p.chars(out, chars, flags&1 != 0)
	p.strike = p.runs(int(runs), chars, 2)
	p.skip(int(guides & 0x7FFFFFFF))
}

// chars reads characters. Where they go on in another record, that one begins
// with a flag of its own that tells their width.
func (p *pieces) chars(out *strings.Builder, n int, wide bool) {
	var high rune // a first half of a pair that waits for its second
	for n > 0 && !p.short {
		if len(p.cur) == 0 {
			if !p.advance() {
				break
			}
			wide = p.uint(1)&1 != 0
			continue
		}
		if !wide {
			k := min(n, len(p.cur))
			latin(out, p.cur[:k])
			p.cur = p.cur[k:]
			n = n - k
			continue
		}
		if len(p.cur) < 2 {
			p.short = true
			break
		}
		k := min(n, len(p.cur)/2)
		high = utf16To(out, p.cur[:2*k], high)
		p.cur = p.cur[2*k:]
		n = n - k
	}
	if high != 0 {
		out.WriteRune(utf8.RuneError)
	}
}

// latin appends characters of one byte each.
func latin(out *strings.Builder, b []byte) {
	plain := true
	for _, c := range b {
		plain = plain && c < utf8.RuneSelf
	}
	if plain {
		out.Write(b)
		return
	}
	for _, c := range b {
		out.WriteRune(rune(c))
	}
}

// utf16To appends characters of two bytes each. high is the half pair the
// bytes before ended with; the one these end with is returned.
func utf16To(out *strings.Builder, b []byte, high rune) rune {
	for i := 0; i < len(b); i += 2 {
		c := rune(u16(b[i:]))
		switch {
		case high != 0:
			r := utf16.DecodeRune(high, c)
			out.WriteRune(r)
			high = 0
			if c < 0xDC00 || c > 0xDFFF { // no second half: look at it again
				i -= 2
			}
		case c >= 0xD800 && c < 0xDC00:
			high = c
		default:
			out.WriteRune(c)
		}
	}
	return high
}

// strings8 is the table of shared strings: one text and where each ends.
type strings8 struct {
	text   string
	ends   []uint32
	strike map[uint32]grid.Strike // of those that are not as their cells are
}

// get is a string of the table.
func (s *strings8) get(i uint32) (string, bool) {
	if uint64(i) >= uint64(len(s.ends)) {
		return "", false
	}
	from := uint32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	return s.text[from:s.ends[i]], true
}

// how is the strike of a string of the table.
func (s *strings8) how(i uint32) grid.Strike {
	if len(s.strike) == 0 {
		return grid.AsCell
	}
	return s.strike[i]
}

// readSST reads the table. What is cut off is missing from it, so that the
// cells that need it can say so.
func readSST(p *pieces) strings8 {
	p.skip(4)
	count := p.uint(4)
	size := len(p.cur)
	for _, c := range p.rest {
		size += len(c)
	}
	var out strings.Builder
	out.Grow(size)
	s := strings8{strike: map[uint32]grid.Strike{}, ends: make([]uint32, 0, min(int(count), size/3+1))}
	for range count {
		if len(p.cur) == 0 && len(p.rest) == 0 {
			break
		}
		p.textTo(&out, 2)
		if p.short {
			break
		}
		if p.strike != grid.AsCell {
			s.strike[uint32(len(s.ends))] = p.strike
		}
		s.ends = append(s.ends, uint32(out.Len()))
	}
	s.text = out.String()
	return s
}
