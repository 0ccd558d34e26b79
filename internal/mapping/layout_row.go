package mapping

import (
	"fmt"

	"hbupload/internal/dict"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// row adds what one row of any sheet says of the person.
func (p *mappedPass) row(ms *mappedSheet, row *grid.Row) {
	p.eval.view.set(row)
	for _, r := range ms.bound.person {
		p.personal(r)
	}
	for _, g := range ms.bound.hazards {
		p.hazards(ms, g)
	}
	for _, g := range ms.bound.items {
		p.item(ms, g)
	}
}

// personal fills a field of the person. A further row may fill what is blank
// and add to a list; that it says otherwise is a fault.
func (p *mappedPass) personal(r *boundRule) {
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
func (p *mappedPass) hazards(ms *mappedSheet, g *boundGroup) {
	parts := p.split(g)
	if parts == nil {
		h := p.hazard(g, nil)
		if isMerge(g.Group) || !missing(h.At(spec.HazardCode)) {
			p.addHazard(ms, g, h)
		} else if g.Holder == "" && !ms.Repeated && p.says(g, &h) {
			p.addHazard(ms, g, h) // the checks ask for its code
		}
		return
	}
	for i := range parts {
		p.addHazard(ms, g, p.hazard(g, &parts[i]))
	}
}

// says tells whether cells of the group hold anything at all.
func (p *mappedPass) says(g *boundGroup, h *spec.Hazard) bool {
	for _, r := range g.rules {
		if v := h.At(r.Field); v.Raw != "" || v.Fault != nil {
			return true
		}
	}
	return false
}

func (p *mappedPass) hazard(g *boundGroup, part *given) spec.Hazard {
	var h spec.Hazard
	h.Place = g.anchor.place
	h.Place.Row = p.eval.view.row.Num
	for _, r := range g.rules {
		if r == g.split && part != nil {
			p.eval.put(h.At(r.Field), r, part)
			continue
		}
		p.eval.fill(r, h.At(r.Field))
	}
	return h
}

// addHazard keeps a hazard; of a sheet that repeats the person on each row the
// same hazard comes again and again.
func (p *mappedPass) addHazard(ms *mappedSheet, g *boundGroup, h spec.Hazard) {
	if isMerge(g.Group) {
		p.merges = append(p.merges, h)
		return
	}
	if ms.Repeated {
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
func (p *mappedPass) split(g *boundGroup) []given {
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
func (p *mappedPass) item(ms *mappedSheet, g *boundGroup) {
	var result spec.Value
	p.eval.fill(g.anchor, &result)
	wide := g.Holder != "" || len(ms.bound.items) > 1
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
	if name := it.At(spec.ItemCode).Text; name == layout.Skip || name == "skip" {
		p.rec.Items = p.rec.Items[:len(p.rec.Items)-1]
		p.acc.NotDone++
	}
}

// named tells whether a row names an item at all.
func (p *mappedPass) named(g *boundGroup) bool {
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
func (p *mappedPass) merge() {
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

// said tells whether the hazard has another conclusion already.
func said(h, m *spec.Hazard) bool {
	have, more := h.At(spec.ResultOptionCode), m.At(spec.ResultOptionCode)
	return have.Text != "" && more.Text != "" && have.Text != more.Text
}

func overlay(h, m *spec.Hazard, replace bool) {
	for _, f := range spec.Fields(spec.SectionHazard) {
		v := m.At(f.ID)
		if f.ID == spec.HazardCode || v.Place.Sheet == nil {
			continue
		}
		if have := h.At(f.ID); missing(have) || replace {
			*have = *v
		}
	}
}

// everyHazard fills the blanks of each hazard from the person's own row.
func (p *mappedPass) everyHazard(ms *mappedSheet) {
	for _, r := range ms.bound.every {
		var v spec.Value
		p.eval.fill(r, &v)
		for i := range p.rec.Hazards {
			if have := p.rec.Hazards[i].At(r.Field); missing(have) {
				*have = v
				have.Steps = v.Steps[:len(v.Steps):len(v.Steps)]
			}
		}
	}
}
