package mapping

import (
	"fmt"
	"strings"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/pattern"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

var reOrdinal = pattern.New(`^[0-9０-９一二三四五六七八九十]{1,3}$`)

// lookWord finds a local word in a table; nil has none.
func lookWord(t *layout.Table, text string) (layout.Word, bool) {
	if t == nil {
		return layout.Word{}, false
	}
	w, ok := t.Words[layout.WordKey(text)]
	return w, ok
}

func isSkip(w layout.Word) bool { return w.Text == layout.Skip || w.Text == "skip" }

// rowView finds the cells of a row by their columns without a search.
type rowView struct {
	row *grid.Row
	at  []int32 // column → index into Cells plus one
}

func (v *rowView) set(row *grid.Row) {
	clear(v.at)
	v.row = row
	for i := range row.Cells {
		col := int(row.Cells[i].Col)
		for col >= len(v.at) {
			v.at = append(v.at, 0)
		}
		v.at[col] = int32(i + 1)
	}
}

// cell is the cell of a column, nil for a blank one.
func (v *rowView) cell(col int32) *grid.Cell {
	if int(col) >= len(v.at) || v.at[col] == 0 {
		return nil
	}
	c := &v.row.Cells[v.at[col]-1]
	if !table.HasValue(c) {
		return nil
	}
	return c
}

// evaluator gives the values of rules for one row.
type evaluator struct {
	code    *coder
	file    string          // the mapping, for notes
	unlined bool            // nobody has seen its lines
	blank   map[string]bool // words that say nothing
	view    rowView

	hazard []string // what the hazard is called whose rules are read
}

func newEvaluator(code *coder, lay *layout.Layout) *evaluator {
	e := &evaluator{code: code, file: lay.Name, unlined: lay.Unlined, blank: map[string]bool{}}
	for _, w := range lay.Blank {
		e.blank[wordKey(w)] = true
	}
	return e
}

// set makes a row of a sheet the one that rules are about.
func (e *evaluator) set(on *part, row *grid.Row) {
	e.code.date1904 = on.date1904
	e.view.set(row)
}

func (e *evaluator) note(line int, format string, args ...any) string {
	return fmt.Sprintf("映射“%s”%s：", e.file, e.line(line)) + fmt.Sprintf(format, args...)
}

// line names a line of the mapping, "" where nobody has seen its lines.
func (e *evaluator) line(n int) string {
	if e.unlined {
		return ""
	}
	return fmt.Sprintf("第 %d 行", n)
}

// given is what a case makes of a row, before the field's own coding.
type given struct {
	cell  grid.Cell
	raw   string
	kind  spec.CellKind
	steps []spec.Step
	fault *spec.Fault
	place spec.Place

	changed bool // match, take or a table made another text of the cell's
	dated   bool // one of the joined cells is a date
}

// cellKind is the kind that the checks of the cell go by: a date of which the
// mapping takes a part on purpose is none that a spreadsheet made behind our back.
func (g *given) cellKind() spec.CellKind {
	switch {
	case g.changed && g.kind == spec.CellDate:
		return spec.CellText
	case g.dated && !g.changed:
		return spec.CellDate
	}
	return g.kind
}

// fill gives the value of a rule: that of its first case that has one.
func (e *evaluator) fill(r *boundRule, v *spec.Value) {
	v.Place = r.place
	if v.Place.Row == 0 {
		v.Place.Row = e.view.row.Num
	}
	if v.Place.Col != 0 {
		v.Cell = spec.CellBlank
	}
	if r.direct != 0 {
		cell := e.view.cell(r.direct)
		if cell != nil && !e.nothing(r.cases[0], cell.Text) {
			e.code.value(v, &r.field, cell)
			countBlank(v)
		}
		return
	}
	for _, c := range r.cases {
		if g, ok := e.produce(c, r.field); ok {
			if c.twins != nil && g.fault == nil {
				g.fault = e.contradicted(c, &r.field)
			}
			e.put(v, r, &g)
			return
		}
	}
}

// put codes what a case gave. Raw and the cell's kind stay those of the cell,
// so that a number that a spreadsheet spoiled is still known as one.
func (e *evaluator) put(v *spec.Value, r *boundRule, g *given) {
	v.Place = g.place
	v.Steps = g.steps
	if v.Place.Row == 0 {
		v.Place.Row = e.view.row.Num
	}
	if g.fault == nil {
		e.code.valueOf(v, &r.field, &g.cell, g.cellKind())
	} else {
		v.Text = trimmed(g.raw)
	}
	v.Cell = g.kind
	if r.field.Kind != spec.KindNameList {
		v.Raw = g.raw
	}
	countBlank(v)
	if g.fault != nil {
		v.Fault = g.fault
	}
}

// countBlank makes a blank of a cell that says NULL.
func countBlank(v *spec.Value) {
	if v.Text == "" && v.Doubt != nil && v.Doubt.Rule == spec.NullWord {
		v.Raw = ""
	}
}

// produce tries one case; false: its conditions do not hold, or it is blank.
func (e *evaluator) produce(c *boundCase, f spec.Field) (given, bool) {
	g := given{place: c.place}
	for i := range c.When {
		if !e.holds(&c.When[i], c.when[i]) {
			return g, false
		}
	}
	if c.fixed != "" {
		return e.named(c, f, g)
	}
	if len(c.cols) == 0 {
		g.steps = []spec.Step{{Kind: spec.StepMapping, To: c.Constant, Note: e.note(c.Line, "常数")}}
		g.cell = grid.Cell{Kind: grid.Text, Text: c.Constant}
		g.kind = spec.CellNone
		return g, true
	}
	if c.Ticked {
		return e.ticked(c, f, g)
	}
	if c.plain() {
		cell, at := e.first(c, 0)
		if cell != nil && !e.nothing(c, cell.Text) {
			if at != c.cols[0] {
				g.place.Col = at
			}
			g.cell = *cell
			g.raw = cell.Text
			g.kind = cellKind(cell.Kind)
			return g, true
		}
		return e.declared(c, g)
	}
	text, broken := e.joined(c, &g)
	if broken {
		return g, true
	}
	if text == "" && c.Part {
		return g, false
	}
	if text == "" {
		return e.declared(c, g)
	}
	return e.finish(c, f, text, g)
}

// named gives what the header says of the item: its name, or what a table says of it.
func (e *evaluator) named(c *boundCase, f spec.Field, g given) (given, bool) {
	g.raw = c.fixed
	g.kind = spec.CellText
	if c.Constant == layout.Named && c.Values != nil {
		return e.lookedUp(c, f, g)
	}
	return e.finish(c, f, c.fixed, g)
}

// joined is the text of the case's cells. A cell that holds an error or a
// formula without a result is handed on as it is.
func (e *evaluator) joined(c *boundCase, g *given) (text string, broken bool) {
	var scratch spec.Value
	n := 0
	for i := range c.cols {
		cell, col := e.first(c, i)
		if cell == nil || e.nothing(c, cell.Text) {
			continue
		}
		if n == 0 || cell.Kind == grid.Error || cell.Kind == grid.Formula {
			g.cell = *cell
			g.raw = cell.Text
			g.kind = cellKind(cell.Kind)
		}
		if cell.Kind == grid.Error || cell.Kind == grid.Formula {
			return "", true
		}
		s := trimmed(e.code.shown(&scratch, cell))
		g.dated = g.dated || cell.Kind == grid.Date
		if n > 0 {
			s = text + c.With + s
			g.raw = s
		} else if i > 0 {
			g.place.Col = col
			g.place.Header = c.Columns[i].Label()
		}
		text = s
		n++
	}
	g.steps = scratch.Steps
	if n > 1 {
		g.steps = append(g.steps, spec.Step{Kind: spec.StepMapping, From: text, To: text, Note: e.note(c.Line, "由 %d 列相连", n)})
	}
	return text, false
}

// nothing reports whether a cell holds a word that stands for no value.
func (e *evaluator) nothing(c *boundCase, text string) bool {
	if len(e.blank)+len(c.Blank) == 0 || len(text) > maxBlankWord {
		return false
	}
	key := wordKey(text)
	if e.blank[key] {
		return true
	}
	for _, w := range c.Blank {
		if wordKey(w) == key {
			return true
		}
	}
	return false
}

// maxBlankWord is how many bytes a word for nothing may have.
const maxBlankWord = 60

// finish takes the part of the text that the case asks for and translates it.
func (e *evaluator) finish(c *boundCase, f spec.Field, text string, g given) (given, bool) {
	text = e.picked(c, f, text, &g)
	if g.fault != nil {
		return g, true
	}
	if !c.Split && !c.Part {
		text = e.step(c, &g, text, e.translate(c, f, text), "值对照")
	}
	if text == "" {
		return e.declared(c, g)
	}
	g.cell = grid.Cell{Col: g.cell.Col, Kind: grid.Text, Text: text}
	return g, true
}

// step notes that a rule made one text of another, and returns the new one.
func (e *evaluator) step(c *boundCase, g *given, from, to, what string) string {
	if to != from {
		g.steps = append(g.steps, spec.Step{Kind: spec.StepMapping, From: from, To: to, Note: e.note(c.Line, "%s", what)})
		g.changed = true
	}
	return to
}

// picked returns the part of a cell's text that a rule is about: what match finds,
// the clause of this hazard, what take reads.
func (e *evaluator) picked(c *boundCase, f spec.Field, text string, g *given) string {
	if c.Match != nil {
		if m := c.Match.FindStringSubmatch(text); m != nil {
			text = e.step(c, g, text, m[c.Group], "取 match 的部分")
		} else {
			g.fault = unreadable(f, "与映射%s的 match 不符", e.line(c.Line))
		}
	}
	if c.Hazard && g.fault == nil {
		to, ok := clauseOf(text, e.hazard)
		if !ok {
			g.fault = unreadable(f, "里写着几个危害因素的内容，看不出哪一段是这个危害因素的")
		}
		text = e.step(c, g, text, to, "取这个危害因素的一段")
	}
	if c.Part && g.fault == nil {
		text = e.step(c, g, text, e.translate(c, f, text), "值对照")
	}
	if c.Take != "" && g.fault == nil {
		to, ok := c.Take.Apply(text)
		if !ok {
			g.fault = unreadable(f, "不是映射%s的 take 认识的写法", e.line(c.Line)) // the same for all parts of the cell
		}
		text = e.step(c, g, text, to, "取 "+string(c.Take))
	}
	return text
}

// translate looks a text up in the case's table; of a list each entry.
func (e *evaluator) translate(c *boundCase, f spec.Field, text string) string {
	if c.Values == nil {
		return text
	}
	if w, ok := lookWord(c.Values, text); ok {
		return w.Text
	}
	if f.Kind != spec.KindCodeList {
		return text
	}
	parts, _ := e.code.cut(&f, text, c.Values)
	for i, part := range parts {
		if w, ok := lookWord(c.Values, part); ok {
			parts[i] = w.Text
		}
	}
	return strings.Join(parts, ",")
}

// declared is the case's default for a blank.
func (e *evaluator) declared(c *boundCase, g given) (given, bool) {
	if c.Default == "" {
		return g, false
	}
	g.steps = append(g.steps, spec.Step{Kind: spec.StepMapping, To: c.Default, Note: e.note(c.Line, "空白时的缺省值（default）")})
	g.cell = grid.Cell{Kind: grid.Text, Text: c.Default}
	if g.kind == spec.CellNone {
		g.kind = spec.CellBlank
	}
	return g, true
}

// unreadable is the fault of a cell that is not written as the mapping says.
func unreadable(f spec.Field, format string, args ...any) *spec.Fault {
	rule := spec.NumberFormat
	switch f.Kind {
	case spec.KindDate:
		rule = spec.DateFormat
	case spec.KindEnum:
		rule = spec.Enum
	case spec.KindCode, spec.KindCodeList:
		rule = spec.UnknownCode
	}
	return &spec.Fault{Rule: rule, Note: fmt.Sprintf(format, args...)}
}

// holds reports whether a condition is met.
func (e *evaluator) holds(w *layout.Cond, col int32) bool {
	text := ""
	if cell := e.view.cell(col); cell != nil {
		var scratch spec.Value
		text = trimmed(e.code.shown(&scratch, cell))
		if e.blank[wordKey(text)] {
			text = ""
		}
	}
	switch {
	case w.Blank && text != "", w.NotBlank && text == "":
		return false
	case w.Matches != nil && !w.Matches.MatchString(text):
		return false
	case len(w.Equals) == 0:
		return true
	}
	for _, word := range w.Equals {
		if wordKey(word) == wordKey(text) {
			return true
		}
	}
	return false
}
