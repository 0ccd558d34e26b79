package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"hbupload/internal/table/grid"
)

// ownCells reads a sheet into cell → the value as excelize's raw mode gives
// it.
func ownCells(t testing.TB, file []byte, i int, slow bool) (map[string]string, error) {
	book, err := openBytes(file, Limits{})
	if err != nil {
		return nil, err
	}
	rows, err := book.Rows(t.Context(), i)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if sr, ok := rows.(*sheetRows); ok {
		sr.slow = slow
	}
	out := map[string]string{}
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		for _, c := range row.Cells {
			v := c.Text
			switch c.Kind {
			case grid.Bool:
				v = strconv.Itoa(int(c.Num))
			case grid.Formula:
				continue
			}
			out[colName(c.Col)+strconv.Itoa(int(row.Num))] = v
		}
	}
}

// excelizeCells is the oracle. It may stop in silence in a damaged sheet.
func excelizeCells(file []byte, i int) (map[string]string, error) {
	f, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := f.Rows(f.GetSheetList()[i])
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for n := 1; rows.Next(); n++ {
		cols, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		for j, v := range cols {
			if v != "" {
				out[colName(int32(j+1))+strconv.Itoa(n)] = v
			}
		}
	}
	return out, rows.Error()
}

// sameCells compares both readers on an undamaged file.
func sameCells(t interface {
	Helper()
	Fatalf(string, ...any)
}, tb testing.TB, name string, file []byte, i int) {
	t.Helper()
	want, err := excelizeCells(file, i)
	if err != nil {
		t.Fatalf("%s: excelize: %v", name, err)
	}
	for _, slow := range []bool{false, true} {
		got, err := ownCells(tb, file, i, slow)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d := difference(got, want); d != "" {
			t.Fatalf("%s slow=%v: %s", name, slow, d)
		}
	}
}

// difference names the first cells that differ.
func difference(got, want map[string]string) string {
	all := maps.Clone(want)
	maps.Copy(all, got)
	for cell := range all {
		if got[cell] != want[cell] {
			return fmt.Sprintf("%s: own %q, excelize %q (%d and %d cells)", cell, got[cell], want[cell], len(got), len(want))
		}
	}
	return ""
}

// drawValue draws what may stand in a cell.
func drawValue(rt *rapid.T) any {
	switch rapid.IntRange(0, 7).Draw(rt, "kind") {
	case 0:
		return rapid.Float64Range(-1e12, 1e12).Draw(rt, "f")
	case 1:
		return rapid.Int64().Draw(rt, "i")
	case 2:
		return rapid.Bool().Draw(rt, "b")
	case 3:
		return nil
	case 4:
		return rapid.SampledFrom([]string{"_x000D_", "_x005F_x0041_", "a&b<c>]]>", " outer ", "\"'", "行\n二", "😀", "1e5", "=A1"}).Draw(rt, "odd")
	}
	return rapid.StringMatching(`[ -~\x{4e00}-\x{4e40}\n]{0,12}`).Draw(rt, "s")
}

// drawBook writes a random workbook by one of excelize's two writers.
func drawBook(rt *rapid.T) []byte {
	f := excelize.NewFile()
	defer f.Close()
	stream := rapid.Bool().Draw(rt, "stream")
	var sw *excelize.StreamWriter
	var err error
	if stream {
		if sw, err = f.NewStreamWriter("Sheet1"); err != nil {
			rt.Fatal(err)
		}
	}
	at := 0
	for range rapid.IntRange(0, 8).Draw(rt, "rows") {
		at += rapid.IntRange(1, 3).Draw(rt, "gap")
		values := rapid.SliceOfN(rapid.Custom(drawValue), 0, 6).Draw(rt, "values")
		first, err := excelize.CoordinatesToCellName(rapid.IntRange(1, 30).Draw(rt, "col"), at)
		if err != nil {
			rt.Fatal(err)
		}
		if stream {
			err = sw.SetRow(first, values)
		} else {
			err = f.SetSheetRow("Sheet1", first, &values)
		}
		if err != nil {
			rt.Fatal(err)
		}
	}
	if stream {
		if err := sw.Flush(); err != nil {
			rt.Fatal(err)
		}
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		rt.Fatal(err)
	}
	return buf.Bytes()
}

func TestSameAsExcelizeOnGenerated(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		sameCells(rt, t, "generated", drawBook(rt), 0)
	})
}

// writerFiles are the workbooks of other writers; see make.py beside them.
func writerFiles(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/xlsx-writers/*.xlsx")
	if err != nil || len(names) < 5 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	out := map[string][]byte{}
	for _, name := range names {
		if out[filepath.Base(name)], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestSameAsExcelizeOnOtherWriters(t *testing.T) {
	t.Parallel()
	for name, file := range writerFiles(t) {
		sameCells(t, t, name, file, 0)
		if got, err := dump(t, file, 0, false); err != nil || len(got) < 14 {
			t.Errorf("%s: %d cells, %v", name, len(got), err)
		}
	}
}

// TestFallbackReadsTheSame gives each file a document type, which sends it
// through excelize: cells, kinds and places must be what the scanner finds.
func TestFallbackReadsTheSame(t *testing.T) {
	t.Parallel()
	for name, file := range writerFiles(t) {
		want, err := dump(t, file, 0, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, victim := range []string{"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"} {
			parts := partsOf(t, file)
			text, ok := parts[victim]
			if !ok {
				continue
			}
			at := max(0, strings.Index(text, "?>")+2)
			if !strings.HasPrefix(text, "<?xml") {
				at = 0
			}
			parts[victim] = text[:at] + "<!DOCTYPE x>" + text[at:]
			got, err := dump(t, zipOf(t, parts), 0, false)
			if err != nil {
				t.Fatalf("%s %s: %v", name, victim, err)
			}
			if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
				t.Errorf("%s %s:\n got %s\nwant %s", name, victim, g, w)
			}
		}
	}
}

// partsOf unpacks a workbook.
func partsOf(t interface{ Fatal(...any) }, file []byte) map[string]string {
	zr, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range zr.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(b)
	}
	return out
}

// TestEveryCut: no beginning of a sheet, of the shared strings or of a whole
// file passes for all of it.
func TestEveryCut(t *testing.T) {
	t.Parallel()
	parts := fixture{sheet: cells(`<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t='b'><v>1</v></c><c r="C1" t="inlineStr"><is><t>&lt;文</t></is></c></row><row r="2"/>`),
		shared: sst("<si><t>甲</t></si><si><r><t><![CDATA[乙]]></t></r></si>")}.parts()
	for _, victim := range []string{"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"} {
		whole := parts[victim]
		for i := range len(whole) {
			parts[victim] = whole[:i]
			if _, err := dump(t, zipOf(t, parts), 0, false); err == nil {
				t.Errorf("%s cut to %q is read", victim, whole[:i])
			}
		}
		parts[victim] = whole
	}
	file := writerFiles(t)["xlsxwriter.xlsx"]
	for i := range len(file) {
		if _, err := dump(t, file[:i], 0, false); err == nil {
			t.Errorf("file cut to %d of %d bytes is read", i, len(file))
		}
	}
}

// TestFlippedBytes damages every third byte of a file in turn: the same cells
// and kinds, or an error.
func TestFlippedBytes(t *testing.T) {
	t.Parallel()
	file := writerFiles(t)["xlsxwriter.xlsx"]
	want, err := dump(t, file, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	failed := 0
	for i := 0; i < len(file); i += 3 {
		bad := bytes.Clone(file)
		bad[i] ^= 1 << (i % 8)
		got, err := dump(t, bad, 0, false)
		if err != nil {
			failed++
		} else if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("byte %d: %q", i, got)
		}
	}
	if failed < len(file)/9 {
		t.Errorf("only %d of %d damaged files are found out", failed, len(file)/3)
	}
}

// wellFormed asks encoding/xml, which knows utf-8 under one name only.
func wellFormed(s string) bool {
	d := xml.NewDecoder(strings.NewReader(s))
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if l := strings.ToLower(label); l == "utf8" || l == "us-ascii" || l == "ascii" {
			return in, nil
		}
		return nil, fmt.Errorf("encoding %q", label)
	}
	for {
		if _, err := d.Token(); err != nil {
			return err == io.EOF
		}
	}
}

// mutate damages a part the way transfers, editors and attackers do.
func mutate(rt *rapid.T, s string) string {
	b := []byte(s)
	for range rapid.IntRange(1, 3).Draw(rt, "times") {
		if len(b) < 4 {
			break
		}
		at := rapid.IntRange(0, len(b)-1).Draw(rt, "at")
		switch rapid.IntRange(0, 4).Draw(rt, "how") {
		case 0:
			b = b[:at]
		case 1:
			b[at] = rapid.Byte().Draw(rt, "byte")
		case 2:
			b[at] = rapid.SampledFrom([]byte("<>/&\"'= 0123ABrstvc:_xn!-]")).Draw(rt, "mark")
		case 3:
			end := min(len(b), at+rapid.IntRange(1, 40).Draw(rt, "n"))
			b = append(b[:at:at], b[end:]...)
		default:
			end := min(len(b), at+rapid.IntRange(1, 40).Draw(rt, "n"))
			b = append(b[:end:end], b[at:]...)
		}
	}
	return string(b)
}

// TestMutatedSameOrError: whatever happens to a sheet or to the shared
// strings, a file that is read at all is well formed and holds what excelize
// finds in it.
func TestMutatedSameOrError(t *testing.T) {
	t.Parallel()
	var all []map[string]string
	for _, file := range writerFiles(t) {
		all = append(all, partsOf(t, file))
	}
	rapid.Check(t, func(rt *rapid.T) {
		parts := maps.Clone(all[rapid.IntRange(0, len(all)-1).Draw(rt, "file")])
		if rapid.IntRange(0, 3).Draw(rt, "new") == 0 {
			parts = partsOf(rt, drawBook(rt))
		}
		victim := "xl/worksheets/sheet1.xml"
		if _, ok := parts["xl/sharedStrings.xml"]; ok && rapid.IntRange(0, 2).Draw(rt, "sst") == 0 {
			victim = "xl/sharedStrings.xml"
		}
		parts[victim] = mutate(rt, parts[victim])
		file := zipOf(t, parts)
		got, err := ownCells(t, file, 0, false)
		slow, err2 := ownCells(t, file, 0, true)
		if (err == nil) != (err2 == nil) || err == nil && difference(got, slow) != "" {
			rt.Fatalf("fast %v %v, slow %v %v", got, err, slow, err2)
		}
		if err != nil {
			return
		}
		if !wellFormed(parts[victim]) {
			rt.Fatalf("read without an error, though not well formed:\n%s", parts[victim])
		}
		want, err := excelizeCells(file, 0)
		if err != nil {
			return // excelize is stricter here and there; it says so
		}
		if d := difference(got, want); d != "" {
			rt.Fatalf("%s\n%s", d, parts[victim])
		}
	})
}
