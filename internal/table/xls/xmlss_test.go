package xls

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hbupload/internal/table/grid"
)

const xmlBook = `<?xml version="1.0" encoding="gb2312"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style><Style ss:ID="t"><NumberFormat ss:Format="@"/></Style></Styles>
<Worksheet ss:Name="体检信息"><Table>
<Row><Cell ss:MergeAcross="1" ss:MergeDown="2"><Data ss:Type="String">标题 &lt;1&gt;</Data></Cell><Cell><Data ss:Type="String">x</Data><Comment><ss:Data>note</ss:Data></Comment></Cell></Row>
<Row ss:Index="4" ss:Hidden="1"><Cell><Data ss:Type="Number">1.5</Data></Cell><Cell ss:Index="5" ss:StyleID="p"><Data ss:Type="Number">0.056</Data></Cell><Cell ss:StyleID="t"><Data ss:Type="String">0012</Data></Cell></Row>
<Row><Cell/><Cell><Data ss:Type="DateTime">2025-03-07T00:00:00.000</Data></Cell><Cell><Data ss:Type="DateTime">2025-03-07T13:45:30.000</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Boolean">0</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
<Row ss:Span="2"/>
<Row><Cell ss:Formula="=1+1"><Data ss:Type="Number">2</Data></Cell><Cell ss:Formula="=RC[-1]"/><Cell><Data ss:Type="Number">x</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="隐藏"><Table><Row><Cell><Data ss:Type="String">h<B>b</B></Data></Cell></Row></Table><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>
</Workbook>`

func TestXMLWorkbook(t *testing.T) {
	t.Parallel()
	gb, err := simplifiedchinese.GBK.NewEncoder().String(xmlBook)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{xmlBook, gb} {
		b, err := OpenHTMLReader("x.xls", strings.NewReader(in), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(b.Sheets()); got != "[{体检信息 false} {隐藏 true}]" || len(b.Notes()) > 0 {
			t.Error(got)
		}
		expect(t, b, 0, `
1|A1=T 标题 <1>|C1=T x
4~|A4=N 1.5|E4=N% 0.056|F4=T 0012
5|B5=D 45723|C5=D 45723.57326388889|D5=B TRUE|E5=B FALSE|F5=E #N/A
9|A9=N+ 2|B9=F =RC[-1]|C9=U x`)
		expect(t, b, 1, "1|A1=T hb")
		merges, err := b.Merges(context.Background(), 0)
		if err != nil || fmt.Sprint(merges) != "[{1 1 3 2}]" {
			t.Error(merges, err)
		}
	}
}

// A cell has its own style, else that of its row, column or table; a style
// without a number format has its parent's, and in the end that of Default.
func TestXMLStyles(t *testing.T) {
	t.Parallel()
	const book = `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<ExcelWorkbook xmlns="urn:schemas-microsoft-com:office:excel">%s</ExcelWorkbook>
<Styles><Style ss:ID="Default"><NumberFormat/></Style><Style ss:ID="kid" ss:Parent="pct"><Font/></Style><Style ss:ID="grandkid" ss:Parent="kid"/>
<Style ss:ID="pct"><NumberFormat ss:Format="0%%"/></Style><Style ss:ID="plain" ss:Parent="pct"><NumberFormat/></Style>
<Style ss:ID="day"><NumberFormat ss:Format="Short Date"/></Style><Style ss:ID="clock"><NumberFormat ss:Format="Short Time"/></Style>
<Style ss:ID="loop" ss:Parent="loop2"/><Style ss:ID="loop2" ss:Parent="loop"/><Style ss:ID="some"><NumberFormat ss:Format="[&lt;1]0%%;0"/></Style></Styles>
<Worksheet ss:Name="S"><Table ss:StyleID="pct"><Column ss:Index="2" ss:Span="1" ss:StyleID="day"/><Column ss:StyleID="plain"/>
<Row><Cell><Data ss:Type="Number">0.5</Data></Cell><Cell><Data ss:Type="Number">46084</Data></Cell><Cell ss:StyleID="kid"><Data ss:Type="Number">0.5</Data></Cell><Cell><Data ss:Type="Number">0.5</Data></Cell></Row>
<Row ss:StyleID="day"><Cell><Data ss:Type="Number">1</Data></Cell><Cell ss:StyleID="grandkid"><Data ss:Type="Number"> 1 </Data></Cell><Cell ss:StyleID="loop"><Data ss:Type="Number">1</Data></Cell><Cell ss:StyleID="none"><Data ss:Type="Number">1</Data></Cell></Row>
<Row><Cell ss:StyleID="clock"><Data ss:Type="DateTime">1899-12-31T02:40:00.000</Data></Cell><Cell ss:StyleID="plain"><Data ss:Type="DateTime">2026-03-03T00:00:00.000</Data></Cell><Cell><Data ss:Type="DateTime">2024-02-29T16:00:00.000Z</Data></Cell></Row>
<Row><Cell ss:StyleID="some"><Data ss:Type="Number">0.5</Data></Cell><Cell ss:StyleID="some"><Data ss:Type="Number">2</Data></Cell></Row>
</Table></Worksheet></Workbook>`
	b, err := OpenHTMLReader("x.xls", strings.NewReader(fmt.Sprintf(book, "")), Limits{})
	if err != nil || b.Date1904() {
		t.Fatal(err)
	}
	expect(t, b, 0, `
1|A1=N% 0.5|B1=D 46084|C1=N% 0.5|D1=N 0.5
2|A2=D 1|B2=N% 1|C2=N 1|D2=N 1
3|A3=D 0.1111111111111111|B3=D 46084|C3=T 2024-02-29T16:00:00.000Z
4|A4=N% 0.5|B4=N 2`)
	b, err = OpenHTMLReader("x.xls", strings.NewReader(fmt.Sprintf(book, "<Date1904/>")), Limits{})
	if err != nil || !b.Date1904() {
		t.Fatal(err)
	}
}

// TestXMLOddData: a content without a type is text, a truth value may be written out,
// and what is no finite decimal is no number.
func TestXMLOddData(t *testing.T) {
	t.Parallel()
	b, err := OpenHTMLReader("x.xls", strings.NewReader(`<Workbook><Worksheet><Table><Row><Cell><Data>122</Data></Cell><Cell><Data Type="Boolean">true</Data></Cell><Cell><Data Type="Boolean">2</Data></Cell>`+
		`<Cell><Data Type="Number">NaN</Data></Cell><Cell><Data Type="Number">0x1p4</Data></Cell></Row></Table></Worksheet></Workbook>`), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, b, 0, "1|A1=T 122|B1=B TRUE|C1=T 2|D1=U NaN|E1=U 0x1p4")
}

// Control characters that XML does not allow are read where they are written
// as references, and not where they stand as bytes.
func TestXMLControls(t *testing.T) {
	t.Parallel()
	const book = `<Workbook><Worksheet><Table><Row><Cell><Data Type="String">%s</Data></Cell></Row></Table></Worksheet></Workbook>`
	for in, want := range map[string]string{
		"a&#8;b&#x1F;c": "a\bb\x1fc", "&#x0;&#0;": "\uFFFD\uFFFD", "&#10;&#38;&#26446;&#x1;": "\n&李\x01", "&amp;#8;": "&#8;", "&#8": "", "&#x110000;": "", "\b": "",
	} {
		b, err := OpenHTMLReader("x.xls", strings.NewReader(fmt.Sprintf(book, in)), Limits{})
		if want == "" {
			if err == nil {
				t.Errorf("%q was read", in)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		rows, err := b.Rows(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if row, err := rows.Next(); err != nil || row.Cells[0].Text != want {
			t.Errorf("%q: %v, %v", in, row, err)
		}
	}
}

func TestXMLWorkbookRefused(t *testing.T) {
	t.Parallel()
	half := xmlBook[:strings.Index(xmlBook, "#N/A")]
	for name, c := range map[string]struct {
		in   string
		lim  Limits
		row  int32
		want string
	}{
		"cut off":   {half, Limits{}, 5, "不完整"},
		"bad tag":   {strings.Replace(xmlBook, "</Row>", "</Raw>", 1), Limits{}, 1, "不完整"},
		"bad name":  {strings.Replace(xmlBook, "&lt;", "&nothing;", 1), Limits{}, 1, "不完整"},
		"large":     {xmlBook, Limits{MaxCells: 3}, 4, "过大"},
		"long cell": {strings.Replace(xmlBook, "0012", strings.Repeat("0", maxText+1), 1), Limits{}, 4, "过大"},
		"no sheet":  {"<Workbook></Workbook>", Limits{}, 0, "没有数据表"},
		"back":      {strings.Replace(xmlBook, `<Cell/><Cell>`, `<Cell/><Cell ss:Index="1">`, 1), Limits{}, 5, "不完整"},
		"no index":  {strings.Replace(xmlBook, `<Cell/><Cell>`, `<Cell/><Cell ss:Index="x">`, 1), Limits{}, 5, "不完整"},
		"row back":  {strings.Replace(xmlBook, `<Row><Cell/>`, `<Row ss:Index="2"><Cell/>`, 1), Limits{}, 4, "不完整"},
		"two data":  {strings.Replace(xmlBook, `0012</Data>`, `0012</Data><Data ss:Type="String">7</Data>`, 1), Limits{}, 4, "不完整"},
		"no home":   {"<Workbook><Row><Cell/></Row></Workbook>", Limits{}, 1, "过大"},
	} {
		_, err := OpenHTMLReader("x.xls", strings.NewReader(c.in), c.lim)
		var re *grid.ReadError
		if !errors.As(err, &re) || re.Row != c.row || !strings.Contains(re.Message, c.want) || re.Hint() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzXMLWorkbook(f *testing.F) {
	f.Add(xmlBook)
	f.Fuzz(func(t *testing.T, in string) {
		b, err := OpenHTMLReader("x", strings.NewReader(in), Limits{MaxCells: 1000})
		var re *grid.ReadError
		if err != nil && !errors.As(err, &re) {
			t.Fatal(err)
		}
		for i := 0; err == nil && i < len(b.Sheets()); i++ {
			_, err = dump(b, i)
		}
	})
}
