package xlsx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"hbupload/internal/table/grid"
)

const oneRow = `<row r="1"><c r="A1"><v>1</v></c></row>`

// relNS is the namespace of relationship types.
const relNS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

func TestWorkbookParts(t *testing.T) {
	t.Parallel()
	strict := "http://purl.oclc.org/ooxml/officeDocument/relationships"
	fx := fixture{
		workbook: `<w:workbook xmlns:w="` + mainNS + `" xmlns:q="` + strict + `"><w:workbookPr date1904="true"/><w:sheets>` +
			`<w:sheet name="甲&amp;乙" sheetId="3" q:id="a"/><w:sheet name='图' sheetId='4' q:id='b'/>` +
			`<w:sheet name="藏" state="hidden" sheetId="5" q:id="c"/><w:sheet name="深藏" state="veryHidden" sheetId="6" q:id="d"/></w:sheets></w:workbook>`,
		rels: `<Relationships><Relationship Id="a" Type="` + strict + `/worksheet" Target="/odd/Place.xml"/>` +
			`<Relationship Id="b" Type="` + strict + `/chartsheet" Target="chartsheets/sheet1.xml"/>` +
			`<Relationship Id="c" Type="` + strict + `/worksheet" Target="../other/b%20c.xml"/>` +
			`<Relationship Id="x" TargetMode="External" Type="` + strict + `/externalLink" Target="file:///etc/passwd"/>` +
			`<Relationship Id="d" Type="` + strict + `/worksheet" Target="worksheets\sheet1.xml"/></Relationships>`,
		extra: map[string]string{"odd/place.XML": cells(oneRow), "other/b c.xml": cells(""), "[Content_Types].xml": "-"},
	}
	book, err := openBytes(zipOf(t, fx.parts()), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []grid.Sheet{{Name: "甲&乙"}, {Name: "藏", Hidden: true}, {Name: "深藏", Hidden: true}}
	if got := book.Sheets(); !slices.Equal(got, want) {
		t.Errorf("sheets %v, want %v", got, want)
	}
	if !book.Date1904() {
		t.Error("1904 not seen")
	}
	got, err := dump(t, zipOf(t, fx.parts()), 0, false)
	if err != nil || !slices.Equal(got, []string{"A1 num 1"}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := book.Rows(t.Context(), 9); err == nil {
		t.Error("sheet 9 exists")
	}
}

func TestISODateInBothSystems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pr, date string
		want     float64
	}{{"", "2023-01-05", 44931}, {`date1904="1"`, "2023-01-05", 43469}, {"", "1900-01-01", 1}, {"", "1900-03-01", 61}, {"", "1900-02-28T12:00:00", 59.5}, {"", "T06:00:00Z", 0.25}} {
		fx := fixture{sheet: cells(`<row r="1"><c r="A1" t="d"><v>` + c.date + `</v></c></row>`)}
		fx.workbook = strings.Replace(fx.parts()["xl/workbook.xml"], "<sheets>", "<workbookPr "+c.pr+"/><sheets>", 1)
		book, err := openBytes(zipOf(t, fx.parts()), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := book.Rows(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		row, err := rows.Next()
		if err != nil || row.Cells[0].Num != c.want || row.Cells[0].Format == "" {
			t.Errorf("%s %s: got %v %v, want serial %v", c.pr, c.date, row, err, c.want)
		}
	}
}

// officeRels points at the main part of a package.
func officeRels(target string) string {
	return `<Relationships><Relationship Id="a" Type="` + relNS + `/officeDocument" Target="` + target + `"/></Relationships>`
}

func TestForeignFiles(t *testing.T) {
	t.Parallel()
	for words, parts := range map[string]map[string]string{
		".xlsb":        {"xl/workbook.bin": "x", "_rels/.rels": officeRels("xl/workbook.bin")},
		"OpenDocument": {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"},
		"Word":         {"word/document.xml": "<a/>", "_rels/.rels": officeRels("word/document.xml")},
		"PowerPoint":   {"ppt/presentation.xml": "<a/>", "_rels/.rels": officeRels("/ppt/presentation.xml")},
		"没有工作簿":        {"a.csv": "1"},
	} {
		_, err := openBytes(zipOf(t, parts), Limits{})
		wantError(t, err, words, "t.xlsx")
	}
	_, err := openBytes([]byte("姓名,性别\n"), Limits{})
	wantError(t, err, "压缩包")
	_, err = Open(filepath.Join(t.TempDir(), "none.xlsx"), Limits{})
	wantError(t, err, "打不开")
}

func TestDamagedZip(t *testing.T) {
	t.Parallel()
	file := zipOf(t, fixture{sheet: cells(oneRow)}.parts())
	_, err := openBytes(file[:len(file)-30], Limits{})
	wantError(t, err, "压缩包")

	// a checksum that does not fit: the rows come, the end does not
	sum := crc32.ChecksumIEEE([]byte(cells(oneRow)))
	mark := []byte{byte(sum), byte(sum >> 8), byte(sum >> 16), byte(sum >> 24)}
	if !bytes.Contains(file, mark) {
		t.Fatal("checksum not found in the zip")
	}
	_, err = dump(t, bytes.ReplaceAll(file, mark, []byte{1, 2, 3, 4}), 0, false)
	wantError(t, err, "校验和", "「表」")

	parts := fixture{extra: map[string]string{"xl/worksheets/sheet1.xml": "-"}}.parts()
	_, err = openBytes(zipOf(t, parts), Limits{})
	wantError(t, err, "找不到", "「表」")
	parts = fixture{extra: map[string]string{"XL/worksheets/Sheet1.xml": cells("")}}.parts()
	_, err = dump(t, zipOf(t, parts), 0, false)
	wantError(t, err, "两个")
	parts = fixture{extra: map[string]string{"xl/styles.xml": "-"}}.parts()
	_, err = dump(t, zipOf(t, parts), 0, false)
	wantError(t, err, "缺少", "styles.xml")
	// Only a cell that needs the shared strings makes their absence an error.
	inline := `<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>`
	parts = fixture{sheet: cells(inline), extra: map[string]string{"xl/sharedStrings.xml": "-"}}.parts()
	got, err := dump(t, zipOf(t, parts), 0, false)
	if err != nil || !slices.Equal(got, []string{"A1 text x"}) {
		t.Errorf("%q, %v", got, err)
	}
	parts = fixture{sheet: cells(inline + `<row r="2"><c r="B2" t="s"><v>0</v></c></row>`), extra: map[string]string{"xl/sharedStrings.xml": "-"}}.parts()
	_, err = dump(t, zipOf(t, parts), 0, false)
	wantError(t, err, "缺少", "sharedStrings.xml", "B2")
	parts = fixture{workbook: "<workbook><sheets/></workbook>"}.parts()
	_, err = openBytes(zipOf(t, parts), Limits{})
	wantError(t, err, "没有工作表")
}

func TestMerges(t *testing.T) {
	t.Parallel()
	merges := `<mergeCells count="2"><mergeCell ref="A1:C1"/><mergeCell ref="B2:A4"/></mergeCells>`
	want := []grid.Range{{FirstRow: 1, FirstCol: 1, LastRow: 1, LastCol: 3}, {FirstRow: 2, FirstCol: 1, LastRow: 4, LastCol: 2}}
	sheet := strings.Replace(cells(oneRow), "</worksheet>", merges+"</worksheet>", 1)
	long := strings.Replace(sheet, oneRow, oneRow+strings.Repeat("<row/>", 40_000), 1)
	prefixed := strings.NewReplacer("</", "</x:", "<", "<x:", "xmlns", "xmlns:x").Replace(sheet)
	for name, text := range map[string]string{"plain": sheet, "long": long, "prefixed": prefixed,
		"comment": strings.Replace(sheet, oneRow, "<!-- </sheetData> -->"+oneRow, 1), "doctype": "<!DOCTYPE a>" + sheet} {
		book, err := openBytes(zipOf(t, fixture{sheet: text}.parts()), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := book.Merges(t.Context(), 0)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		if again, err := book.Merges(t.Context(), 0); err != nil || !slices.Equal(again, want) {
			t.Errorf("%s again: %v, %v", name, again, err)
		}
	}
	book, err := openBytes(zipOf(t, fixture{sheet: strings.Replace(sheet, "A1:C1", "A1:?", 1)}.parts()), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = book.Merges(t.Context(), 0)
	wantError(t, err, "合并")
}

func TestNotes(t *testing.T) {
	t.Parallel()
	calc := strings.Replace(fixture{}.parts()["xl/workbook.xml"], "</workbook>", `<calcPr fullCalcOnLoad="1"/></workbook>`, 1)
	for word, fx := range map[string]fixture{
		"excelize": {sheet: "<!DOCTYPE a>" + cells(oneRow)},
		"UTF-16":   {sheet: utf16le(cells(oneRow))},
		"重新计算":     {sheet: cells(`<row r="1"><c r="A1"><f>B1</f><v>0</v></c></row>`), workbook: calc},
	} {
		book, err := openBytes(zipOf(t, fx.parts()), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			drain(t, book)
		}
		if n := book.Notes(); len(n) != 1 || !strings.Contains(n[0], word) {
			t.Errorf("notes %q, want one with %q", n, word)
		}
	}
}

// drain reads the first sheet to its end.
func drain(t *testing.T, book grid.Book) (n int) {
	t.Helper()
	rows, err := book.Rows(t.Context(), 0)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer rows.Close()
	for {
		if _, err := rows.Next(); err == io.EOF {
			return n
		} else if err != nil {
			t.Error(err)
			return n
		}
		n++
	}
}

func TestConcurrentPasses(t *testing.T) {
	t.Parallel()
	items, rows := strings.Builder{}, strings.Builder{}
	for range 500 {
		items.WriteString("<si><t>甲</t></si>")
		rows.WriteString(`<row><c t="s"><v>7</v></c></row>`)
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := os.WriteFile(path, zipOf(t, fixture{sheet: cells(rows.String()), shared: sst(items.String())}.parts()), 0o600); err != nil {
		t.Fatal(err)
	}
	book, err := Open(path, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if n := drain(t, book); n != 500 {
				t.Errorf("%d rows, want 500", n)
			}
		})
	}
	wg.Wait()
}

func TestContextStopsAPass(t *testing.T) {
	t.Parallel()
	book, err := openBytes(zipOf(t, fixture{sheet: cells(strings.Repeat(`<row><c><v>1</v></c></row>`, 20_000))}.parts()), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	rows, err := book.Rows(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rows.Next(); err != nil {
		t.Fatal(err)
	}
	cancel()
	for err == nil {
		_, err = rows.Next()
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := rows.Close(); err != nil {
		t.Error(err)
	}
}

// TestSheetsWithoutPart: old macro modules are listed without a part.
func TestSheetsWithoutPart(t *testing.T) {
	t.Parallel()
	const head = `<workbook xmlns="` + mainNS + `" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>`
	for _, module := range []string{`<sheet name="Module1" sheetId="2" state="veryHidden" r:id=""/>`, `<sheet name="Module1" sheetId="2"/>`} {
		parts := fixture{workbook: head + module + `<sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`}.parts()
		b, err := openBytes(zipOf(t, parts), Limits{})
		if err != nil || len(b.Sheets()) != 1 || len(b.Notes()) != 1 || !strings.Contains(b.Notes()[0], "Module1") {
			t.Errorf("%s: %v", module, err)
		}
	}
	parts := fixture{workbook: head + `<sheet name="表" sheetId="1" r:id="rId9"/></sheets></workbook>`}.parts()
	_, err := openBytes(zipOf(t, parts), Limits{})
	wantError(t, err, "找不到")
}

func TestMergeRanges(t *testing.T) {
	t.Parallel()
	for ref, want := range map[string]string{
		"A1:B2": "{1 1 2 2}", "B2:A1": "{1 1 2 2}", "C3": "{3 3 3 3}", "G:H": "{1 7 1048576 8}", "H:G": "{1 7 1048576 8}", "2:3": "{2 1 3 16384}", "3:3": "{3 1 3 16384}",
		"G": "", "2": "", "G:2": "", "2:G": "", "A1:B": "", "A:B2": "", "0:1": "", ":": "", "": "", "A:": "", "G1:H1:I1": "",
	} {
		got := ""
		if m, ok := parseRange([]byte(ref)); ok {
			got = fmt.Sprint(m)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", ref, got, want)
		}
	}
}
