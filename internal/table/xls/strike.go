package xls

import "hbupload/internal/table/grid"

// struckLooks are the fonts that strike text through, and the formats with such
// a font.
type struckLooks struct {
	fonts map[uint32]bool // by their index in runs and formats, which leaves out 4
	xfs   map[uint16]bool
	count uint16 // of formats so far
}

// font takes the n-th font of the list.
func (s *struckLooks) font(n uint32, body []byte) {
	if n >= 4 {
		n++
	}
	if body[2]&0x08 != 0 {
		s.fonts[n] = true
	}
}

// xf takes the next cell format, which has a font.
func (s *struckLooks) xf(font uint16) {
	if s.fonts[uint32(font)] {
		if s.xfs == nil {
			s.xfs = make(map[uint16]bool)
		}
		s.xfs[s.count] = true
	}
	s.count++
}

// strikes reports whether a format does; most workbooks have none.
func (s *struckLooks) strikes(xf uint16) bool { return len(s.xfs) > 0 && s.xfs[xf] }

// runs reads the fonts of the parts of a text, each from a character on: the
// number of runs and either half of one stand in size bytes. What stands in
// front of the first run has the font of the cell.
func (p *pieces) runs(n, chars, size int) grid.Strike {
	if len(p.struckFonts) == 0 {
		p.skip(n * 2 * size)
		return grid.AsCell
	}
	how := grid.AsCell
	for i := 0; i < n && !p.short; i++ {
		at := p.uint(size)
		font := p.uint(size)
		switch {
		case int(at) < chars && p.struckFonts[font]:
			how = grid.Struck
		case i == 0 && at == 0 && how == grid.AsCell:
			how = grid.Upright
		}
	}
	return how
}

// label reads the text of a cell that has it with it, and the fonts of its parts
// if the record is one of rich text.
func (b *book) label(rec record) (s string, how grid.Strike, ok bool) {
	p := newPieces(rec.body[6:])
	p.struckFonts = b.struck.fonts
	s, ok = b.text(p, 2)
	if !ok || rec.typ != recRString {
		return s, p.strike, ok
	}
	size := 2
	if b.biff5 {
		size = 1
	}
	n := p.uint(size)
	chars := int(u16(rec.body[6:]))
	if how := p.runs(int(n), chars, size); how != grid.AsCell {
		return s, how, true
	}
	return s, p.strike, true
}
