package xlsx

import (
	"bytes"
	"errors"

	"hbupload/internal/table/grid"
)

// cellType is the t attribute.
type cellType uint8

const (
	typeNumber cellType = iota
	typeShared
	typeInline
	typeString
	typeBool
	typeError
	typeDate
)

// cellTypeOf reads the t attribute.
func cellTypeOf(b []byte) (cellType, bool) {
	switch string(b) {
	case "n", "":
		return typeNumber, true
	case "s":
		return typeShared, true
	case "inlineStr":
		return typeInline, true
	case "str":
		return typeString, true
	case "b":
		return typeBool, true
	case "e":
		return typeError, true
	case "d":
		return typeDate, true
	}
	return 0, false
}

// parseRef reads a reference such as AB12.
func parseRef(b []byte) (col, row int32, ok bool) {
	i := 0
	for ; i < len(b) && i < 4; i++ {
		c := b[i] | 0x20
		if c < 'a' || c > 'z' {
			break
		}
		col = col*26 + int32(c-'a') + 1
	}
	row, ok = atoi(b[i:])
	return col, row, ok && i > 0 && row > 0
}

// colName is the letter form of a 1-based column.
func colName(col int32) string {
	var b [8]byte
	i := len(b)
	for ; col > 0; col = (col - 1) / 26 {
		i--
		b[i] = 'A' + byte((col-1)%26)
	}
	return string(b[i:])
}

// cellHead is what the tag of a cell says.
type cellHead struct {
	typ   cellType
	style style
}

// place settles the column of the next cell and checks its reference.
func (r *sheetRows) place(ref []byte) error {
	if ref == nil {
		r.col++
		return r.inBounds()
	}
	col, row, ok := parseRef(ref)
	if !ok {
		return &syntaxError{msg: "单元格编号有误"}
	}
	if row != r.row.Num {
		if r.named || row < r.row.Num {
			return &syntaxError{msg: "单元格编号与所在的行不符"}
		}
		if row > r.b.lim.Rows {
			return &limitError{msg: "行号超出了 Excel 的上限（1,048,576 行）"}
		}
		r.row.Num = row
	}
	r.named = true
	if col <= r.col {
		return &syntaxError{msg: "单元格编号重复或没有按顺序排列", cell: string(ref)}
	}
	r.col = col
	return r.inBounds()
}

// inBounds checks the column.
func (r *sheetRows) inBounds() error {
	if r.col > r.b.lim.Columns {
		return &limitError{msg: "列号超出了 Excel 的上限（16,384 列）"}
	}
	return nil
}

// fail is an error at the current cell.
func (r *sheetRows) fail(msg string) error {
	var num [12]byte
	i := len(num)
	for n := r.row.Num; n > 0; n /= 10 {
		i--
		num[i] = '0' + byte(n%10)
	}
	return &syntaxError{msg: msg, cell: colName(r.col) + string(num[i:])}
}

// styleAt finds a style; a workbook without styles has only General.
func (r *sheetRows) styleAt(i int32) (style, bool) {
	if int(i) < len(r.b.styles) {
		return r.b.styles[i], true
	}
	return style{kind: grid.Number}, len(r.b.styles) == 0 || i == 0
}

// head reads the attributes of the cell that was just opened.
func (r *sheetRows) head() (cellHead, error) {
	var ref, typ, sty []byte
	for _, a := range r.lx.attrs {
		switch string(a.name) {
		case "r":
			ref = a.val
		case "t":
			typ = a.val
		case "s":
			sty = a.val
		case "cm", "vm", "ph":
		default:
			if isOwn(a.name) {
				// a damaged name of t would turn an index into a number
				return cellHead{}, &syntaxError{msg: "单元格的属性无法识别"}
			}
		}
	}
	if err := r.place(ref); err != nil {
		return cellHead{}, err
	}
	var h cellHead
	var ok bool
	if h.typ, ok = cellTypeOf(typ); !ok {
		return h, r.fail("单元格类型无法识别")
	}
	n := int32(0)
	if len(sty) > 0 { // some programs write s=""
		if n, ok = atoi(sty); !ok {
			return h, r.fail("单元格样式有误")
		}
	}
	if h.style, ok = r.styleAt(n); !ok {
		return h, r.fail("单元格引用了不存在的样式，无法判断是否为日期")
	}
	return h, nil
}

// isOwn reports whether an attribute is of the sheet's own vocabulary.
func isOwn(name []byte) bool {
	return bytes.IndexByte(name, ':') < 0 && string(name) != "xmlns"
}

// content is what stands in a cell, in sheetRows.scratch: the value and then
// the formula.
type content struct {
	value, formula       []byte
	hasValue, hasFormula bool
	rich                 bool // value came from <is>: already unescaped
	strike               grid.Strike
}

// readCell reads the cell that was just opened, in any form.
func (r *sheetRows) readCell() error {
	h, err := r.head()
	if err != nil || r.lx.selfClosed {
		return err
	}
	var c content
	buf := r.scratch[:0]
	var value, formula, inline span
	for outer := r.lx.level() - 1; r.lx.level() > outer; {
		t, err := r.lx.next()
		if err != nil {
			return err
		}
		if t != tokStart {
			if err := between(r.lx, t); err != nil {
				return err
			}
			continue
		}
		at := len(buf)
		switch {
		case r.mine("v"):
			if c.hasValue {
				return r.fail("单元格里有两个值")
			}
			buf, err = readText(r.lx, buf, &r.b.lim)
			value = span{at, len(buf) - at}
			c.hasValue = true
		case r.mine("is"):
			if c.rich {
				return r.fail("单元格里有两个值")
			}
			buf, c.strike, err = readString(r.lx, buf, &r.b.lim)
			inline = span{at, len(buf) - at}
			c.rich = true
		case r.mine("f"):
			buf, err = readText(r.lx, buf, &r.b.lim)
			formula = span{at, len(buf) - at}
			c.hasFormula = true
		default:
			err = r.skipUnknown()
		}
		if err != nil {
			return r.inCell(err)
		}
	}
	r.scratch = buf
	c.value = buf[value.off : value.off+value.n]
	c.formula = buf[formula.off : formula.off+formula.n]
	if c.rich && !c.setInline(buf[inline.off:inline.off+inline.n]) {
		return r.fail("单元格里有两个值")
	}
	return r.store(h, c)
}

// setInline makes the text of <is> the value, and reports whether it may be: some
// programs write the text in <v> too, and what differs is damage.
func (c *content) setInline(text []byte) bool {
	if c.hasValue && len(c.value) > 0 && !bytes.Equal(unescape(bytes.Clone(c.value), 0), text) {
		return false
	}
	c.value = text
	c.hasValue = true
	return true
}

// inCell narrows the place of an error to the current cell.
func (r *sheetRows) inCell(err error) error {
	var here, se *syntaxError
	if !errors.As(r.fail(""), &here) {
		return err
	}
	if errors.As(err, &se) && se.cell == "" {
		here.msg = se.msg
		here.err = se.err
		return here
	}
	var le *limitError
	if errors.As(err, &le) && le.cell == "" {
		return &limitError{le.msg, here.cell}
	}
	return err
}

// store turns a cell's content into a typed cell.
func (r *sheetRows) store(h cellHead, c content) error {
	if c.hasFormula {
		if !c.hasValue || len(c.value) == 0 && h.typ != typeString {
			// openpyxl and others write an empty <v> where nothing was calculated
			return r.push(grid.Cell{Col: r.col, Kind: grid.Formula}, append([]byte("="), c.formula...))
		}
		r.noteStale()
	}
	if c.rich && h.typ != typeInline {
		return r.fail("单元格的类型与内容不符")
	}
	cell := grid.Cell{Col: r.col, Cached: c.hasFormula, Struck: h.style.struck}
	if h.typ == typeString || h.typ == typeInline {
		cell.Struck = c.strike.With(h.style.struck)
		return r.pushText(cell, c)
	}
	v := trimmed(c.value)
	if len(v) == 0 {
		return nil
	}
	switch h.typ {
	case typeShared:
		return r.pushShared(cell, v)
	case typeBool:
		return r.pushBool(cell, v)
	case typeError:
		cell.Kind = grid.Error
		return r.push(cell, v)
	case typeDate:
		return r.pushISO(cell, v, h.style)
	}
	return r.pushNumber(cell, v, h.style)
}

// trimmed returns a value without the blanks around it.
func trimmed(v []byte) []byte {
	if len(v) > 0 && (v[0] <= ' ' || v[len(v)-1] <= ' ') {
		return bytes.Trim(v, " \t\n")
	}
	return v
}

// pushText adds a text that stands in the cell itself.
func (r *sheetRows) pushText(cell grid.Cell, c content) error {
	v := c.value
	if !c.rich {
		v = unescape(v, 0)
	}
	if len(v) == 0 {
		return nil
	}
	cell.Kind = grid.Text
	return r.push(cell, v)
}

// noteStale says once of a workbook that its formulas' results may be old.
func (r *sheetRows) noteStale() {
	if r.b.wb.recalc && !r.stale {
		r.stale = true
		r.b.note("工作簿要求打开时重新计算：公式现存的结果可能不是最新的，请用 Excel 或 WPS 打开并保存一次")
	}
}

// push keeps a cell whose text is copied into the row's buffer.
func (r *sheetRows) push(c grid.Cell, text []byte) error {
	if len(r.text)+len(text) > r.b.lim.RowBytes {
		return &limitError{msg: "一行的文字过长，超出了读取上限"}
	}
	r.row.Cells = append(r.row.Cells, c)
	r.spans = append(r.spans, span{len(r.text), len(text)})
	r.text = append(r.text, text...)
	return nil
}

// pushShared keeps a cell that refers to the shared strings.
func (r *sheetRows) pushShared(c grid.Cell, v []byte) error {
	i, ok := atoi(v)
	if !ok {
		return r.fail("共享字符串的编号有误")
	}
	s, strike, ok := r.shared.at(int(i))
	if !ok && r.shared.missing {
		return r.fail("压缩包里缺少 sharedStrings.xml，文字读不出来")
	}
	if !ok {
		return r.fail("引用了不存在的共享字符串")
	}
	if s != "" {
		c.Kind = grid.Text
		c.Text = s
		c.Struck = strike.With(c.Struck)
		r.row.Cells = append(r.row.Cells, c)
		r.spans = append(r.spans, span{})
	}
	return nil
}

// pushBool keeps a truth value.
func (r *sheetRows) pushBool(c grid.Cell, v []byte) error {
	c.Kind = grid.Bool
	switch string(v) {
	case "1", "true":
		c.Text = "TRUE"
		c.Num = 1
	case "0", "false":
		c.Text = "FALSE"
	default:
		return r.fail("逻辑值有误")
	}
	r.row.Cells = append(r.row.Cells, c)
	r.spans = append(r.spans, span{})
	return nil
}

// pushNumber keeps a number or a date.
func (r *sheetRows) pushNumber(c grid.Cell, v []byte, st style) error {
	n, ok := parseNumber(v)
	if !ok {
		return r.fail("数值有误")
	}
	if st.varies != nil {
		st.show(st.varies.Look(n))
	}
	c.Kind = st.kind
	c.Percent = st.percent
	c.Format = st.format
	c.Num = n
	return r.push(c, v)
}
