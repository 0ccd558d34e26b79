package bundle

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/push"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// Shape is a visitor that learns which columns of which sheets feed which fields.
type Shape struct {
	sheets  []*spec.SheetRef
	columns []map[int]map[string]bool
	seen    int
}

// shapePeople is after how many people a shape is known.
const shapePeople = 500

// Restart implements spec.Visitor.
func (s *Shape) Restart() { *s = Shape{} }

// Record implements spec.Visitor.
func (s *Shape) Record(rec *spec.Record) error {
	if s.seen++; s.seen > shapePeople {
		return nil
	}
	for _, f := range spec.Fields(spec.SectionPerson, spec.SectionHistory, spec.SectionHelper) {
		s.note(f, rec.At(f.ID))
	}
	for i := range rec.Hazards {
		for _, f := range spec.Fields(spec.SectionHazard) {
			s.note(f, rec.Hazards[i].At(f.ID))
		}
	}
	for i := range rec.Items {
		for _, f := range spec.Fields(spec.SectionItem) {
			s.note(f, rec.Items[i].At(f.ID))
		}
	}
	return nil
}

func (s *Shape) note(f spec.Field, v *spec.Value) {
	if v.Place.Sheet == nil || v.Place.Col <= 0 {
		return
	}
	at := slices.Index(s.sheets, v.Place.Sheet)
	if at < 0 {
		at = len(s.sheets)
		s.sheets = append(s.sheets, v.Place.Sheet)
		s.columns = append(s.columns, map[int]map[string]bool{})
	}
	col := int(v.Place.Col)
	if s.columns[at][col] == nil {
		s.columns[at][col] = map[string]bool{}
	}
	s.columns[at][col][f.Key] = true
}

// facts are the sheets in the order in which they were met.
func (s *Shape) facts() []Sheet {
	out := []Sheet{}
	for _, columns := range s.columns {
		sheet := Sheet{Columns: []Column{}}
		for number, keys := range columns {
			c := Column{Number: number}
			for key := range keys {
				c.Fields = append(c.Fields, fieldWord(key))
			}
			slices.SortFunc(c.Fields, func(a, b Word) int { return cmp.Compare(a.text, b.text) })
			sheet.Columns = append(sheet.Columns, c)
		}
		slices.SortFunc(sheet.Columns, func(a, b Column) int { return cmp.Compare(a.Number, b.Number) })
		out = append(out, sheet)
	}
	return out
}

// Read is what reading an export has brought.
type Read struct {
	Path     string // only its ending is taken
	Bytes    int64
	Records  []push.Record
	Findings []spec.Finding
	Accounts []mapping.Accounts
	Shape    *Shape
}

// AddExport takes over the shape of an export and its findings by rule.
func (f *Facts) AddExport(r Read) {
	out := Export{Kind: one(strings.ToLower(filepath.Ext(r.Path)), ".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".zip", ""), Bytes: r.Bytes,
		Records: len(r.Records), States: map[Word]int{}, Sheets: r.Shape.facts(), Rows: Rows{Skipped: map[Word]int{}}, Findings: []Finding{}}
	for i := range r.Records {
		out.States[stateWord(string(r.Records[i].State))]++
	}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		out.Rows.Read += a.Read
		out.Rows.Used += a.Used
		out.Rows.Hidden += a.Hidden
		out.Unused += len(a.Cells.Unused)
		for _, s := range a.Skipped {
			out.Rows.Skipped[one(s.Reason, table.ReasonHeader, table.ReasonTitle, table.ReasonRepeated, table.ReasonTotal, table.ReasonNote, table.ReasonExample, mapping.ReasonFiltered, "orphan")]++
		}
	}
	out.count(r.Findings)
	f.Exports = append(f.Exports, out)
}

func (e *Export) count(findings []spec.Finding) {
	counts := map[Finding]int{}
	for i := range findings {
		x := &findings[i]
		field := Word{}
		if x.Field != spec.NoField {
			field = fieldWord(x.Field.Field().Key)
		}
		counts[Finding{Rule: ruleWord(x.Rule), Field: field, Severity: one(string(x.Severity), "error", "warning")}]++
	}
	for x, n := range counts {
		x.N = n
		e.Findings = append(e.Findings, x)
	}
	slices.SortFunc(e.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Rule.text, b.Rule.text), cmp.Compare(a.Field.text, b.Field.text), cmp.Compare(a.Severity.text, b.Severity.text))
	})
}
