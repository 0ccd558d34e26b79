package xls

import (
	"math"
	"strconv"

	"hbupload/internal/table/grid"
)

// cell adds the cells of a record to the row.
func (r *rows) cell(rec record) error {
	body := rec.body
	col := int32(u16(body[2:])) + 1
	if len(body) < valueLength(rec.typ) {
		return r.bad(col, cutRecord)
	}
	switch rec.typ {
	case recMulRK:
		return r.numbers(col, body[4:])
	case recLabelSST:
		s, ok := r.b.sst.get(u32(body[6:]))
		if !ok {
			return r.bad(col, "文件已损坏：文字在共享字符串表中找不到")
		}
		r.text(grid.Cell{Col: col, Text: s, Struck: r.b.sst.how(u32(body[6:])).With(r.struck(body))})
		return nil
	case recLabel, recRString:
		s, how, ok := r.b.label(rec)
		if !ok {
			return r.bad(col, "文件已损坏：文字不完整")
		}
		r.text(grid.Cell{Col: col, Text: s, Struck: how.With(r.struck(body))})
		return nil
	case recRK:
		return r.number(col, u16(body[4:]), rkValue(u32(body[6:])), false)
	case recNumber:
		return r.number(col, u16(body[4:]), f64(body[6:]), false)
	case recBoolErr:
		r.boolErr(rec, body[6], body[7] != 0, false)
		return nil
	}
	if isFormula(rec.typ) {
		return r.formula(col, rec)
	}
	return r.bad(col, cutRecord)
}

const cutRecord = "文件已损坏：单元格记录不完整"

// valueLength is how long a record of one cell is at least.
func valueLength(typ uint16) int {
	switch typ {
	case recLabelSST, recRK:
		return 10
	case recNumber:
		return 14
	case recBoolErr:
		return 8
	}
	if isFormula(typ) {
		return 16
	}
	return 0
}

// numbers hands over the cells of a record with several numbers; its last two bytes
// are the last column.
func (r *rows) numbers(col int32, p []byte) error {
	for ; len(p) >= 8; p = p[6:] {
		if err := r.number(col, u16(p), rkValue(u32(p[2:])), false); err != nil {
			return err
		}
		col++
	}
	return nil
}

func (r *rows) bad(col int32, message string) error {
	return &grid.ReadError{File: r.b.file, Sheet: r.sheet.name, Row: r.row.Num, Cell: address(r.row.Num, col), Message: message,
		Fix: "请用 Excel 或 WPS 打开确认后另存为 .xlsx，或从原系统重新导出", Err: r.b.dataErr}
}

func (r *rows) add(c grid.Cell) { r.row.Cells = append(r.row.Cells, c) }

// text adds a text unless it is empty.
func (r *rows) text(c grid.Cell) {
	if c.Text != "" {
		c.Kind = grid.Text
		r.add(c)
	}
}

// struck reports whether the format of a cell, which stands behind its column,
// strikes it through.
func (r *rows) struck(body []byte) bool { return r.b.struck.strikes(u16(body[4:])) }

// number adds a number, which is a date if its format says so.
func (r *rows) number(col int32, xf uint16, v float64, cached bool) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return r.bad(col, "文件已损坏：数字无效")
	}
	c := grid.Cell{Col: col, Kind: grid.Number, Text: literal(v), Num: v, Cached: cached, Struck: r.b.struck.strikes(xf)}
	if int(xf) < len(r.b.formats) {
		f := &r.b.formats[xf]
		look := f.Look(v)
		c.Format = f.Code
		c.Percent = look.Percent
		if look.Date {
			c.Kind = grid.Date
		}
	}
	r.add(c)
	return nil
}

func (r *rows) boolErr(rec record, v byte, isErr, cached bool) {
	c := grid.Cell{Col: int32(u16(rec.body[2:])) + 1, Kind: grid.Bool, Text: "FALSE", Cached: cached, Struck: r.struck(rec.body)}
	switch {
	case isErr:
		c.Kind = grid.Error
		c.Text = errorCode(v)
	case v != 0:
		c.Text = "TRUE"
		c.Num = 1
	}
	r.add(c)
}

// formula adds the value a formula had when the file was saved.
func (r *rows) formula(col int32, rec record) error {
	body := rec.body
	result := body[6:14]
	flags := body[14]
	if u16(result[6:]) != 0xFFFF {
		v := f64(result)
		if v == 0 && flags&recalculate != 0 && r.x.uncached {
			r.uncached(col)
			return nil
		}
		return r.number(col, u16(body[4:]), v, true)
	}
	switch result[0] {
	case 0:
		s, ok := r.stringAfter(rec)
		if !ok {
			return r.bad(col, "文件已损坏：公式的文字结果不完整")
		}
		r.text(grid.Cell{Col: col, Text: s, Cached: true, Struck: r.struck(body)})
	case 1:
		r.boolErr(rec, result[2], false, true)
	case 2:
		r.boolErr(rec, result[2], true, true)
	default:
		if r.x.uncached {
			r.uncached(col)
		}
	}
	return nil
}

// uncached adds a formula without a value. The formula itself is kept in a
// compiled form that is of no use to the operator.
func (r *rows) uncached(col int32) {
	r.add(grid.Cell{Col: col, Kind: grid.Formula, Text: "="})
}

// recalculate is the flag of a formula that is to be calculated when the
// workbook is opened: it holds a volatile function, or the program that wrote
// it cannot calculate.
const recalculate = 2

// calculated reports whether the result of a formula shows that the program
// that wrote it calculates. Those that cannot write the empty text or a zero to
// be calculated later. Only programs that calculate fill in the four bytes
// behind the flags.
func calculated(body []byte) bool {
	if len(body) >= 20 && u32(body[16:]) != 0 {
		return true
	}
	if u16(body[12:]) == 0xFFFF {
		return body[6] != 3
	}
	return f64(body[6:]) != 0 || body[14]&recalculate == 0
}

// stringAfter is the text result that follows a formula.
func (r *rows) stringAfter(rec record) (string, bool) {
	for {
		next, ok := r.b.record(rec.next)
		if !ok {
			return "", false
		}
		switch next.typ {
		case recString:
			return r.b.text(r.b.continued(next), 2)
		case recShrFmla, recArray, recTable, recContinue, recArray2, recTable2, recTable2B, recShrFmla5:
			rec = next
		default:
			return "", false
		}
	}
}

// rkValue is a number packed into 30 bits.
func rkValue(rk uint32) float64 {
	var v float64
	if rk&2 != 0 {
		v = float64(int32(rk) >> 2)
	} else {
		v = math.Float64frombits(uint64(rk&^3) << 32)
	}
	if rk&1 != 0 {
		v /= 100
	}
	return v
}

// literal is the shortest decimal of a number, as an .xlsx would hold it.
func literal(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatInt(int64(v), 10)
	}
	if a := math.Abs(v); a < 1e-5 || a >= 1e21 {
		return strconv.FormatFloat(v, 'E', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// errorCode is how an error shows in a cell.
func errorCode(v byte) string {
	switch v {
	case 0x00:
		return "#NULL!"
	case 0x07:
		return "#DIV/0!"
	case 0x0F:
		return "#VALUE!"
	case 0x17:
		return "#REF!"
	case 0x1D:
		return "#NAME?"
	case 0x24:
		return "#NUM!"
	case 0x2A:
		return "#N/A"
	case 0x2B:
		return "#GETTING_DATA"
	}
	return "#ERROR!"
}

// address is a cell's name, such as F7.
func address(row, col int32) string {
	name := ""
	for ; col > 0; col = (col - 1) / 26 {
		name = string('A'+(col-1)%26) + name
	}
	return name + strconv.Itoa(int(row))
}
