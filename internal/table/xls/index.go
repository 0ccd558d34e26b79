package xls

import (
	"cmp"
	"slices"

	"hbupload/internal/table/grid"
)

// index is what one run over a sheet's records finds out before its cells are
// read.
type index struct {
	start  int // of the first record behind BOF
	merges []grid.Range
	hidden map[uint16]bool
	// refs are the cells in order, set only if the sheet holds them out of
	// order, as some programs write them.
	refs []ref
	// uncached tells that no formula of the sheet has a value: the program
	// that wrote it cannot calculate.
	uncached bool
}

// ref is where the record of a cell stands.
type ref struct {
	key uint32 // row and column
	pos uint32
}

// indexOf is the index of a sheet, made on first use.
func (b *book) indexOf(i int) (*index, error) {
	if i < 0 || i >= len(b.sheets) {
		return nil, &grid.ReadError{File: b.file, Message: "没有这个工作表"}
	}
	s := &b.sheets[i]
	s.once.Do(func() { s.index, s.err = b.scan(s) })
	return s.index, s.err
}

// scan looks at every record of a sheet once. Damage is not its business: the
// rows before it are read all the same, and then say so.
func (b *book) scan(s *sheet) (*index, error) {
	rec, ok := b.record(s.pos)
	if !ok || rec.typ != recBOF || len(rec.body) < 4 {
		return nil, b.sheetDamaged(s, 0, "文件不完整：找不到这个工作表的内容")
	}
	x := &index{start: rec.next, hidden: make(map[uint16]bool)}
	var f formulas
	last := int64(-1)
	sorted := true
	for it := (walk{b: b, pos: rec.next}); ; {
		pos, rec, end, ok := it.next()
		if end || !ok {
			break
		}
		if x.layout(rec) || !isCell(rec.typ) || len(rec.body) < 6 {
			continue
		}
		key := u32(rec.body)<<16 | u32(rec.body)>>16
		sorted = sorted && int64(key) > last
		last = int64(lastKey(rec, key))
		f.count(rec)
		if !sorted && x.refs == nil {
			x.refs = b.refs(rec.next, x.start)
		} else if x.refs != nil {
			x.refs = append(x.refs, ref{key, uint32(pos)})
		}
	}
	x.uncached = f.all > 0 && f.computed == 0
	slices.SortStableFunc(x.refs, func(p, q ref) int { return cmp.Compare(p.key, q.key) })
	return x, nil
}

// layout notes what a record says of hidden rows and merged cells, and reports
// whether it speaks of them.
func (x *index) layout(rec record) bool {
	body := rec.body
	switch {
	case rec.typ == recRow && len(body) >= 13:
		if body[12]&0x20 != 0 {
			x.hidden[u16(body)] = true
		}
		return true
	case rec.typ == recMergeCells && len(body) >= 2:
		x.merges = appendMerges(x.merges, body)
		return true
	}
	return false
}

// formulas counts a sheet's formulas and those whose result is stored.
type formulas struct{ all, computed int }

func (f *formulas) count(rec record) {
	if !isFormula(rec.typ) || len(rec.body) < 16 {
		return
	}
	f.all++
	if calculated(rec.body) {
		f.computed++
	}
}

// refs lists the cells up to a position.
func (b *book) refs(until, start int) []ref {
	out := make([]ref, 0, 1024)
	for it := (walk{b: b, pos: start}); it.pos < until; {
		pos, rec, end, ok := it.next()
		if end || !ok {
			break
		}
		if isCell(rec.typ) && len(rec.body) >= 6 {
			out = append(out, ref{u32(rec.body)<<16 | u32(rec.body)>>16, uint32(pos)})
		}
	}
	return out
}

// walk goes through the records of a sheet and passes over the charts within.
type walk struct {
	b     *book
	pos   int
	depth int
}

// next is the next record of the sheet. end is its EOF; ok is false where the
// stream breaks off.
func (w *walk) next() (pos int, rec record, end, ok bool) {
	for {
		pos = w.pos
		if rec, ok = w.b.record(pos); !ok {
			return pos, rec, false, false
		}
		w.pos = rec.next
		switch {
		case rec.typ == recBOF:
			w.depth++
		case rec.typ == recEOF && w.depth == 0:
			return pos, rec, true, true
		case rec.typ == recEOF:
			w.depth--
		case w.depth == 0:
			return pos, rec, false, true
		}
	}
}

// isCell reports whether records of a type begin with row and column.
func isCell(typ uint16) bool {
	switch typ {
	case recFormula, recFormula3, recFormula4, recMulRK, recRString, recLabelSST, recNumber, recLabel, recBoolErr, recRK:
		return true
	}
	return false
}

// isFormula reports whether a record is a formula: some programs write those of
// BIFF8 under the numbers of older versions.
func isFormula(typ uint16) bool {
	return typ == recFormula || typ == recFormula3 || typ == recFormula4
}

// lastKey is the last cell of a record that holds several.
func lastKey(rec record, key uint32) uint32 {
	if rec.typ == recMulRK && len(rec.body) >= 12 {
		return key + uint32((len(rec.body)-6)/6) - 1
	}
	return key
}

func appendMerges(out []grid.Range, body []byte) []grid.Range {
	for p := body[2:]; len(p) >= 8; p = p[8:] {
		out = append(out, grid.Range{FirstRow: int32(u16(p)) + 1, LastRow: int32(u16(p[2:])) + 1,
			FirstCol: int32(u16(p[4:])) + 1, LastCol: int32(u16(p[6:])) + 1})
	}
	return out
}

func (b *book) sheetDamaged(s *sheet, row int32, message string) error {
	return &grid.ReadError{File: b.file, Sheet: s.name, Row: row, Message: message,
		Fix: "请用 Excel 或 WPS 打开确认后另存为 .xlsx，或从原系统重新导出", Err: b.dataErr}
}
