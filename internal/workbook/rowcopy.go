package workbook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// Selection is the rows that a copy is confined to.
type Selection struct {
	Rows map[*spec.SheetRef]map[int32]bool
}

// NewSelection is an empty selection of rows.
func NewSelection() *Selection { return &Selection{Rows: map[*spec.SheetRef]map[int32]bool{}} }

// Add selects one row.
func (s *Selection) Add(p spec.Place) {
	if p.Sheet == nil {
		return
	}
	if s.Rows[p.Sheet] == nil {
		s.Rows[p.Sheet] = map[int32]bool{}
	}
	s.Rows[p.Sheet][p.Row] = true
}

// maxUsual is how large a workbook may be to be rewritten by excelize, which
// holds it in memory; larger unusual ones are copied row by row.
const maxUsual = 4 << 20

// copyUsual has an unusual workbook rewritten the usual way, and patches that.
func (a *Annotation) copyUsual(ctx context.Context, ours map[string]bool, out *os.File) error {
	if st, err := os.Stat(a.Input.Path); err != nil || st.Size() > maxUsual {
		return errUnusual
	}
	f, err := excelize.OpenFile(a.Input.Path)
	if err != nil {
		return errUnusual
	}
	defer func() { _ = f.Close() }()
	f.Path = ""                              // its name may say something else than its content
	for _, sheet := range f.GetSheetList() { // a sheet is rewritten only when it was loaded
		if _, err := f.GetCellStyle(sheet, "A1"); err != nil {
			return errUnusual
		}
	}
	return viaTemp(out, func(w io.Writer) error { return f.Write(w) }, func(path string) error {
		return a.copyFile(ctx, path, ours, marksOf(a), out)
	})
}

// viaTemp has a workbook written to a private file beside out, for as long as
// it takes to annotate it.
func viaTemp(out *os.File, write func(io.Writer) error, annotate func(path string) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(out.Name()), host.Unfinished)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	if err := errors.Join(write(tmp), tmp.Close()); err != nil {
		return err
	}
	return annotate(tmp.Name())
}

// copyRows copies the rows of every sheet into a new workbook: each row at its
// number (unless only some are wanted), text as text, numbers and dates as such.
func (a *Annotation) copyRows(ctx context.Context, ours map[string]bool, out *os.File) error {
	c := &rowCopy{ctx: ctx, pack: a.Pack, only: a.Only, refs: map[*spec.SheetRef]*spec.SheetRef{}, rows: map[*spec.SheetRef]map[int32]int32{}, formats: map[string]int{}, date1904: a.Input.Date1904}
	for _, s := range a.Input.Sheets() {
		if !ours[s.Ref.Name] {
			c.sheets = append(c.sheets, s)
		}
	}
	return viaTemp(out, c.write, func(path string) error {
		moved := c.moveAll(a)
		return moved.copyFile(ctx, path, nil, marksOf(moved), out)
	})
}

// rowCopy writes a new workbook from rows.
type rowCopy struct {
	ctx      context.Context
	only     *Selection
	pack     *Packer
	sheets   []*table.Sheet
	refs     map[*spec.SheetRef]*spec.SheetRef
	rows     map[*spec.SheetRef]map[int32]int32 // where the rows went, if not to their own number
	formats  map[string]int                     // number format → style
	codes    []string
	date1904 bool
}

const packageHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// The styles of a new workbook: 0 plain, 1 text, 2 header, then one for each
// number format.
const (
	styleText = 1 + iota
	styleHead
	styleFirstFormat
)

func (c *rowCopy) write(w io.Writer) error {
	zw := c.pack.zip(w)
	var types, rels, list strings.Builder
	taken := map[string]bool{}
	for i, s := range c.sheets {
		ref := &spec.SheetRef{File: s.Ref.File, Name: freeName(legalName(s.Ref.Name), taken)}
		taken[strings.ToLower(ref.Name)] = true
		c.refs[s.Ref] = ref
		part := fmt.Sprintf("worksheets/sheet%d.xml", i+1)
		fmt.Fprintf(&types, `<Override PartName="/xl/%s" ContentType="%s"/>`, part, typeSheet)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="%s"/>`, i+1, nsRelations, part)
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, xmlText(ref.Name), i+1, i+1)
		if err := writePart(zw, "xl/"+part, func(w io.Writer) error { return c.sheet(w, s) }); err != nil {
			return err
		}
	}
	pr := ""
	if c.date1904 {
		pr = `<workbookPr date1904="1"/>`
	}
	parts := map[string]string{
		"[Content_Types].xml": packageHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types.String() + `</Types>`,
		"_rels/.rels":     packageHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + nsRelations + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": packageHead + `<workbook xmlns="` + nsMain + `" xmlns:r="` + nsRelations + `">` + pr + `<bookViews><workbookView/></bookViews><sheets>` + list.String() + `</sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": packageHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + rels.String() +
			`<Relationship Id="rIdStyles" Type="` + nsRelations + `/styles" Target="styles.xml"/></Relationships>`,
		"xl/styles.xml": c.styles(),
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if err := writePart(zw, name, func(w io.Writer) error { _, err := io.WriteString(w, parts[name]); return err }); err != nil {
			return err
		}
	}
	return zw.Close()
}

// legalName makes a sheet name of a file's name.
func legalName(name string) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || host.Obeyed(r) || unicode.IsControl(r) {
			return '_'
		}
		return r
	}, name), "'")
	if r := []rune(name); len(r) > 28 {
		name = string(r[:28])
	}
	// 31 units of UTF-16, of which a number that tells two apart may need three.
	for u := utf16.Encode([]rune(name)); len(u) > 28; u = utf16.Encode([]rune(name)) {
		_, last := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-last]
	}
	if name = strings.TrimRight(name, "'"); name == "" || strings.EqualFold(name, "History") { // which Excel keeps for itself
		return "表" + name
	}
	return name
}

// sheet copies one sheet.
func (c *rowCopy) sheet(w io.Writer, s *table.Sheet) error {
	header := c.header(s)
	last := int32(0)
	if n := len(header.Rows); n > 0 {
		last = header.Rows[n-1]
	}
	out := newSheetWriter(w, sheetHead{widths: widths(header), frozen: int(min(last, 20))})
	rows, err := s.Rows(c.ctx)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	keep := map[int32]bool(nil)
	moved := map[int32]int32{}
	if c.only != nil {
		keep = c.only.Rows[s.Ref]
		c.rows[s.Ref] = moved
	}
	next := last
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		at := row.Num
		if c.only != nil && at > last {
			if !keep[at] {
				continue
			}
			next++
			at = next
			moved[row.Num] = next
		}
		if at > maxRows {
			return fault.New(fault.Config, "行数超过一张工作表的上限，没有生成带批注的副本").At(s.Ref.File).Next("请把文件分成几份再上传")
		}
		c.row(out, row, at, at <= last && at >= first(header.Rows))
	}
	merges, err := c.merges(s)
	if err != nil {
		return err
	}
	return out.end(sheetTail{merges: merges})
}

func first(rows []int32) int32 {
	if len(rows) == 0 {
		return maxRows
	}
	return rows[0]
}

// header looks for the sheet's header by the names of the standard workbook.
func (c *rowCopy) header(s *table.Sheet) table.Header {
	known := map[string]bool{}
	for id := spec.SheetPerson; id < spec.NumSheets; id++ {
		for key := range spec.Headers(id) {
			known[key] = true
		}
	}
	scan, err := s.Scan(c.ctx, table.HeaderRule{Known: func(key string) bool { return known[key] }, MinKnown: 2})
	if err != nil {
		return table.Header{} // a sheet that is not ours to read has no header for us
	}
	defer func() { _ = scan.Close() }()
	return scan.Header()
}

// widths makes columns wide enough for their headers.
func widths(h table.Header) []float64 {
	var out []float64
	for _, col := range h.Columns {
		for int32(len(out)) < col.Col && len(out) < 200 {
			out = append(out, 14)
		}
		if int(col.Col) <= len(out) {
			out[col.Col-1] = float64(min(max(2*len([]rune(col.Name))+4, 14), 30))
		}
	}
	return out
}

func (c *rowCopy) merges(s *table.Sheet) ([]string, error) {
	if c.only != nil {
		return nil, nil
	}
	all, err := s.Merges(c.ctx)
	var out []string
	for _, m := range all {
		out = append(out, spec.ColumnName(int(m.FirstCol))+strconv.Itoa(int(m.FirstRow))+":"+spec.ColumnName(int(m.LastCol))+strconv.Itoa(int(m.LastRow)))
	}
	return out, err
}

func (c *rowCopy) row(out *sheetWriter, row *grid.Row, at int32, head bool) {
	out.begin(at, 0)
	text := styleText
	if head {
		text = styleHead
	}
	for i := range row.Cells {
		cell := &row.Cells[i]
		if cell.Col > maxColumns {
			continue
		}
		switch cell.Kind {
		case grid.Text, grid.Untyped:
			if cell.Text != "" {
				out.text(cell.Col, text, cell.Text)
			}
		case grid.Number:
			out.value(cell.Col, c.format(cell.Format), "", strconv.FormatFloat(cell.Num, 'g', -1, 64))
		case grid.Date:
			code := cell.Format
			if code == "" {
				code = "yyyy-mm-dd"
			}
			out.value(cell.Col, c.format(code), "", strconv.FormatFloat(cell.Num, 'f', -1, 64))
		case grid.Bool:
			literal := "0"
			if strings.EqualFold(cell.Text, "TRUE") || cell.Text == "1" {
				literal = "1"
			}
			out.value(cell.Col, 0, "b", literal)
		case grid.Error:
			out.value(cell.Col, 0, "e", cell.Text)
		case grid.Formula:
			out.value(cell.Col, 0, "e", "#N/A") // it has no value here either
		}
	}
}

// format is the style of a number format.
func (c *rowCopy) format(code string) int {
	if code == "" || strings.EqualFold(code, "General") {
		return 0
	}
	if n, ok := c.formats[code]; ok {
		return n
	}
	c.codes = append(c.codes, code)
	c.formats[code] = styleFirstFormat + len(c.codes) - 1
	return c.formats[code]
}

func (c *rowCopy) styles() string {
	var formats, xfs strings.Builder
	for i, code := range c.codes {
		fmt.Fprintf(&formats, `<numFmt numFmtId="%d" formatCode="%s"/>`, 164+i, xmlText(code))
		fmt.Fprintf(&xfs, `<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`, 164+i)
	}
	numbers := ""
	if len(c.codes) > 0 {
		numbers = fmt.Sprintf(`<numFmts count="%d">%s</numFmts>`, len(c.codes), formats.String())
	}
	return packageHead + `<styleSheet xmlns="` + nsMain + `">` + numbers +
		`<fonts count="2"><font><sz val="10"/><name val="微软雅黑"/><family val="2"/></font><font><b/><sz val="10"/><color rgb="FFFFFFFF"/><name val="微软雅黑"/><family val="2"/></font></fonts>` +
		`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FF2F5D86"/><bgColor indexed="64"/></patternFill></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		fmt.Sprintf(`<cellXfs count="%d">`, styleFirstFormat+len(c.codes)) +
		`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf>` + xfs.String() +
		`</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
}

// place is where a place of the input is in the copy; false if it is not there.
func (c *rowCopy) place(p spec.Place) (spec.Place, bool) {
	ref, ok := c.refs[p.Sheet]
	if !ok {
		return p, p.Sheet == nil
	}
	if moved, some := c.rows[p.Sheet]; some {
		p.Row = moved[p.Row]
		ok = p.Row > 0
	}
	p.Sheet = ref
	return p, ok
}

// moveAll points everything an annotation speaks of into the copy.
func (c *rowCopy) moveAll(a *Annotation) *Annotation {
	out := *a
	out.Findings = nil
	out.People = nil
	switch {
	case c.only != nil:
		out.remark = "本文件只有需要修改的人，行号与原文件不同。"
	case a.Input.Format == table.FormatXlsx:
		out.remark = "原文件的写法特殊，本副本只有内容，没有原来的格式。"
	}
	for _, f := range a.Findings {
		place, ok := c.place(f.Place)
		if !ok && c.only != nil && f.Place.Row > 0 {
			continue
		}
		f.Place = place
		out.Findings = append(out.Findings, f)
	}
	for _, p := range a.People {
		p.Place, _ = c.place(p.Place)
		out.People = append(out.People, p)
	}
	return &out
}
