package xls

import (
	"bytes"
	"fmt"
	"html"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hbupload/internal/table/grid"
	"hbupload/internal/table/xlsx"
)

// cellOf is one cell of a generated sheet: a text, a bool, or a number with the
// index of its format.
type cellOf struct {
	row, col int
	text     string
	num      float64
	format   int
	truth    bool
}

// codesOf are the formats of generated numbers, by their index.
func codesOf() []string {
	return []string{"", "0.00%", "yyyy-mm-dd", `yyyy"年"m"月"d"日"`, "h:mm", "[<1]0%;0", "0.0", "#,##0;[Red]-#,##0", `[=0]"";yyyy/m/d`}
}

// generate makes a sheet of random cells in order.
func generate(r *rand.Rand) []cellOf {
	words := []string{"尘肺", "TJ0001", "电焊烟尘 a", "<&>\"'", "10⁹/L", "13010219900101001X", " 未见异常", "甲\n乙", "龥", "=1+1"}
	var out []cellOf
	for row := range 1 + r.IntN(30) {
		for col := range 1 + r.IntN(12) {
			c := cellOf{row: row, col: col}
			switch r.IntN(6) {
			case 0:
				continue
			case 1, 2:
				c.text = words[r.IntN(len(words))]
			case 3:
				c.truth = true
			default:
				c.format = r.IntN(len(codesOf()))
				c.num = []float64{0, 0.5, 1, 46084, 46084.25, -3.75, 122, 1e15, 0.1}[r.IntN(9)]
			}
			out = append(out, c)
		}
	}
	return out
}

// put writes the cells as records of BIFF8 or BIFF5.
func put(b *biff, cells []cellOf, biff5 bool) {
	for _, c := range cells {
		switch {
		case c.truth:
			b.rec(recBoolErr, c.row, c.col, 0, byte(1), byte(0))
		case c.text == "":
			b.rec(recNumber, c.row, c.col, c.format, c.num)
		case biff5:
			text, _ := simplifiedchinese.GB18030.NewEncoder().String(c.text)
			b.label(c.row, c.col, []byte(text))
		default:
			b.rec(recLabel, c.row, c.col, 0, len([]rune(c.text)), byte(1), wide(c.text))
		}
	}
}

// asBIFF8 and asBIFF5 write the sheet as .xls.
func asBIFF8(cells []cellOf) []byte {
	return xlsFile(workbook(func(b *biff) {
		for i, code := range codesOf() {
			b.rec(recFormat, 164+i, len([]rune(code)), byte(1), wide(code))
		}
		for i, code := range codesOf() {
			b.rec(recXF, 0, map[bool]int{false: 164 + i}[code == ""])
		}
	}, func(b *biff) { put(b, cells, false) }))
}

func asBIFF5(cells []cellOf) []byte {
	var b biff
	b.rec(bof, 0x0500, 0x10, 0, 0).rec(recCodePage, 936)
	for i, code := range codesOf() {
		text, _ := simplifiedchinese.GBK.NewEncoder().String(code)
		b.rec(recFormat, 164+i, byte(len(text)), text)
	}
	for i, code := range codesOf() {
		b.rec(recXF, 0, map[bool]int{false: 164 + i}[code == ""])
	}
	put(&b, cells, true)
	b.rec(eof)
	return b.Bytes()
}

// asXML writes the sheet as an XML workbook; every other style has its format
// from its parent.
func asXML(cells []cellOf) []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles>`)
	for i, code := range codesOf() {
		fmt.Fprintf(&b, `<Style ss:ID="p%d"><NumberFormat ss:Format="%s"/></Style><Style ss:ID="s%d" ss:Parent="p%d"/>`, i, html.EscapeString(code), i, i)
	}
	b.WriteString(`</Styles><Worksheet ss:Name="S"><Table>`)
	last := -1
	for _, c := range cells {
		if c.row != last {
			if last >= 0 {
				b.WriteString("</Row>")
			}
			fmt.Fprintf(&b, `<Row ss:Index="%d">`, c.row+1)
			last = c.row
		}
		fmt.Fprintf(&b, `<Cell ss:Index="%d" ss:StyleID="%s%d">`, c.col+1, []string{"s", "p"}[c.col%2], c.format)
		switch {
		case c.truth:
			b.WriteString(`<Data ss:Type="Boolean">1</Data></Cell>`)
		case c.text == "":
			fmt.Fprintf(&b, `<Data ss:Type="Number">%s</Data></Cell>`, literal(c.num))
		default:
			fmt.Fprintf(&b, `<Data ss:Type="String">%s</Data></Cell>`, html.EscapeString(c.text))
		}
	}
	if last >= 0 {
		b.WriteString("</Row>")
	}
	b.WriteString(`</Table></Worksheet></Workbook>`)
	return []byte(b.String())
}

// asXlsx has excelize write the sheet: that reader has been held against
// excelize and encoding/xml.
func asXlsx(t *testing.T, cells []cellOf) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	var styles []int
	for _, code := range codesOf() {
		style := 0
		if code != "" {
			var err error
			if style, err = f.NewStyle(&excelize.Style{CustomNumFmt: &code}); err != nil {
				t.Fatal(err)
			}
		}
		styles = append(styles, style)
	}
	for _, c := range cells {
		name := address(int32(c.row+1), int32(c.col+1))
		var err error
		switch {
		case c.truth:
			err = f.SetCellBool("Sheet1", name, true)
		case c.text != "":
			err = f.SetCellStr("Sheet1", name, c.text)
		default:
			err = f.SetCellValue("Sheet1", name, c.num)
		}
		if err == nil {
			err = f.SetCellStyle("Sheet1", name, name, styles[c.format])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// meaningOf is what a sheet says, without the spelling of its numbers.
func meaningOf(t *testing.T, b grid.Book, err error) string {
	t.Helper()
	if err != nil {
		return err.Error()
	}
	rows, err := b.Rows(t.Context(), 0)
	if err != nil {
		return err.Error()
	}
	var out strings.Builder
	for {
		row, err := rows.Next()
		if err != nil {
			fmt.Fprint(&out, err)
			return out.String()
		}
		for _, c := range row.Cells {
			text := c.Text
			if c.Kind == grid.Number || c.Kind == grid.Date {
				text = literal(c.Num)
			}
			fmt.Fprintf(&out, "%s=%d,%v,%q,%q\n", address(row.Num, c.Col), c.Kind, c.Percent, text, c.Format)
		}
	}
}

// TestReadersAgree: the same sheet in every format says the same.
func TestReadersAgree(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		cells := generate(rand.New(rand.NewPCG(seed, 18)))
		data := asXlsx(t, cells)
		book, err := xlsx.OpenReaderAt("x.xlsx", bytes.NewReader(data), int64(len(data)), xlsx.DefaultLimits())
		want := meaningOf(t, book, err)
		for name, data := range map[string][]byte{"BIFF8": asBIFF8(cells), "BIFF5": asBIFF5(cells)} {
			book, err := openBytes(data)
			if got := meaningOf(t, book, err); got != want {
				t.Fatalf("seed %d: %s says\n%s\nxlsx says\n%s", seed, name, got, want)
			}
		}
		book, err = OpenHTMLReader("x.xls", bytes.NewReader(asXML(cells)), Limits{})
		if got := meaningOf(t, book, err); got != want {
			t.Fatalf("seed %d: XML says\n%s\nxlsx says\n%s", seed, got, want)
		}
	}
}

// TestCutsAreErrors: a file that ends early never reads as a smaller one. What
// may be missing without a loss is the blank end of the last sector.
func TestCutsAreErrors(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 18))
	cells := generate(r)
	xml := asXML(cells)
	for at := 1; at < len(xml); at += 1 + r.IntN(90) {
		if _, err := OpenHTMLReader("x.xls", bytes.NewReader(xml[:at]), Limits{}); err == nil {
			t.Errorf("XML cut at %d of %d is read", at, len(xml))
		}
	}
	for name, data := range map[string][]byte{"BIFF8": asBIFF8(cells), "BIFF5": asBIFF5(cells)} {
		book, err := openBytes(data)
		want := meaningOf(t, book, err)
		for at := 8; at < len(data); at += 1 + r.IntN(200) {
			book, err := openBytes(data[:at])
			if got := meaningOf(t, book, err); got != want && strings.HasSuffix(got, "EOF") {
				t.Errorf("%s cut at %d of %d is read without an error", name, at, len(data))
			}
		}
	}
}

// TestMutatedCells: a changed byte in the texts and numbers of an XML workbook
// is an error, or reads as encoding/xml and strconv have it: the cells around it
// stay what they are.
func TestMutatedCells(t *testing.T) {
	t.Parallel()
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 19))
		cells := generate(r)
		xml := asXML(cells)
		book, err := OpenHTMLReader("x.xls", bytes.NewReader(xml), Limits{})
		want := strings.Split(meaningOf(t, book, err), "\n")
		at := bytes.Index(xml, []byte("<Table>")) + r.IntN(len(xml)-bytes.Index(xml, []byte("<Table>")))
		if xml[at] < '0' || xml[at] > '9' {
			continue
		}
		xml[at] = '0' + (xml[at]-'0'+1)%10
		book, err = OpenHTMLReader("x.xls", bytes.NewReader(xml), Limits{})
		if err != nil {
			continue
		}
		got := strings.Split(meaningOf(t, book, nil), "\n")
		if isIndex(xml, at) || len(got) != len(want) {
			continue // the digit was a place: cells moved
		}
		changed := 0
		for i := range got {
			if got[i] != want[i] {
				changed++
			}
		}
		if changed > 1 {
			t.Errorf("seed %d: one digit changes %d cells", seed, changed)
		}
	}
}

// isIndex reports whether the byte stands in an attribute.
func isIndex(xml []byte, at int) bool {
	return bytes.LastIndexByte(xml[:at], '<') > bytes.LastIndexByte(xml[:at], '>')
}
