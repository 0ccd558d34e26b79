package xlsx

import (
	"io"

	"hbupload/internal/table/grid"
)

// phase is how far a pass has come.
type phase uint8

const (
	beforeData phase = iota
	inData
	afterData
	finished
)

// span is where a cell's text lies in sheetRows.text; n 0: the cell has its
// string already.
type span struct{ off, n int }

// sheetRows implements grid.Rows over the bytes of one sheet.
type sheetRows struct {
	b      *book
	sheet  int
	rc     io.Closer
	lx     *lexer
	shared *sharedStrings
	prefix string // of the root element; its children bear it too
	phase  phase
	err    error

	row     grid.Row
	named   bool // row.Num is certain: the row or a cell said it
	spans   []span
	text    []byte
	scratch []byte
	col     int32 // of the last cell, blank ones included
	phantom int
	merges  []grid.Range
	stale   bool // a cached result that may be out of date was noted
	slow    bool // tests only: leave the short cuts alone
}

// Next implements grid.Rows: the next row that holds a value.
func (r *sheetRows) Next() (*grid.Row, error) {
	if r.err != nil {
		return nil, r.err
	}
	row, err := r.advance()
	if err != nil {
		if err != io.EOF {
			err = r.placed(err)
		}
		r.err = err
		return nil, err
	}
	return row, nil
}

// Close implements grid.Rows.
func (r *sheetRows) Close() error {
	if r.err == nil {
		r.err = errClosed
	}
	return r.rc.Close()
}

// placed gives an error the row being read.
func (r *sheetRows) placed(err error) error {
	at := int32(0)
	if r.phase == inData {
		at = r.row.Num
	}
	return readError(r.b.name, r.b.wb.sheets[r.sheet].Name, at, err)
}

// mine reports whether the element at hand is the named one of the sheet's own
// vocabulary.
func (r *sheetRows) mine(name string) bool {
	return string(r.lx.name) == name && string(r.lx.prefix) == r.prefix
}

// advance reads on to a row with a value, or through to the end of the part:
// only there does the zip tell whether the checksum is right.
func (r *sheetRows) advance() (*grid.Row, error) {
	for {
		t, err := r.lx.next()
		if err != nil {
			return nil, err
		}
		switch t {
		case tokEOF:
			if r.phase != afterData {
				return nil, &syntaxError{msg: "工作表里没有数据区 (sheetData)，文件不完整"}
			}
			r.phase = finished
			r.b.keepMerges(r.sheet, r.merges)
			return nil, io.EOF
		case tokEnd:
			if r.phase == inData && r.lx.level() == 1 {
				r.phase = afterData
			}
			continue
		case tokText, tokCDATA:
			if err := between(r.lx, t); err != nil {
				return nil, err
			}
			continue
		}
		found, err := r.element()
		if err != nil {
			return nil, err
		}
		if found {
			return &r.row, nil
		}
	}
}

// element handles an opened element outside of rows; true if it was a row
// with a value.
func (r *sheetRows) element() (bool, error) {
	switch r.phase {
	case beforeData:
		if !r.mine("sheetData") {
			return false, r.lx.skip()
		}
		r.phase = inData
		if r.lx.selfClosed {
			r.phase = afterData
		}
		return false, nil
	case inData:
		if !r.mine("row") {
			return false, r.skipUnknown()
		}
		return r.readRow()
	}
	if r.mine("sheetData") {
		return false, &syntaxError{msg: "工作表里有两个数据区 (sheetData)"}
	}
	if r.mine("mergeCells") {
		return false, nil
	}
	if r.mine("mergeCell") {
		if err := r.addMerge(); err != nil {
			return false, err
		}
	}
	return false, r.lx.skip()
}

// skipUnknown passes over an element of another vocabulary, unless rows or
// cells hide in it. The sheet's own vocabulary is known whole: a stranger that
// claims to be of it is a damaged name, and what it holds would be lost.
func (r *sheetRows) skipUnknown() error {
	if r.mine("extLst") {
		return r.lx.skip()
	}
	if string(r.lx.prefix) == r.prefix {
		return &syntaxError{msg: "数据区的结构无法识别"}
	}
	for outer, first := r.lx.level()-1, true; first || r.lx.level() > outer; first = false {
		switch string(r.lx.name) {
		case "row", "c", "v", "f", "is":
			return &syntaxError{msg: "数据区的结构无法识别"}
		}
		if first && r.lx.selfClosed {
			return nil
		}
		t, err := r.lx.next()
		if err != nil {
			return err
		}
		if t == tokText || t == tokCDATA {
			if err := checkText(r.lx.text); err != nil {
				return err
			}
		}
	}
	return nil
}

// readRow reads the row that was just opened; true if it holds a value.
func (r *sheetRows) readRow() (bool, error) {
	if err := r.startRow(); err != nil {
		return false, err
	}
	if !r.lx.selfClosed {
		if err := r.readCells(); err != nil {
			return false, err
		}
	}
	if len(r.row.Cells) == 0 {
		r.phantom++
		if r.phantom > r.b.lim.PhantomRows {
			return false, &limitError{msg: "没有内容的行过多，超出了读取上限"}
		}
		return false, nil
	}
	r.fillText()
	return true, nil
}

// fillText gives the cells their strings: one allocation for the whole row.
func (r *sheetRows) fillText() {
	all := string(r.text)
	for i := range r.spans {
		if s := r.spans[i]; s.n > 0 {
			r.row.Cells[i].Text = all[s.off : s.off+s.n]
		}
	}
}

// startRow takes the attributes of a row.
func (r *sheetRows) startRow() error {
	prev := r.row.Num
	r.row = grid.Row{Num: prev + 1, Cells: r.row.Cells[:0]}
	r.spans = r.spans[:0]
	r.text = r.text[:0]
	r.col = 0
	r.named = false
	for _, a := range r.lx.attrs {
		switch string(a.name) {
		case "r", "spans", "s", "customFormat", "ht", "hidden", "customHeight", "outlineLevel", "collapsed", "thickTop", "thickBot", "ph":
		default:
			if isOwn(a.name) {
				return &syntaxError{msg: "行的属性无法识别"}
			}
		}
	}
	if v, ok := r.lx.rawAttr("r"); ok {
		n, ok := atoi(v)
		if !ok || n < 1 {
			return &syntaxError{msg: "行号有误"}
		}
		if n <= prev {
			return &syntaxError{msg: "行号重复或没有按顺序排列"}
		}
		r.row.Num = n
		r.named = true
	}
	if r.row.Num > r.b.lim.Rows {
		return &limitError{msg: "行号超出了 Excel 的上限（1,048,576 行）"}
	}
	if v, ok := r.lx.rawAttr("hidden"); ok {
		r.row.Hidden = isTrue(string(v))
	}
	return nil
}

// readCells reads up to the end of the row.
func (r *sheetRows) readCells() error {
	for {
		if err := r.fastCells(); err != nil {
			return err
		}
		t, err := r.lx.next()
		if err != nil {
			return err
		}
		switch {
		case t == tokEnd:
			return nil
		case t == tokStart && r.mine("c"):
			err = r.readCell()
		case t == tokStart:
			err = r.skipUnknown()
		default:
			err = between(r.lx, t)
		}
		if err != nil {
			return err
		}
	}
}

// fastCells takes cells as long as the short cut knows their form.
func (r *sheetRows) fastCells() error {
	for r.prefix == "" && !r.slow {
		ok, err := r.fastCell()
		if err != nil || !ok {
			return err
		}
	}
	return nil
}

// atoi reads an unsigned decimal of at most nine digits.
func atoi(b []byte) (int32, bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := int32(0)
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int32(c-'0')
	}
	return n, true
}
