package mapping

import (
	"fmt"
	"slices"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// row adds what one row of any sheet says of the person.
func (p *pass) row(on *part, row *grid.Row) {
	p.eval.set(on, row)
	p.wholeRow(on, row)
	for _, r := range on.bound.person {
		p.personal(r)
	}
	for _, g := range on.bound.hazards {
		p.hazards(on, g)
	}
	for _, g := range on.bound.items {
		p.item(on, g)
	}
}

// personal fills a field of the person. A further row may fill what is blank
// and add to a list; that it says otherwise is a fault.
func (p *pass) personal(r *boundRule) {
	have := p.rec.At(r.Field)
	if have.Text == "" && have.Fault == nil {
		*have = spec.Value{}
		p.eval.fill(r, have)
		return
	}
	var v spec.Value
	p.eval.fill(r, &v)
	switch {
	case v.Text == "" && v.Fault == nil || v.Text == have.Text:
	case r.field.Kind == spec.KindNameList:
	case v.Fault != nil:
		*have = v
	case r.field.Kind == spec.KindCodeList:
		for _, code := range v.Parts {
			have.Parts = addOnce(have.Parts, code)
		}
		text := joinCodes(have.Parts)
		have.Steps = append(have.Steps, v.Steps...)
		if text != have.Text {
			have.Derive(spec.StepMapping, text, p.eval.note(r.Line, "几行合在一起"))
		}
	case have.Fault == nil:
		have.Fault = &spec.Fault{Rule: spec.AmbiguousName, Note: fmt.Sprintf("%s在第 %d 行与第 %d 行不一致", r.field.Label, have.Place.Row, v.Place.Row)}
	}
}

func addOnce(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list[:len(list):len(list)], s)
}

func joinCodes(parts []string) string {
	out := ""
	for i, s := range parts {
		if i > 0 {
			out += ","
		}
		out += s
	}
	return out
}

// hazards adds the hazards that a row of a group stands for.
func (p *pass) hazards(on *part, g *boundGroup) {
	if g.every {
		h := p.hazard(g, nil)
		h.Place = on.bound.place
		h.Place.Row = p.eval.view.row.Num
		*p.rec.AddHazard() = h
		return
	}
	parts := p.split(g)
	if parts == nil {
		h := p.hazard(g, nil)
		if code := h.At(spec.HazardCode); g.choice && missing(code) && code.Fault == nil {
			return // not ticked, or its condition does not hold
		}
		if isMerge(g.Group) || !missing(h.At(spec.HazardCode)) {
			p.addHazard(on, g, h)
		} else if g.Holder == "" && !on.repeated && p.says(g, &h) {
			p.addHazard(on, g, h) // the checks ask for its code
		}
		return
	}
	for i := range parts {
		p.addHazard(on, g, p.hazard(g, &parts[i]))
	}
}

// says reports whether cells of the group hold anything at all.
func (p *pass) says(g *boundGroup, h *spec.Hazard) bool {
	for _, r := range g.rules {
		if v := h.At(r.Field); v.Raw != "" || v.Fault != nil {
			return true
		}
	}
	return false
}

func (p *pass) hazard(g *boundGroup, part *given) spec.Hazard {
	var h spec.Hazard
	h.Place = g.anchor.place
	h.Place.Row = p.eval.view.row.Num
	code := h.At(spec.HazardCode)
	if g.split != nil && part != nil {
		p.eval.put(code, g.split, part)
	} else {
		p.eval.fill(g.anchor, code)
	}
	if g.parts {
		p.eval.hazard = p.called(code)
	}
	for _, r := range g.rules {
		if r != g.anchor {
			p.eval.fill(r, h.At(r.Field))
		}
	}
	return h
}

// called is what a hazard is called: its code, its name in the dictionary, and what the
// export calls it.
func (p *pass) called(code *spec.Value) []string {
	out := []string{code.Text, code.Raw}
	for _, step := range code.Steps {
		if step.From != "" && !strings.ContainsAny(step.From, "、,，;；") {
			out = append(out, step.From)
		}
		out = append(out, step.To)
	}
	if dict := p.opts.Dicts.Dict(spec.DictHazard); dict != nil {
		if e, ok := dict.ByCode(code.Text); ok {
			out = append(out, e.Name)
		}
	}
	return out
}

// addHazard keeps a hazard; of a sheet that repeats the person on each row the
// same hazard comes again and again.
func (p *pass) addHazard(on *part, g *boundGroup, h spec.Hazard) {
	if isMerge(g.Group) {
		p.merges = append(p.merges, h)
		return
	}
	if on.repeated {
		for i := range p.rec.Hazards {
			if sameHazard(&p.rec.Hazards[i], &h, g) {
				return
			}
		}
	}
	*p.rec.AddHazard() = h
}

func sameHazard(a, b *spec.Hazard, g *boundGroup) bool {
	for _, r := range g.rules {
		if a.At(r.Field).Text != b.At(r.Field).Text {
			return false
		}
	}
	return true
}

// split is what the cell of several hazards holds, nil if the group has no
// such cell or it is blank or not to be cut.
func (p *pass) split(g *boundGroup) []given {
	if g.split == nil {
		return nil
	}
	for _, c := range g.split.cases {
		whole, ok := p.eval.produce(c, g.split.field)
		if !ok {
			continue
		}
		if whole.fault != nil || !c.Split || whole.cell.Kind == grid.Error || whole.cell.Kind == grid.Formula {
			return nil
		}
		var scratch spec.Value
		text := foldText(&scratch, p.code.shown(&scratch, &whole.cell))
		parts, ways := p.code.cut(&g.split.field, text, c.Values)
		if ways > 1 {
			whole.fault = &spec.Fault{Rule: spec.AmbiguousName, Note: quote(text) + "可以有不止一种拆分；请改填代码，用逗号分隔"}
			return []given{whole}
		}
		out := make([]given, 0, len(parts))
		for i, part := range parts {
			one := whole
			one.steps = append([]spec.Step(nil), append(whole.steps, scratch.Steps...)...)
			if len(parts) > 1 {
				one.steps = append(one.steps, spec.Step{Kind: spec.StepList, From: text, To: part, Note: p.eval.note(c.Line, "拆成 %d 项，第 %d 项", len(parts), i+1)})
			}
			if w, ok := lookWord(c.Values, part); ok {
				one.steps = append(one.steps, spec.Step{Kind: spec.StepMapping, From: part, To: w.Text, Note: p.eval.note(w.Line, "值对照")})
				part = w.Text
			}
			one.cell = grid.Cell{Col: whole.cell.Col, Kind: grid.Text, Text: part}
			out = append(out, one)
		}
		return out
	}
	return nil
}

// cut takes a list apart by the dictionary and the words of a table.
func (c *coder) cut(f *spec.Field, text string, t *layout.Table) (parts []string, ways int) {
	return dict.Cut(text, func(part string) bool {
		if _, ok := lookWord(t, part); ok {
			return true
		}
		found, _ := c.find(f, part)
		return len(found) > 0
	})
}

// item adds the item of a row; one without a result is an item not done.
func (p *pass) item(on *part, g *boundGroup) {
	if g.every {
		it := p.rec.AddItem()
		it.Place = on.bound.place
		it.Place.Row = p.eval.view.row.Num
		for _, r := range g.rules {
			p.eval.fill(r, it.At(r.Field))
		}
		p.compare(g, it)
		p.drop(g, it)
		return
	}
	var result spec.Value
	p.eval.fill(g.anchor, &result)
	wide := g.Holder != "" || len(on.bound.items) > 1
	if missing(&result) && result.Raw == "" && (wide || !p.named(g)) {
		if wide {
			p.acc.NotDone++
		}
		return
	}
	it := p.rec.AddItem()
	it.Place = g.anchor.place
	it.Place.Row = p.eval.view.row.Num
	*it.At(spec.Result) = result
	for _, r := range g.rules {
		if r != g.anchor {
			p.eval.fill(r, it.At(r.Field))
		}
	}
	p.compare(g, it)
	p.drop(g, it)
}

// drop takes the last item off again where the mapping's words say that it is not
// uploaded.
func (p *pass) drop(g *boundGroup, it *spec.Item) {
	if !g.coded {
		return
	}
	if name := it.At(spec.ItemCode).Text; name == layout.Skip || name == "skip" {
		p.rec.Items = p.rec.Items[:len(p.rec.Items)-1]
		p.acc.NotDone++
	}
}

// wholeRow notes what is wrong with a row as a whole: in delimited text, values
// beyond the header; two columns for the exam key that differ.
func (p *pass) wholeRow(on *part, row *grid.Row) {
	if on.sheet.Text {
		p.beyond(on, row)
	}
	for _, t := range on.bound.twins {
		one := row.Cell(t.col)
		two := row.Cell(t.again)
		var scratch spec.Value
		if a, b := keyText(&scratch, &one), keyText(&scratch, &two); a != "" && b != "" && a != b {
			place := on.bound.place
			place.Row = row.Num
			p.rec.Faults = append(p.rec.Faults, spec.RowFault{Place: place, Fault: *conflict(t.col, t.again)})
		}
	}
}

// beyond objects to values to the right of the last header: a separator within a
// text has shifted the row, and nobody can know from where.
func (p *pass) beyond(on *part, row *grid.Row) {
	n := len(row.Cells)
	if n == 0 || row.Cells[n-1].Col <= on.bound.columns {
		return
	}
	for i := range row.Cells {
		c := &row.Cells[i]
		if c.Col <= on.bound.columns || !table.HasValue(c) {
			continue
		}
		p.rec.Faults = append(p.rec.Faults, spec.RowFault{Place: spec.Place{Sheet: on.sheet.Ref, Row: row.Num, Col: c.Col, Header: nameless(c.Col)},
			Fault: spec.Fault{Rule: spec.BeyondHeader, Note: fmt.Sprintf("这一行的内容超出了最后一个列名（共 %d 列），多半是某一格里有没加引号的逗号，后面各格可能都错了位；请把含逗号的内容用英文双引号括起来", on.bound.columns)}})
		return
	}
}

// named reports whether a row names an item at all.
func (p *pass) named(g *boundGroup) bool {
	for _, r := range g.rules {
		if r.Field != spec.ItemCode {
			continue
		}
		var v spec.Value
		p.eval.fill(r, &v)
		return v.Text != "" || v.Fault != nil
	}
	return false
}

// merge completes the hazards by what other sheets say of them: conclusions
// stand in a sheet of their own, one row for one or several hazards, or, with
// no hazard named, for all. A hazard that has one already is told twice.
func (p *pass) merge() {
	given := len(p.rec.Hazards)
	for i := range p.merges {
		m := &p.merges[i]
		code := m.At(spec.HazardCode)
		found := false
		for j := 0; j < given; j++ {
			h := &p.rec.Hazards[j]
			if !missing(code) && (code.Fault != nil || h.At(spec.HazardCode).Text != code.Text) {
				continue
			}
			found = true
			if said(h, m) {
				dup := *h
				overlay(&dup, m, true)
				*p.rec.AddHazard() = dup
				continue
			}
			overlay(h, m, false)
		}
		if !found {
			*p.rec.AddHazard() = *m
		}
	}
	p.merges = p.merges[:0]
}

// said reports whether the hazard has another conclusion already.
func said(h, m *spec.Hazard) bool {
	have := h.At(spec.ResultOptionCode)
	more := m.At(spec.ResultOptionCode)
	return have.Text != "" && more.Text != "" && have.Text != more.Text
}

func overlay(h, m *spec.Hazard, replace bool) {
	for _, f := range spec.Fields(spec.SectionHazard) {
		v := m.At(f.ID)
		if f.ID == spec.HazardCode || v.Cell == spec.CellNone && missing(v) {
			continue // no rule gives it
		}
		if have := h.At(f.ID); missing(have) || replace {
			*have = *v
		}
	}
}

// everyHazard fills the blanks of each hazard from the person's own row.
func (p *pass) everyHazard(on *part) {
	for _, r := range on.bound.every {
		each := slices.ContainsFunc(r.cases, func(c *boundCase) bool { return c.Hazard })
		var v spec.Value
		if !each {
			p.eval.fill(r, &v)
		}
		for i := range p.rec.Hazards {
			if each {
				v = spec.Value{}
				p.eval.hazard = p.called(p.rec.Hazards[i].At(spec.HazardCode))
				p.eval.fill(r, &v)
			}
			if have := p.rec.Hazards[i].At(r.Field); missing(have) {
				*have = v
				have.Steps = v.Steps[:len(v.Steps):len(v.Steps)]
			}
		}
	}
}

// isMerge reports whether a group completes the hazards of other sheets.
func isMerge(g *layout.Group) bool { return g.Merge }
