package report

import (
	"cmp"
	"slices"
	"strings"

	"hbupload/internal/spec"
)

// mark is a cell that someone must change, with all that is to be said of it.
type mark struct {
	row, col int32
	severity spec.Severity
	notes    []string
	choices  []string
}

// marksOf gathers the findings of each sheet, ascending by row and column, one
// mark for each cell.
func marksOf(a *Annotation) map[*spec.SheetRef][]mark {
	out := map[*spec.SheetRef][]mark{}
	for i := range a.Findings {
		f := &a.Findings[i]
		if f.Place.Sheet == nil || f.Place.Row <= 0 || f.Place.Col <= 0 || f.Place.Col > maxColumns || f.Place.Row > maxRows {
			continue
		}
		m := mark{row: f.Place.Row, col: f.Place.Col, severity: f.Severity, notes: []string{a.note(f)}, choices: a.choices(f)}
		out[f.Place.Sheet] = append(out[f.Place.Sheet], m)
	}
	for ref, marks := range out {
		slices.SortStableFunc(marks, func(x, y mark) int { return cmp.Or(cmp.Compare(x.row, y.row), cmp.Compare(x.col, y.col)) })
		out[ref] = merged(marks)
	}
	return out
}

// The size of a worksheet.
const (
	maxRows    = 1 << 20
	maxColumns = 1 << 14
)

// merged joins the marks of one cell.
func merged(marks []mark) []mark {
	out := marks[:0]
	for _, m := range marks {
		if n := len(out); n > 0 && out[n-1].row == m.row && out[n-1].col == m.col {
			last := &out[n-1]
			if m.severity == spec.Error {
				last.severity = spec.Error
			}
			if !slices.Contains(last.notes, m.notes[0]) {
				last.notes = append(last.notes, m.notes...)
			}
			if len(last.choices) == 0 {
				last.choices = m.choices
			}
			continue
		}
		out = append(out, m)
	}
	return out
}

// note is what a cell's note says of a finding.
func (a *Annotation) note(f *spec.Finding) string {
	var b strings.Builder
	b.WriteString(severityName(f.Severity) + "：" + f.Message)
	if len(f.Nearest) > 0 {
		b.WriteString("\n可能是：" + strings.Join(f.Nearest, "；"))
	}
	if fix := a.fix(f.Rule); fix != "" {
		b.WriteString("\n办法：" + fix)
	}
	return b.String()
}

func severityName(s spec.Severity) string {
	if s == spec.Error {
		return "错误"
	}
	return "提示"
}

func (a *Annotation) fix(id spec.RuleID) string {
	if a.Fix == nil {
		return ""
	}
	return a.Fix(id)
}

// choices are what the drop-down of a finding's cell offers: the suggestions,
// then the legal values where they are few. A list in one cell has none.
func (a *Annotation) choices(f *spec.Finding) []string {
	if f.Field == spec.NoField {
		return nil
	}
	field := f.Field.Field()
	if field.Kind != spec.KindCode && field.Kind != spec.KindEnum {
		return nil
	}
	out := entryTexts(f.Nearest)
	if a.Legal != nil {
		if legal := a.Legal(f.Field); len(legal) <= maxLegal {
			out = append(out, legal...)
		}
	}
	return out
}

// maxLegal is how many legal values a drop-down of suggestions goes on with.
const maxLegal = 30

// entryTexts turns "code name" into what a person would write into the cell:
// the name, or the code where the name is shared or holds a comma.
func entryTexts(entries []string) []string {
	names := map[string]int{}
	for _, e := range entries {
		_, name, _ := strings.Cut(e, " ")
		names[name]++
	}
	var out []string
	for _, e := range entries {
		code, name, ok := strings.Cut(e, " ")
		if !ok || names[name] > 1 || strings.Contains(name, ",") {
			name = code
		}
		out = append(out, name)
	}
	return out
}
