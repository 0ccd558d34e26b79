package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"hbupload/internal/table/grid"
)

const mainNS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

// fixture describes a workbook by its XML; empty parts get a sound default,
// parts that are "-" are left out.
type fixture struct {
	sheet, shared, styles, workbook, rels string
	extra                                 map[string]string
}

// cells wraps rows into a worksheet.
func cells(rows string) string {
	return `<worksheet xmlns="` + mainNS + `"><sheetData>` + rows + `</sheetData></worksheet>`
}

// sst wraps items into a shared strings part.
func sst(items string) string { return `<sst xmlns="` + mainNS + `">` + items + `</sst>` }

// parts lists the parts of the fixture.
func (f fixture) parts() map[string]string {
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const pkg = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	out := map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="xml" ContentType="application/xml"/></Types>`,
		"_rels/.rels": pkg + `<Relationship Id="r" Type="` + rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook xmlns="` + mainNS + `" xmlns:r="` + rel +
			`"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": pkg + `<Relationship Id="rId1" Type="` + rel + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + rel + `/sharedStrings" Target="sharedStrings.xml"/>` +
			`<Relationship Id="rId3" Type="` + rel + `/styles" Target="styles.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": cells(""),
		"xl/sharedStrings.xml":     sst(""),
		"xl/styles.xml":            `<styleSheet xmlns="` + mainNS + `"/>`,
	}
	for name, text := range map[string]string{"xl/worksheets/sheet1.xml": f.sheet, "xl/sharedStrings.xml": f.shared,
		"xl/styles.xml": f.styles, "xl/workbook.xml": f.workbook, "xl/_rels/workbook.xml.rels": f.rels} {
		if text != "" {
			out[name] = text
		}
	}
	maps.Copy(out, f.extra)
	maps.DeleteFunc(out, func(_, text string) bool { return text == "-" })
	return out
}

// zipOf packs parts in the order of their names.
func zipOf(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(f, parts[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// openBytes opens a workbook held in memory.
func openBytes(b []byte, lim Limits) (grid.Book, error) {
	return OpenReaderAt("t.xlsx", bytes.NewReader(b), int64(len(b)), lim)
}

// dump reads sheet i as lines "A1 kind text", the way the tests compare.
func dump(t testing.TB, b []byte, i int, slow bool) ([]string, error) {
	t.Helper()
	return dumpWithin(t, b, i, slow, Limits{})
}

// dumpWithin is dump with limits of its own.
func dumpWithin(t testing.TB, b []byte, i int, slow bool, lim Limits) ([]string, error) {
	t.Helper()
	book, err := openBytes(b, lim)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	rows, err := book.Rows(t.Context(), i)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if sr, ok := rows.(*sheetRows); ok {
		sr.slow = slow
	}
	var out []string
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		for _, c := range row.Cells {
			out = append(out, line(row, c))
		}
	}
}

// line is one cell in the notation of the tests.
func line(row *grid.Row, c grid.Cell) string {
	kinds := []string{"blank", "text", "num", "date", "bool", "error", "formula", "untyped"}
	s := fmt.Sprintf("%s%d %s", colName(c.Col), row.Num, kinds[c.Kind])
	if c.Percent {
		s += "%"
	}
	if c.Cached {
		s += " cached"
	}
	if row.Hidden {
		s += " hidden"
	}
	return s + " " + c.Text
}

// wantError fails unless err is a ReadError whose sentence has the words.
func wantError(t *testing.T, err error, words ...string) {
	t.Helper()
	var re *grid.ReadError
	if !errors.As(err, &re) {
		t.Fatalf("got %v, want a ReadError with %q", err, words)
	}
	for _, w := range words {
		if !strings.Contains(re.Error(), w) {
			t.Errorf("error %q does not say %q", re.Error(), w)
		}
	}
	if re.Fix == "" {
		t.Errorf("error %q has no hint", re.Error())
	}
}
