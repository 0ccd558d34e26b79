package xls

import (
	"bufio"
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/pattern"
	"hbupload/internal/table/grid"
	"hbupload/internal/table/numfmt"
)

// reWorkbook is the root of an XML workbook ("XML Spreadsheet 2003"), which
// many programs write because it is easy to write.
var reWorkbook = pattern.New(`<(?:[A-Za-z]+:)?Workbook[\s>]`)

// xmlReader makes a page out of an XML workbook.
type xmlReader struct {
	page   *page
	limit  int // cells still allowed
	styles xmlStyles

	tab     *table
	tabLook string // style of the cells that neither row nor column gives one
	rowLook string
	columns xmlColumns
	look    *xmlLook // of the cell
	row     tableRow
	rowNum  int32
	repeat  int32 // blank rows of the same look that the Row stands for
	col     int32
	cell    grid.Cell
	formula string
	data    string // Type of the Data that is being read
	text    strings.Builder
	comment int // depth within a comment, which has Data too
	visible bool
}

// read reads the workbook through. encoding/xml makes sure that one that is cut
// off is an error.
func (x *xmlReader) read(r io.Reader) (grid.Book, error) {
	x.styles = newXMLStyles()
	d := xml.NewDecoder(&controlReferences{r: bufio.NewReader(r)})
	// The text is UTF-8 by now, whatever the declaration says.
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = x.token(t)
		}
		if err != nil {
			return nil, x.fail(err)
		}
	}
	if len(x.page.tables) == 0 {
		return nil, &grid.ReadError{File: x.page.file, Message: "工作簿里没有数据表", Fix: "请确认选对了文件"}
	}
	return x.page, nil
}

// What Excel refuses too: cells or rows that go back, two contents of one cell.
var (
	errOrder = errors.New("index goes back")
	errTwice = errors.New("two contents in a cell")
)

// errLarge is more than the limits allow.
var errLarge = errors.New("table too large")

func (x *xmlReader) fail(err error) error {
	e := &grid.ReadError{File: x.page.file, Row: x.rowNum, Message: "XML 表格不完整或有错误，无法可靠读取",
		Fix: "请从原系统重新导出，或用 Excel/WPS 打开确认后另存为 .xlsx", Err: err}
	if errors.Is(err, errLarge) {
		e.Message = "表格过大"
	}
	if n := len(x.page.sheets); n > 0 {
		e.Sheet = x.page.sheets[n-1].Name
	}
	return e
}

func (x *xmlReader) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		if t.Name.Local == "Comment" || x.comment > 0 {
			x.comment++
			return nil
		}
		return x.start(t)
	case xml.EndElement:
		if x.comment > 0 {
			x.comment--
			return nil
		}
		x.end(t.Name.Local)
	case xml.CharData:
		if (x.data != "" || x.visible) && x.comment == 0 {
			if x.text.Write(t); x.text.Len() > maxText {
				return errLarge
			}
		}
	}
	return nil
}

func (x *xmlReader) start(t xml.StartElement) error {
	switch t.Name.Local {
	case "Style", "NumberFormat":
		x.styles.start(t)
	case "Font":
		if x.data == "" { // one of a text is of HTML
			x.styles.start(t)
		}
	case "Date1904":
		x.page.date1904 = true
	case "Table":
		x.tabLook = xmlAttr(t, "StyleID")
	case "Column":
		x.columns.add(t)
	case "Worksheet":
		name := xmlAttr(t, "Name")
		if name == "" {
			name = "Sheet" + strconv.Itoa(len(x.page.sheets)+1)
		}
		x.tab = &table{}
		x.rowNum = 0
		x.columns = xmlColumns{}
		x.tabLook = ""
		x.page.sheets = append(x.page.sheets, grid.Sheet{Name: name})
		x.page.tables = append(x.page.tables, x.tab)
	case "Row":
		return x.startRow(t)
	case "Cell":
		return x.startCell(t)
	case "S":
		x.cell.Struck = x.cell.Struck || x.data != ""
	case "Data":
		return x.startData(t)
	case "Visible":
		x.visible = true
		x.text.Reset()
	}
	return nil
}

// startRow finds the row's place.
func (x *xmlReader) startRow(t xml.StartElement) error {
	next, err := placed(t, x.rowNum+1, 1<<24)
	if err != nil {
		return err
	}
	x.rowNum = next
	x.col = 0
	x.repeat = count(xmlAttr(t, "Span"), 1<<20)
	x.rowLook = xmlAttr(t, "StyleID")
	x.row = tableRow{num: x.rowNum, hidden: xmlAttr(t, "Hidden") == "1"}
	return nil
}

// startData begins the content of a cell, which has one.
func (x *xmlReader) startData(t xml.StartElement) error {
	if x.cell.Kind != grid.Blank {
		return errTwice
	}
	x.data = cmp.Or(xmlAttr(t, "Type"), "String")
	x.text.Reset()
	return nil
}

// startCell finds the cell's place and format.
func (x *xmlReader) startCell(t xml.StartElement) error {
	next, err := placed(t, x.col+1, maxColumn)
	if err != nil {
		return err
	}
	x.col = next
	across := count(xmlAttr(t, "MergeAcross"), maxColumn)
	down := count(xmlAttr(t, "MergeDown"), maxRowSpan)
	if x.limit--; x.limit < 0 || x.col+across > maxColumn || x.tab == nil {
		return errLarge
	}
	if across > 0 || down > 0 {
		x.tab.merges = append(x.tab.merges, grid.Range{FirstRow: x.rowNum, FirstCol: x.col, LastRow: x.rowNum + down, LastCol: x.col + across})
	}
	x.look = x.styles.look(cmp.Or(xmlAttr(t, "StyleID"), x.rowLook, x.columns.style(x.col), x.tabLook))
	x.cell = grid.Cell{Col: x.col, Struck: x.look.struck}
	x.formula = xmlAttr(t, "Formula")
	x.col += across
	return nil
}

func (x *xmlReader) end(name string) {
	switch name {
	case "Data":
		x.value()
		x.data = ""
	case "Cell":
		if x.cell.Kind == grid.Blank && x.formula != "" {
			x.cell.Kind = grid.Formula
			x.cell.Text = x.formula
		}
		if x.cell.Kind != grid.Blank && x.cell.Text != "" {
			x.row.cells = append(x.row.cells, x.cell)
		}
	case "Row":
		x.rowNum += x.repeat
		if len(x.row.cells) > 0 {
			x.row.cells = slices.Clip(x.row.cells)
			x.tab.rows = append(x.tab.rows, x.row)
		}
	case "Visible":
		x.visible = false
		if n := len(x.page.sheets); n > 0 && x.text.String() != "SheetVisible" {
			x.page.sheets[n-1].Hidden = true
		}
	}
}

// value gives the cell its kind.
func (x *xmlReader) value() {
	c := &x.cell
	text := controls(x.text.String())
	c.Text = text
	c.Cached = x.formula != ""
	switch x.data {
	case "Number":
		x.number()
	case "DateTime":
		x.dateTime()
	case "Boolean":
		x.boolean()
	case "Error":
		c.Kind = grid.Error
	default:
		c.Kind = grid.Text
	}
}

// boolean is 1 or true, 0 or false; what is neither stays text.
func (x *xmlReader) boolean() {
	c := &x.cell
	c.Kind = grid.Bool
	switch strings.ToLower(strings.TrimSpace(c.Text)) {
	case "1", "true":
		c.Text = "TRUE"
		c.Num = 1
	case "0", "false":
		c.Text = "FALSE"
	default:
		c.Kind = grid.Text
	}
}

// number is a number, or a date if its format shows one: WPS writes dates so.
func (x *xmlReader) number() {
	c := &x.cell
	c.Text = strings.TrimSpace(c.Text)
	v, err := strconv.ParseFloat(c.Text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || strings.ContainsAny(c.Text, "xX_") {
		c.Kind = grid.Untyped
		return
	}
	look := x.look.Look(v)
	c.Kind = grid.Number
	c.Num = v
	c.Percent = look.Percent
	c.Format = x.look.Code
	if look.Date {
		c.Kind = grid.Date
	}
}

// dateTime is a date as it is written out: 2025-03-07T00:00:00.000.
func (x *xmlReader) dateTime() {
	c := &x.cell
	iso, ok := numfmt.ParseISO(c.Text, x.page.date1904)
	if !ok || iso.Zone {
		c.Kind = grid.Text
		return
	}
	c.Kind = grid.Date
	c.Num = iso.Serial
	c.Format = x.look.Code
	c.Text = literal(iso.Serial)
	if !x.look.Look(iso.Serial).Date {
		c.Format = iso.Format
	}
}

// xmlAttr is an attribute's value, whatever the prefix.
func xmlAttr(t xml.StartElement, name string) string {
	for i := range t.Attr {
		if t.Attr[i].Name.Local == name {
			return t.Attr[i].Value
		}
	}
	return ""
}

// placed is where a row or cell stands: where its attribute says, else at next.
func placed(t xml.StartElement, next int32, limit int) (int32, error) {
	written := xmlAttr(t, "Index")
	if written == "" {
		return next, nil
	}
	at := count(written, limit)
	if at < next {
		return 0, errOrder
	}
	return at, nil
}

// count is a number from zero to a limit.
func count(s string, limit int) int32 {
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return int32(min(n, limit))
}
