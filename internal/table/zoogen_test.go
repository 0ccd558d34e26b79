package table

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hbupload/internal/spec"
)

// The zoo's files are written by hand, byte by byte, because the usual writers
// refuse to make the faults that exports have.

// cell is one cell of a hand-made workbook.
type cell struct {
	t string // the t attribute: "", "n", "b", "e", "str"
	v string // the value; "" for none
	f string // the formula
	s int    // the style, see styles
}

func num(v string) cell           { return cell{v: v} }
func styled(v string, s int) cell { return cell{v: v, s: s} }
func errorCell(v string) cell     { return cell{t: "e", v: v} }
func formula(f, v string) cell    { return cell{f: f, v: v} }

// The styles of hand-made workbooks.
const (
	sDate = iota + 1
	sDateTime
	sPercent
	sChinese
	sMonthDay
)

const styles = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
	`<numFmts count="1"><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>` +
	`<cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="9"/><xf numFmtId="170"/><xf numFmtId="58"/></cellXfs></styleSheet>`

// workbook describes a hand-made .xlsx of one sheet.
type workbook struct {
	name     string
	date1904 bool
	hidden   []int // rows
	merges   []string
	rows     map[int][]any // row number → cells from column A on: string, cell or nil
	extra    map[string]string
}

func (w workbook) sheetXML() string {
	var b strings.Builder
	b.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	last := 0
	for n := range w.rows {
		last = max(last, n)
	}
	for n := 1; n <= last; n++ {
		cells, ok := w.rows[n]
		if !ok {
			continue
		}
		hidden := ""
		for _, h := range w.hidden {
			if h == n {
				hidden = ` hidden="1"`
			}
		}
		fmt.Fprintf(&b, `<row r="%d"%s>`, n, hidden)
		for i, c := range cells {
			writeCell(&b, fmt.Sprint(spec.ColumnName(i+1), n), c)
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData>`)
	if len(w.merges) > 0 {
		b.WriteString(`<mergeCells>`)
		for _, m := range w.merges {
			fmt.Fprintf(&b, `<mergeCell ref="%s"/>`, m)
		}
		b.WriteString(`</mergeCells>`)
	}
	b.WriteString(`</worksheet>`)
	return b.String()
}

func writeCell(b *strings.Builder, at string, c any) {
	switch c := c.(type) {
	case string:
		fmt.Fprintf(b, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, at, html.EscapeString(c))
	case cell:
		fmt.Fprintf(b, `<c r="%s" s="%d"`, at, c.s)
		if c.t != "" {
			fmt.Fprintf(b, ` t="%s"`, c.t)
		}
		b.WriteString(">")
		if c.f != "" {
			fmt.Fprintf(b, `<f>%s</f>`, html.EscapeString(c.f))
		}
		if c.v != "" {
			fmt.Fprintf(b, `<v>%s</v>`, html.EscapeString(c.v))
		}
		b.WriteString(`</c>`)
	}
}

// parts lists the parts of the package in the order in which they are packed.
func (w workbook) parts() [][2]string {
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const pkg = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	name, d1904 := w.name, ""
	if name == "" {
		name = "体检信息"
	}
	if w.date1904 {
		d1904 = `<workbookPr date1904="1"/>`
	}
	out := [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
		{"_rels/.rels", pkg + `<Relationship Id="rId1" Type="` + rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + rel + `">` + d1904 +
			`<sheets><sheet name="` + name + `" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", pkg + `<Relationship Id="rId1" Type="` + rel + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + rel + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", styles},
		{"xl/worksheets/sheet1.xml", w.sheetXML()},
	}
	for name, text := range w.extra {
		out = append(out, [2]string{name, text})
	}
	return out
}

func (w workbook) bytes(t testing.TB) []byte { return stored(t, w.parts()...) }

// stored packs a zip without compression, so that its bytes depend on nothing
// but this code.
func stored(t testing.TB, files ...[2]string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, f := range files {
		h := &zip.FileHeader{Name: f[0], Method: zip.Store}
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = w.Write([]byte(f[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func gbk(t testing.TB, s string) []byte {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func utf16le(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func utf16be(s string) []byte {
	out := []byte{0xfe, 0xff}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}
