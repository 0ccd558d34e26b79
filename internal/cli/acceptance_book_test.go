package cli

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"strconv"
	"strings"
	"testing"
	"time"

	"hbupload/internal/spec"
)

// caseBook is the cases laid out on the three sheets.
type caseBook struct {
	people []*casePerson
	first  map[*casePerson][spec.NumSheets]int // the row of a case's first on each sheet
	end    [spec.NumSheets]int                 // the last row
}

func layOut(people []*casePerson) *caseBook {
	b := &caseBook{people: people, first: map[*casePerson][spec.NumSheets]int{}, end: [spec.NumSheets]int{1, 1, 1}}
	for _, p := range people {
		var first [spec.NumSheets]int
		for s := range p.rows {
			first[s] = b.end[s] + 1
			b.end[s] += len(p.rows[s])
		}
		b.first[p] = first
	}
	return b
}

func (b *caseBook) rows() (n int) {
	for _, end := range b.end {
		n += end
	}
	return n
}

// wanted writes the findings that must come: "key rule sheet cell field severity".
func (b *caseBook) wanted() []string {
	var out []string
	for _, p := range b.people {
		for _, w := range p.wants {
			cell := spec.ColumnName(caseColumn(w.sheet, w.header)) + strconv.Itoa(b.first[p][w.sheet]+w.row)
			out = append(out, strings.Join([]string{p.key, w.rule, w.sheet.String(), cell, p.path(w), w.severity}, " "))
		}
	}
	return out
}

// path is the field of a finding as --json names it (help: 约定 3.2); helper columns have none.
func (p *casePerson) path(w caseWant) string {
	switch spec.RuleID(w.rule) {
	case spec.HazardRequired:
		return "ohEmpHazard"
	case spec.ItemRequired:
		return "ohItemClassResult"
	}
	f := spec.SheetFields(w.sheet)[caseColumn(w.sheet, w.header)-1]
	switch f.Section {
	case spec.SectionHelper:
		return ""
	case spec.SectionItem:
		if spec.RuleID(w.rule) == spec.ItemRepeated {
			w.row = 1 // the row that is sent
		}
		class, index := p.place(w.row)
		return f.ID.Path(class, index)
	}
	return f.ID.Path(w.row, 0)
}

// place numbers an item by the class texts as they stand, classes by first
// appearance.
func (p *casePerson) place(row int) (class, index int) {
	seen, count := map[string]int{}, map[string]int{}
	for i, r := range p.rows[spec.SheetItem] {
		name := r["项目分类"]
		if _, ok := seen[name]; !ok {
			seen[name] = len(seen)
		}
		if i == row {
			return seen[name], count[name]
		}
		count[name]++
	}
	return 0, 0
}

// xlsx writes the workbook; the same cases give the same bytes.
func (b *caseBook) xlsx(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	put := func(name, text string) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err == nil {
			_, err = w.Write([]byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const main, rel = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const kind, pack = "application/vnd.openxmlformats-officedocument.spreadsheetml.", "http://schemas.openxmlformats.org/package/2006/"
	types, sheets, links := "", "", ""
	for s := range spec.NumSheets {
		n := int(s) + 1
		types += fmt.Sprintf(`<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, n, kind)
		sheets += fmt.Sprintf(`<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, s, n, n)
		links += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, n, rel, n)
	}
	put("[Content_Types].xml", `<Types xmlns="`+pack+`content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="`+kind+`sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="`+kind+`styles+xml"/>`+types+`</Types>`)
	put("_rels/.rels", `<Relationships xmlns="`+pack+`relationships"><Relationship Id="rId1" Type="`+rel+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	put("xl/workbook.xml", `<workbook xmlns="`+main+`" xmlns:r="`+rel+`"><sheets>`+sheets+`</sheets></workbook>`)
	put("xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+pack+`relationships">`+links+`<Relationship Id="rId9" Type="`+rel+`/styles" Target="styles.xml"/></Relationships>`)
	styles := ""
	for _, format := range []int{0, 14, 9, 49} { // General, a date, 0%, text
		styles += fmt.Sprintf(`<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`, format)
	}
	put("xl/styles.xml", `<styleSheet xmlns="`+main+`"><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">`+styles+`</cellXfs></styleSheet>`)
	for s := range spec.NumSheets {
		put(fmt.Sprintf("xl/worksheets/sheet%d.xml", int(s)+1), `<worksheet xmlns="`+main+`"><sheetData>`+b.sheet(s)+`</sheetData></worksheet>`)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (b *caseBook) sheet(s spec.SheetID) string {
	var out strings.Builder
	head := caseRow{}
	for _, f := range spec.SheetFields(s) {
		head[f.Label] = f.Label
	}
	writeCaseRow(&out, s, 1, head, head["体检编号"])
	row := 2
	for _, p := range b.people {
		for _, r := range p.rows[s] {
			writeCaseRow(&out, s, row, r, p.key)
			row++
		}
	}
	return out.String()
}

func writeCaseRow(out *strings.Builder, s spec.SheetID, row int, cells caseRow, key string) {
	fmt.Fprintf(out, `<row r="%d">`, row)
	for i, f := range spec.SheetFields(s) {
		text := cells[f.Label]
		if f.ID == spec.ExamKey {
			text = key
		}
		if text != "" {
			at := spec.ColumnName(i+1) + strconv.Itoa(row)
			out.WriteString(caseXML(at, text))
		}
	}
	out.WriteString("</row>")
}

// caseXML is a cell: text as it stands or quoted; n: a number, d: a date, %: a
// percentage, b: a truth value, e: an error, f: a formula without its value, F: one
// with.
func caseXML(at, text string) string {
	kind, rest, typed := strings.Cut(text, ":")
	if !typed || len(kind) != 1 || !strings.Contains("nd%befF", kind) {
		if plain, err := strconv.Unquote(text); err == nil && text[0] == '"' {
			text = plain
		}
		return fmt.Sprintf(`<c r="%s" s="3" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, at, html.EscapeString(text))
	}
	switch kind {
	case "n":
		return fmt.Sprintf(`<c r="%s"><v>%s</v></c>`, at, rest)
	case "%":
		return fmt.Sprintf(`<c r="%s" s="2"><v>%s</v></c>`, at, rest)
	case "d":
		day, _ := time.Parse("2006-01-02 15:04", rest)
		return fmt.Sprintf(`<c r="%s" s="1"><v>%v</v></c>`, at, day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours()/24)
	case "b", "e":
		return fmt.Sprintf(`<c r="%s" t="%s"><v>%s</v></c>`, at, kind, rest)
	case "f":
		return fmt.Sprintf(`<c r="%s"><f>%s</f></c>`, at, rest)
	}
	return fmt.Sprintf(`<c r="%s" t="str"><f>"%s"</f><v>%s</v></c>`, at, rest, rest)
}
