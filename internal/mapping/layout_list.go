package mapping

import (
	"fmt"
	"strings"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/pattern"
	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// isTick and isNoTick tell the marks by which columns are ticked or not.
func isTick(s string) bool {
	switch strings.ToLower(s) {
	case "√", "✓", "✔", "☑", "■", "●", "v", "y", "yes", "是", "有", "1", "+", "接触", "true":
		return true
	}
	return false
}

func isNoTick(s string) bool {
	switch strings.ToLower(s) {
	case "×", "✗", "✘", "x", "n", "no", "否", "无", "0", "-", "/", "—", "□", "☐", "○", "不接触", "false":
		return true
	}
	return false
}

// Ticks reports whether a text is a mark by which a column is ticked or left out.
func Ticks(text string) bool {
	s := Folded(text)
	return isTick(s) || isNoTick(s)
}

// ticked makes a list of the headers of those columns that are ticked.
func (e *evaluator) ticked(c *boundCase, f spec.Field, g given) (given, bool) {
	var names []string
	first := true
	for i, col := range c.cols {
		cell := e.view.cell(col)
		if cell == nil || e.nothing(c, cell.Text) {
			continue
		}
		text := Folded(e.code.shown(&spec.Value{}, cell))
		header := c.Columns[i].Label()
		if isNoTick(text) && cell.Kind != grid.Error {
			continue
		}
		if first {
			g.place.Col = col
			g.place.Header = header
			g.raw = cell.Text
			g.kind = cellKind(cell.Kind)
			first = false
		}
		if !isTick(text) {
			g.raw = cell.Text
			g.place.Col = col
			g.place.Header = header
			g.fault = unreadable(f, "“%s”列里的%s不是勾选（√、是、1）", header, quote(text))
			return g, true
		}
		names = append(names, header)
	}
	if len(names) == 0 {
		return e.declared(c, g)
	}
	text := strings.Join(names, "、")
	g.changed = true
	g.steps = append(g.steps, spec.Step{Kind: spec.StepMapping, From: g.raw, To: text, Note: e.note(c.Line, "勾选的 %d 列的列名", len(names))})
	if c.Values != nil && !c.Split {
		text = e.translate(c, f, text)
	}
	g.cell = grid.Cell{Col: g.place.Col, Kind: grid.Text, Text: text}
	return g, true
}

// lookedUp is what a table says of the item that the header names; nothing where it
// does not name the item.
func (e *evaluator) lookedUp(c *boundCase, f spec.Field, g given) (given, bool) {
	w, ok := lookWord(c.Values, c.fixed)
	if !ok {
		return g, false
	}
	note := fmt.Sprintf("对照表“%s”", c.Values.Name)
	g.steps = append(g.steps, spec.Step{Kind: spec.StepMapping, From: c.fixed, To: w.Text, Note: e.note(c.Line, "%s", note)})
	bare := *c
	one := *c.Case
	one.Values = nil
	bare.Case = &one
	return e.finish(&bare, f, w.Text, g)
}

var (
	reClause  = pattern.New(`[；;。\n\r]+`)
	reHead    = pattern.New(`^\s*(?:[（(]?[0-9０-９]{1,2}[)）.．、:：]\s*)?(.{1,80}?)\s*(?:作业|接触|危害)?\s*[：:]\s*(.+)$`)
	reBracket = pattern.New(`^\s*(?:[（(]?[0-9０-９]{1,2}[)）.．、]\s*)?([^（(：:]{1,80}?)\s*[（(]([^（）()]+)[）)]\s*$`)
	reHeads   = pattern.New(`[、,，/和及与]`)
)

// Clause is what a text says of some hazards: 噪声、苯：未见异常.
type Clause struct {
	Heads []string // the whole head, and its parts
	Body  string
}

// Clauses takes a text apart that says something of several hazards. rest is how many
// of its parts name no hazard.
func Clauses(text string) (out []Clause, rest int) {
	for _, part := range reClause.Split(text, -1) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		m := reHead.FindStringSubmatch(part)
		if m == nil {
			m = reBracket.FindStringSubmatch(part)
		}
		if m == nil {
			rest++
			continue
		}
		out = append(out, Clause{Heads: append(reHeads.Split(m[1], -1), m[1]), Body: strings.TrimSpace(m[2])})
	}
	return out, rest
}

// clauseOf is what a text says of one of several hazards: 噪声：未见异常；苯：复查. A text
// that names no hazard holds for all. ok is false where it cannot be told apart.
func clauseOf(text string, names []string) (out string, ok bool) {
	clauses, rest := Clauses(text)
	bodies := map[string]bool{}
	for _, c := range clauses {
		if about(c.Heads, names) {
			bodies[c.Body] = true
			out = c.Body
		}
	}
	switch {
	case len(clauses) == 0:
		return text, true
	case rest > 0, len(bodies) > 1:
		return text, false
	}
	return out, true
}

// about reports whether the head of a clause names the hazard, alone or among others.
func about(heads, names []string) bool {
	for _, one := range heads {
		for _, name := range names {
			if name != "" && layout.WordKey(one) == layout.WordKey(name) {
				return true
			}
		}
	}
	return false
}
