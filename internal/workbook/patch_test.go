package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/spec"
)

const testStyles = `<styleSheet xmlns="` + nsMain + `"><fonts count="1"><font/></fonts><fills count="2"><fill/><fill/></fills><borders count="1"><border/></borders>` +
	`<cellXfs count="3"><xf numFmtId="0" fillId="0"/><xf numFmtId="49" fillId="0"/><xf numFmtId="14" fillId="0"></xf></cellXfs></styleSheet>`

func patched(t testing.TB, sheet string, marks ...mark) (string, error) {
	t.Helper()
	styles, err := parseStyles([]byte(testStyles))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p := &sheetPatch{of: &Annotation{Findings: []spec.Finding{{Message: "x"}}}, styles: styles, marks: marks, unselect: true}
	err = p.run(strings.NewReader(sheet), &out)
	return out.String(), err
}

func sheetOf(rows string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="` + nsMain + `"><cols><col min="4" max="5" style="2"/></cols><sheetData>` + rows + `</sheetData><pageMargins/></worksheet>`
}

func TestPatchSheet(t *testing.T) {
	t.Parallel()
	red := func(row, col int32) mark {
		return mark{row: row, col: col, severity: spec.Error, findings: []int32{0}}
	}
	tests := []struct {
		name, rows, want string
		marks            []mark
	}{
		{"nothing", `<row r="1"><c r="A1" s="1" t="s"><v>0</v></c></row>`, `<row r="1"><c r="A1" s="1" t="s"><v>0</v></c></row>`, nil},
		{"a cell", `<row r="1"><c r="A1" s="1" t="s"><v>0</v></c></row>`, `<row r="1"><c r="A1" s="3" t="s"><v>0</v></c></row>`, []mark{red(1, 1)}},
		{"without a style", `<row r="1"><c r="A1"/><c r="B1" t="b"><v>1</v></c></row>`, `<row r="1"><c r="A1"/><c r="B1" t="b" s="3"><v>1</v></c></row>`, []mark{red(1, 2)}},
		{"a missing cell", `<row r="1" spans="1:3"><c r="A1"/><c r="C1"/></row>`, `<row r="1"><c r="A1"/><c r="B1" s="3"/><c r="C1"/></row>`, []mark{red(1, 2)}},
		{"the last cell, styled by its column", `<row r="1"><c r="A1"/></row>`, `<row r="1"><c r="A1"/><c r="E1" s="3"/></row>`, []mark{red(1, 5)}},
		{"in a styled row", `<row r="1" s="1" customFormat="1"/>`, `<row r="1" s="1" customFormat="1"><c r="B1" s="3"/></row>`, []mark{red(1, 2)}},
		{"missing rows", `<row r="3"><c r="A3"/></row>`, `<row r="2"><c r="A2" s="3"/></row><row r="3"><c r="A3"/></row><row r="5"><c r="B5" s="3"/></row>`, []mark{red(2, 1), red(5, 2)}},
		{"no references", `<row><c/><c><v>1</v></c></row><row><c><v>2</v></c></row>`, `<row><c/><c s="3"><v>1</v></c></row><row><c s="3"><v>2</v></c></row>`, []mark{red(1, 2), red(2, 1)}},
		{"quotes, comments and sections", `<!-- <row r="1"> --><row r='1' x=">"><c r='A1'><is><t><![CDATA[<c r="A1">]]></t></is></c></row>`, `<!-- <row r="1"> --><row r='1' x=">"><c r='A1' s="3"><is><t><![CDATA[<c r="A1">]]></t></is></c></row>`, []mark{red(1, 1)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := patched(t, sheetOf(test.rows), test.marks...)
			if err != nil {
				t.Fatal(err)
			}
			if want := sheetOf(test.want); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestPatchSheetEmpty(t *testing.T) {
	t.Parallel()
	got, err := patched(t, `<worksheet xmlns="`+nsMain+`"><sheetData/></worksheet>`, mark{row: 2, col: 1, severity: spec.Warning, findings: []int32{0}})
	if err != nil || !strings.Contains(got, `<sheetData><row r="2"><c r="A2" s="3"/></row></sheetData>`) {
		t.Errorf("%v %s", err, got)
	}
}

func TestPatchSheetRefuses(t *testing.T) {
	t.Parallel()
	one := mark{row: 9, col: 9, severity: spec.Error, findings: []int32{0}}
	for name, sheet := range map[string]string{
		"rows out of order":  sheetOf(`<row r="3"/><row r="2"/>`),
		"cells out of order": sheetOf(`<row r="9"><c r="B9"/><c r="A9"/></row>`),
		"another root":       `<x:worksheet xmlns:x="` + nsMain + `"><x:sheetData/></x:worksheet>`,
		"another encoding":   `<?xml version="1.0" encoding="GB18030"?><worksheet xmlns="` + nsMain + `"><sheetData/></worksheet>`,
		"a document type":    `<!DOCTYPE a><worksheet xmlns="` + nsMain + `"><sheetData/></worksheet>`,
	} {
		if _, err := patched(t, sheet, one); !errors.Is(err, errUnusual) {
			t.Errorf("%s: %v", name, err)
		}
	}
	whole := sheetOf(`<row r="1"><c r="A1"/></row>`)
	for n := range len(whole) - 1 {
		if _, err := patched(t, whole[:n], one); err == nil {
			t.Errorf("cut at %d: no error", n)
		}
	}
}

// FuzzPatchSheet: without marks a sheet passes through unchanged or is refused,
// and nothing makes the patch fail otherwise.
func FuzzPatchSheet(f *testing.F) {
	f.Add(sheetOf(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`), int32(1), int32(1))
	f.Add(sheetOf(`<row/><row r='7'><c/></row>`), int32(3), int32(2))
	f.Add(`<worksheet xmlns="`+nsMain+`"><sheetData/><dataValidations count="1"><dataValidation sqref="A1:B2"/></dataValidations></worksheet>`, int32(1), int32(1))
	f.Fuzz(func(t *testing.T, sheet string, row, col int32) {
		if got, err := patched(t, sheet); err == nil && got != sheet && !strings.Contains(sheet, "tabSelected") && !strings.Contains(sheet, ourMark) {
			t.Errorf("changed:\n%q\n%q", sheet, got)
		}
		_, _ = patched(t, sheet, mark{row: row, col: col, severity: spec.Error, findings: []int32{0}})
	})
}

func TestSetAttr(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ tag, name, value, want string }{
		{`<c r="A1"/>`, "s", "5", `<c r="A1" s="5"/>`},
		{`<c r="A1" s='4'>`, "s", "5", `<c r="A1" s="5">`},
		{`<c s = "4" r="A1">`, "s", "5", `<c s = "5" r="A1">`},
		{`<c xs="4" ss="3">`, "s", "5", `<c xs="4" ss="3" s="5">`},
		{`<v a="s=" >`, "s", "5", `<v a="s=" s="5" >`},
		{`<c r="A1" s="4"/>`, "s", "", `<c r="A1"/>`},
		{`<c>`, "s", "", `<c>`},
	} {
		if got := setAttr(test.tag, test.name, test.value); got != test.want {
			t.Errorf("setAttr(%s, %s) = %s, want %s", test.tag, test.value, got, test.want)
		}
	}
}

func TestReportNames(t *testing.T) {
	t.Parallel()
	when := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, test := range []struct{ dir, input, want string }{
		{"", filepath.Join("a", "导出.xlsx"), filepath.Join("a", "导出-含个人信息-20260102-030405.xlsx")},
		{"r", filepath.Join("a", "导出.csv"), filepath.Join("r", "导出-含个人信息-20260102-030405.xlsx")},
		{"", "-", "标准输入-含个人信息-20260102-030405.xlsx"},
		{"", filepath.Join("a", "b") + string(filepath.Separator), filepath.Join("a", "b-含个人信息-20260102-030405.xlsx")},
		{"", "导出-含个人信息-20250101-000000 (2).xlsx", "导出-含个人信息-20260102-030405.xlsx"},
		{"", "2024.05.01", "2024.05-含个人信息-20260102-030405.xlsx"},
		{"", "第1批.体检数据", "第1批.体检数据-含个人信息-20260102-030405.xlsx"},
	} {
		if got := FileName(test.dir, test.input, Personal, ".xlsx", when); got != test.want {
			t.Errorf("%s %s: %s, want %s", test.dir, test.input, got, test.want)
		}
	}
}

func TestFailedReportLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a.xlsx")
	if _, err := writeNew(path, func(*os.File) error { return io.ErrShortWrite }); err == nil {
		t.Error("no error")
	}
	if _, err := writeNew(path, func(*os.File) error { panic("unforeseen") }); fault.Of(err) == nil || fault.Of(err).Hint() == "" {
		t.Errorf("%v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestChoiceListFits(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 200 {
		many = append(many, strings.Repeat("尘", i%7+1))
	}
	many = append(many, "1,2-二氯乙烷", "\"引号\"")
	list := choiceList(append([]string{"最先"}, many...))
	if !strings.HasPrefix(list, "最先,") || len([]rune(list)) > maxListText || strings.Contains(list, "1,2") {
		t.Errorf("%q", list)
	}
}

// A cell may lie in a comment's drawing that a program wrote another way.
func TestNotesOfOthersStay(t *testing.T) {
	t.Parallel()
	old := noteParts{
		comments: []byte(`<comments xmlns="` + nsMain + `"><authors><author>hbupload</author><author>甲</author></authors><commentList><comment ref="A1" authorId="0"><text/></comment><comment ref="B2" authorId="1"><text><t>好</t></text></comment></commentList></comments>`),
		drawing: []byte(`<xml><v:shape id="a"><x:ClientData ObjectType="Note"><x:Row>0</x:Row><x:Column>0</x:Column></x:ClientData></v:shape><v:shape id="b"><x:ClientData ObjectType="Note"><x:Row>1</x:Row><x:Column>1</x:Column></x:ClientData></v:shape>` +
			`<v:shape id="c"><x:ClientData ObjectType="Button"/></v:shape></xml>`),
	}
	a := &Annotation{Findings: []spec.Finding{{Message: "错"}}}
	got, err := a.mergeNotes(old, []mark{{row: 2, col: 2, findings: []int32{0}}, {row: 3, col: 3, findings: []int32{0}}})
	if err != nil {
		t.Fatal(err)
	}
	text, drawing := string(got.comments), string(got.drawing)
	if strings.Contains(text, `ref="A1"`) || !strings.Contains(text, `ref="B2" authorId="0"><text><t>好`) || !strings.Contains(text, `ref="C3" authorId="1"`) {
		t.Error(text)
	}
	if strings.Contains(drawing, `id="a"`) || !strings.Contains(drawing, `id="b"`) || !strings.Contains(drawing, `id="c"`) || strings.Count(drawing, "<v:shape ") != 3 {
		t.Error(drawing)
	}
}

func TestZipRefusesDoubles(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for range 2 {
		if _, err := zw.Create("a"); err != nil {
			t.Fatal(err)
		}
	}
	_ = zw.Close()
	if _, err := openZip(bytes.NewReader(buf.Bytes()), int64(buf.Len())); !errors.Is(err, errUnusual) {
		t.Errorf("%v", err)
	}
}
