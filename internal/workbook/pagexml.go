package workbook

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"hbupload/internal/pattern"
	"hbupload/internal/spec"
)

// sheetWriter writes the XML of a worksheet row by row, with nothing kept but
// the current row. Every text is an inline string: no text can become a
// formula, and no other part has to be touched.
type sheetWriter struct {
	w    *bufio.Writer
	row  int32
	open bool
	num  [32]byte
	err  error
}

const nsMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

// sheetHead is what stands before the rows of a sheet.
type sheetHead struct {
	widths   []float64 // in characters, from column A
	hidden   int       // columns behind them that nobody sees
	frozen   int       // rows that stay when scrolling
	selected bool
	tab      string // colour of the tab, RRGGBB
}

func newSheetWriter(w io.Writer, h sheetHead) *sheetWriter {
	s := &sheetWriter{w: bufio.NewWriterSize(w, 64<<10)}
	s.put(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<worksheet xmlns="` + nsMain + `">`)
	s.put(`<sheetPr>`)
	if h.tab != "" {
		s.put(`<tabColor rgb="FF` + h.tab + `"/>`)
	}
	s.put(`<pageSetUpPr fitToPage="1"/></sheetPr>`)
	s.put(`<sheetViews><sheetView workbookViewId="0"`)
	if h.selected {
		s.put(` tabSelected="1"`)
	}
	if h.frozen > 0 {
		n := strconv.Itoa(h.frozen)
		s.put(`><pane ySplit="` + n + `" topLeftCell="A` + strconv.Itoa(h.frozen+1) + `" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`)
	} else {
		s.put(`/></sheetViews>`)
	}
	s.put(`<sheetFormatPr defaultRowHeight="15"/>`)
	if len(h.widths) > 0 {
		s.put(`<cols>`)
		for i, width := range h.widths {
			n := strconv.Itoa(i + 1)
			s.put(`<col min="` + n + `" max="` + n + `" width="` + strconv.FormatFloat(width, 'f', -1, 64) + `" customWidth="1"/>`)
		}
		if h.hidden > 0 {
			s.put(`<col min="` + strconv.Itoa(len(h.widths)+1) + `" max="` + strconv.Itoa(len(h.widths)+h.hidden) + `" width="12" hidden="1" customWidth="1"/>`)
		}
		s.put(`</cols>`)
	}
	s.put(`<sheetData>`)
	return s
}

func (s *sheetWriter) put(text string) {
	if s.err == nil {
		_, s.err = s.w.WriteString(text)
	}
}

func (s *sheetWriter) int(n int) {
	if s.err == nil {
		_, s.err = s.w.Write(strconv.AppendInt(s.num[:0], int64(n), 10))
	}
}

// begin starts a row; height in points, 0 for the default.
func (s *sheetWriter) begin(row int32, height float64) {
	s.endRow()
	s.row = row
	s.open = true
	s.put(`<row r="`)
	s.int(int(row))
	if height > 0 {
		s.put(`" customHeight="1" ht="` + strconv.FormatFloat(height, 'f', -1, 64))
	}
	s.put(`">`)
}

func (s *sheetWriter) endRow() {
	if s.open {
		s.put(`</row>`)
		s.open = false
	}
}

func (s *sheetWriter) cell(col int32, style int, kind string) {
	s.put(`<c r="`)
	s.put(spec.ColumnName(int(col)))
	s.int(int(s.row))
	if style > 0 {
		s.put(`" s="`)
		s.int(style)
	}
	if kind != "" {
		s.put(`" t="` + kind)
	}
}

// text writes a text cell.
func (s *sheetWriter) text(col int32, style int, text string) {
	if text == "" {
		s.cell(col, style, "")
		s.put(`"/>`)
		return
	}
	s.cell(col, style, "inlineStr")
	s.put(`"><is><t xml:space="preserve">`)
	s.put(xmlText(text))
	s.put(`</t></is></c>`)
}

// value writes a cell whose literal is already that of the file format.
func (s *sheetWriter) value(col int32, style int, kind, literal string) {
	s.cell(col, style, kind)
	s.put(`"><v>`)
	s.put(xmlText(literal))
	s.put(`</v></c>`)
}

// link is a hyperlink from a cell to a place of the same workbook.
type link struct{ cell, to string }

// dataList is a drop-down of some cells. Other entries are not refused.
type dataList struct{ sqref, formula string }

// sheetTail is what stands behind the rows of a sheet.
type sheetTail struct {
	filter string // the range of an auto filter, "" for none
	merges []string
	lists  []dataList
	links  []link
}

// end closes the sheet.
func (s *sheetWriter) end(t sheetTail) error {
	s.endRow()
	s.put(`</sheetData>`)
	if t.filter != "" {
		s.put(`<autoFilter ref="` + t.filter + `"/>`)
	}
	if len(t.merges) > 0 {
		s.put(`<mergeCells count="`)
		s.int(len(t.merges))
		s.put(`">`)
		for _, m := range t.merges {
			s.put(`<mergeCell ref="` + m + `"/>`)
		}
		s.put(`</mergeCells>`)
	}
	if len(t.lists) > 0 {
		s.put(`<dataValidations count="`)
		s.int(len(t.lists))
		s.put(`">`)
		for _, l := range t.lists {
			s.put(`<dataValidation type="list" allowBlank="1" sqref="` + l.sqref + `"><formula1>` + xmlText(l.formula) + `</formula1></dataValidation>`)
		}
		s.put(`</dataValidations>`)
	}
	if len(t.links) > 0 {
		s.put(`<hyperlinks>`)
		for _, l := range t.links {
			s.put(`<hyperlink ref="` + l.cell + `" location="` + xmlText(l.to) + `"/>`)
		}
		s.put(`</hyperlinks>`)
	}
	s.put(`<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>` +
		`<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/><headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>`)
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
}

// place is how a hyperlink names a cell of a sheet.
func place(sheet, cell string) string {
	return "'" + strings.ReplaceAll(sheet, "'", "''") + "'!" + cell
}

// reEscape is what a spreadsheet program would decode as a character.
var reEscape = pattern.New(`_x[0-9A-Fa-f]{4}_`)

// maxCellText is how many characters a cell can hold.
const maxCellText = 32767

// xmlText escapes a text for an element or an attribute; what XML cannot carry
// at all becomes a blank.
func xmlText(s string) string {
	if len(s) > maxCellText && utf8.RuneCountInString(s) > maxCellText/2 {
		if r := []rune(s); len(r) > maxCellText/2 { // counted in UTF-16, in which a character may be two
			s = string(r[:maxCellText/2])
		}
	}
	if !needsEscape(s) {
		return s
	}
	if strings.Contains(s, "_x") {
		s = reEscape.ReplaceAllStringFunc(s, func(m string) string { return "_x005F" + m })
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&#34;")
		case r == '\r':
			b.WriteString("_x000D_")
		case r < ' ' && r != '\n' && r != '\t', r == 0xfffe, r == 0xffff:
			b.WriteByte(' ')
		default:
			b.WriteRune(r) // invalid bytes became U+FFFD
		}
	}
	return b.String()
}

func needsEscape(s string) bool {
	if !utf8.ValidString(s) || strings.Contains(s, "_x") || strings.ContainsAny(s, "\ufffe\uffff") {
		return true
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '&', c == '<', c == '>', c == '"', c < ' ' && c != '\n' && c != '\t':
			return true
		}
	}
	return false
}
