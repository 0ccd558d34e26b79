package xlsx

import (
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/table/grid"
)

// cellMeta is what the check of a sheet finds out about one cell.
type cellMeta struct {
	row, col, style int32
	typ             cellType
	formula, value  bool // the elements are there
	hidden          bool
	code            string // of the formula
}

// fallbackRows yields what excelize reads, with the kinds that the check
// found. excelize stops in silence where a sheet is damaged; the check, which
// reads the same bytes strictly, has seen the whole sheet before.
type fallbackRows struct {
	cast  *sheetRows // turns values into cells
	file  *excelize.File
	rows  *excelize.Rows
	cells []cellMeta
	at    int // number of the row that rows stands on
	err   error
}

// maxFallbackItems bounds cells and shared strings of a sheet that excelize
// reads: it holds them in structures many times their size.
const maxFallbackItems = 1 << 20

func errFallbackSize() error {
	return &syntaxError{msg: "工作簿含有文档类型声明 (DOCTYPE)，又过大，不能用备用方式读取"}
}

// openFallback checks a sheet and opens it with excelize, all in memory:
// nothing of a workbook is written to temporary files.
func openFallback(ctx context.Context, b *book, i int) (grid.Rows, error) {
	total := uint64(0)
	for _, f := range b.parts.files {
		if f != nil {
			total += f.UncompressedSize64
		}
	}
	lim := b.lim.FallbackSize
	if total > uint64(lim) {
		return nil, errFallbackSize()
	}
	check := &sheetCheck{b: b, sheet: i}
	if err := check.run(ctx); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(io.NewSectionReader(b.ra, 0, b.size), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: 2 * lim, UnzipXMLSizeLimit: 2 * lim})
	if err != nil {
		return nil, &syntaxError{msg: "备用方式 (excelize) 也打不开工作簿", err: err}
	}
	rows, err := f.Rows(b.wb.sheets[i].Name)
	if err != nil {
		_ = f.Close()
		return nil, &syntaxError{msg: "备用方式 (excelize) 也打不开工作表", err: err}
	}
	b.keepMerges(i, check.merges)
	return &fallbackRows{cast: &sheetRows{b: b, sheet: i, phase: inData}, file: f, rows: rows, cells: check.cells}, nil
}

// Next implements grid.Rows.
func (r *fallbackRows) Next() (*grid.Row, error) {
	for r.err == nil && len(r.cells) > 0 {
		found, err := r.nextRow()
		if err != nil {
			r.err = r.cast.placed(err)
			return nil, r.err
		}
		if found {
			r.cast.fillText()
			return &r.cast.row, nil
		}
	}
	if r.err == nil {
		r.err = io.EOF
	}
	return nil, r.err
}

// nextRow reads the next row of the check's list; true if it holds a value.
func (r *fallbackRows) nextRow() (bool, error) {
	first := r.cells[0]
	r.cast.row = grid.Row{Num: first.row, Hidden: first.hidden, Cells: r.cast.row.Cells[:0]}
	r.cast.spans = r.cast.spans[:0]
	r.cast.text = r.cast.text[:0]
	for ; r.at < int(first.row); r.at++ {
		if !r.rows.Next() {
			return false, &syntaxError{msg: "备用方式 (excelize) 读到的行数不足"}
		}
		if r.at+1 < int(first.row) {
			if _, err := r.rows.Columns(); err != nil {
				return false, &syntaxError{msg: "备用方式 (excelize) 读取失败", err: err}
			}
		}
	}
	values, err := r.rows.Columns()
	if err != nil {
		return false, &syntaxError{msg: "备用方式 (excelize) 读取失败", err: err}
	}
	for len(r.cells) > 0 && r.cells[0].row == first.row {
		if err := r.cell(r.cells[0], values); err != nil {
			return false, err
		}
		r.cells = r.cells[1:]
	}
	return len(r.cast.row.Cells) > 0, nil
}

// cell gives excelize's value the kind that the check found.
func (r *fallbackRows) cell(m cellMeta, values []string) error {
	r.cast.col = m.col
	st, ok := r.cast.styleAt(m.style)
	if !ok {
		return r.cast.fail("单元格引用了不存在的样式，无法判断是否为日期")
	}
	c := content{hasFormula: m.formula, hasValue: m.value, formula: []byte(m.code)}
	if int(m.col) <= len(values) {
		c.value = []byte(values[m.col-1])
	}
	if m.typ == typeShared || m.typ == typeInline {
		m.typ = typeInline
		c.rich = true // excelize has looked up and unescaped
	}
	return r.cast.store(cellHead{m.typ, st}, c)
}

// Close implements grid.Rows.
func (r *fallbackRows) Close() error {
	if r.err == nil {
		r.err = errClosed
	}
	err := r.rows.Close()
	if err2 := r.file.Close(); err == nil {
		err = err2
	}
	return err
}

// sheetCheck reads a sheet strictly with encoding/xml, which knows document
// types and never follows them.
type sheetCheck struct {
	b       *book
	sheet   int
	strings int // entries of the shared strings
	row     int32
	col     int32
	hidden  bool
	cells   []cellMeta
	merges  []grid.Range
}

// run checks the shared strings and then the sheet.
func (s *sheetCheck) run(ctx context.Context) error {
	if s.b.wb.shared != "" && s.b.parts.has(s.b.wb.shared) {
		err := s.walk(ctx, s.b.wb.shared, func(e xml.StartElement, depth int) error {
			if e.Name.Local == "si" && depth == 2 {
				s.strings++
			}
			if s.strings > maxFallbackItems {
				return errFallbackSize()
			}
			return nil
		}, nil)
		if err != nil {
			return err
		}
	}
	err := s.walk(ctx, s.b.wb.sheets[s.sheet].part, s.element, s.chars)
	return readError(s.b.name, s.b.wb.sheets[s.sheet].Name, s.row, err)
}

// walk calls fn for each element of a part, to its very end.
func (s *sheetCheck) walk(ctx context.Context, part string, fn func(xml.StartElement, int) error, text func(string, []byte) error) error {
	return s.b.parts.text(part, s.b.lim.FallbackSize, func(src io.Reader) error { return s.elements(ctx, src, fn, text) })
}

func (s *sheetCheck) elements(ctx context.Context, src io.Reader, fn func(xml.StartElement, int) error, text func(string, []byte) error) error {
	d := xml.NewDecoder(src)
	name := ""
	for depth := 0; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		t, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return &syntaxError{msg: "XML 有误或在中途截断", err: err}
		}
		switch e := t.(type) {
		case xml.StartElement:
			if depth++; depth > s.b.lim.Depth {
				return &syntaxError{msg: "XML 嵌套过深，超出了读取上限"}
			}
			name = e.Name.Local
			err = fn(e, depth)
		case xml.EndElement:
			depth--
			name = ""
		case xml.CharData:
			if text != nil {
				err = text(name, e)
			}
		}
		if err != nil {
			return err
		}
	}
}

// chars keeps a formula and checks a value: a shared string must exist.
func (s *sheetCheck) chars(element string, v []byte) error {
	if len(s.cells) == 0 {
		return nil
	}
	last := &s.cells[len(s.cells)-1]
	if element == "f" {
		last.code += string(v)
	}
	if element != "v" || last.typ != typeShared {
		return nil
	}
	if n, err := strconv.Atoi(string(bytes.TrimSpace(v))); err != nil || n < 0 || n >= s.strings {
		return s.fail("引用了不存在的共享字符串")
	}
	return nil
}

// fail is an error at the cell being checked.
func (s *sheetCheck) fail(msg string) error {
	return &syntaxError{msg: msg, cell: colName(s.col) + strconv.Itoa(int(s.row))}
}

// element takes rows, cells, values, formulas and merged areas.
func (s *sheetCheck) element(e xml.StartElement, _ int) error {
	attrs := map[string]string{}
	for _, a := range e.Attr {
		attrs[a.Name.Local] = a.Value
	}
	last := len(s.cells) - 1
	switch e.Name.Local {
	case "row":
		n := s.row + 1
		if v, given := attrs["r"]; given {
			var ok bool
			if n, ok = atoi([]byte(v)); !ok || n <= s.row {
				return &syntaxError{msg: "行号有误、重复或没有按顺序排列"}
			}
		}
		s.row = n
		s.col = 0
		s.hidden = isTrue(attrs["hidden"])
	case "c":
		return s.cell(attrs)
	case "v", "is":
		if last >= 0 {
			s.cells[last].value = true
		}
	case "f":
		if last >= 0 {
			s.cells[last].formula = true
		}
	case "mergeCell":
		m, ok := parseRange([]byte(attrs["ref"]))
		if !ok || len(s.merges) >= s.b.lim.Merges {
			return &syntaxError{msg: "合并单元格的范围有误"}
		}
		s.merges = append(s.merges, m)
	}
	return nil
}

// cell takes one cell's attributes.
func (s *sheetCheck) cell(attrs map[string]string) error {
	col := s.col + 1
	row := s.row
	if ref, given := attrs["r"]; given {
		var ok bool
		if col, row, ok = parseRef([]byte(ref)); !ok || row != s.row || col <= s.col {
			return &syntaxError{msg: "单元格编号有误、重复或没有按顺序排列"}
		}
	}
	if s.col = col; col > s.b.lim.Columns || row > s.b.lim.Rows {
		return &limitError{msg: "行号或列号超出了 Excel 的上限"}
	}
	m := cellMeta{row: row, col: col, hidden: s.hidden}
	var ok bool
	if m.typ, ok = cellTypeOf([]byte(attrs["t"])); !ok {
		return s.fail("单元格类型无法识别")
	}
	if v := attrs["s"]; v != "" {
		if m.style, ok = atoi([]byte(v)); !ok {
			return s.fail("单元格样式有误")
		}
	}
	if len(s.cells) >= maxFallbackItems {
		return errFallbackSize()
	}
	s.cells = append(s.cells, m)
	return nil
}
