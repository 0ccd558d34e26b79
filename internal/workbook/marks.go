package workbook

import (
	"cmp"
	"slices"
	"strings"

	"hbupload/internal/spec"
)

// mark is a cell that someone must change, with the findings that say why.
// There may be one for every cell of a large sheet: it holds no text.
type mark struct {
	row, col int32
	severity spec.Severity
	findings []int32 // indices into Annotation.Findings
}

// marksOf gathers the findings of each sheet, ascending by row and column, one
// mark for each cell.
func marksOf(a *Annotation) map[*spec.SheetRef][]mark {
	bySheet := map[*spec.SheetRef][]int32{}
	for i := range a.Findings {
		if p := &a.Findings[i].Place; p.Sheet != nil && p.Row > 0 && p.Col > 0 && p.Col <= maxColumns && p.Row <= maxRows {
			bySheet[p.Sheet] = append(bySheet[p.Sheet], int32(i))
		}
	}
	out := map[*spec.SheetRef][]mark{}
	for ref, findings := range bySheet {
		slices.SortStableFunc(findings, func(x, y int32) int {
			p := &a.Findings[x].Place
			q := &a.Findings[y].Place
			return cmp.Or(cmp.Compare(p.Row, q.Row), cmp.Compare(p.Col, q.Col))
		})
		out[ref] = a.merged(findings)
	}
	return out
}

// merged makes one mark of the findings of each cell.
func (a *Annotation) merged(findings []int32) []mark {
	var out []mark
	for i, n := range findings {
		f := &a.Findings[n]
		if last := len(out) - 1; last >= 0 && out[last].row == f.Place.Row && out[last].col == f.Place.Col {
			m := &out[last]
			if f.Severity == spec.Error {
				m.severity = spec.Error
			}
			m.findings = findings[i-len(m.findings) : i+1]
			continue
		}
		out = append(out, mark{f.Place.Row, f.Place.Col, f.Severity, findings[i : i+1]})
	}
	return out
}

// The size of a worksheet.
const (
	maxRows    = 1 << 20
	maxColumns = 1 << 14
)

// text is what the note of a marked cell says.
func (a *Annotation) text(m *mark) string {
	var notes []string
	for _, n := range m.findings {
		if note := a.note(&a.Findings[n]); !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	return strings.Join(notes, "\n\n")
}

// list is what the drop-down of a marked cell offers.
func (a *Annotation) list(m *mark) []string {
	for _, n := range m.findings {
		if choices := a.choices(&a.Findings[n]); len(choices) > 0 {
			return choices
		}
	}
	return nil
}

// note is what a cell's note says of a finding, each thing once: most messages
// name the nearest entries and the remedy themselves.
func (a *Annotation) note(f *spec.Finding) string {
	var b strings.Builder
	b.WriteString(severityName(f.Severity) + "：" + a.trouble(f))
	if slices.ContainsFunc(f.Nearest, func(n string) bool { return !strings.Contains(f.Message, n) }) {
		b.WriteString("\n可能是：" + strings.Join(f.Nearest, "；"))
	}
	if fix := a.fix(f.Rule); fix != "" {
		b.WriteString("\n办法：" + fix)
	}
	return b.String()
}

// trouble is a finding's message without the remedy, which has a line or a
// column of its own here.
func (a *Annotation) trouble(f *spec.Finding) string {
	if fix := a.fix(f.Rule); fix != "" {
		return strings.TrimSuffix(f.Message, "；请"+fix)
	}
	return f.Message
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
	text, ok := a.fixes[id]
	if !ok {
		text = a.Fix(id)
		a.fixes[id] = text
	}
	return text
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
	return append(out, a.few(f.Field)...)
}

// few are the legal values of a field if they are few.
func (a *Annotation) few(id spec.FieldID) []string {
	if a.Legal == nil {
		return nil
	}
	legal, ok := a.legal[id]
	if !ok {
		if legal = a.Legal(id); len(legal) > maxLegal {
			legal = nil
		}
		a.legal[id] = legal
	}
	return legal
}

// maxLegal is how many legal values a drop-down of suggestions goes on with.
const maxLegal = 30

// entryTexts turns "code name" into what a person would write into the cell:
// the name, both where the name is shared, or the code where the name holds a comma.
func entryTexts(entries []string) []string {
	names := map[string]int{}
	for _, e := range entries {
		_, name, _ := strings.Cut(e, " ")
		names[name]++
	}
	var out []string
	for _, e := range entries {
		code, name, ok := strings.Cut(e, " ")
		switch {
		case !ok || strings.Contains(name, ","):
			name = code
		case names[name] > 1:
			name = e
		}
		out = append(out, name)
	}
	return out
}
