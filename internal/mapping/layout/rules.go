package layout

import (
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"hbupload/internal/spec"
)

// ruleKeys are the keys of a rule.
func ruleKeys() []string {
	return []string{"column", "position", "pattern", "join", "with", "value", "copy", "take", "match", "group", "values", "blank", "default", "split", "ticked", "per_hazard", "when"}
}

// fieldsOf are the names by which a block knows its fields.
func fieldsOf(section spec.Section) map[string]spec.FieldID {
	if section == spec.SectionPerson {
		return personNames()
	}
	return names(section)
}

// rules reads a block of fields.
func (p *parser) rules(n *yaml.Node, section spec.Section) []*Rule {
	var out []*Rule
	p.each(n, "字段", func(k, v *yaml.Node) {
		out = append(out, p.field(out, k, v, section)...)
	})
	return out
}

// field reads one line of a block: a field, or a word for several.
func (p *parser) field(before []*Rule, k, v *yaml.Node, section spec.Section) []*Rule {
	known := fieldsOf(section)
	id, ok := known[spec.HeaderKey(k.Value)]
	parts, spread := spreads(section)[strings.TrimSpace(k.Value)]
	switch {
	case spread:
	case !ok:
		p.wrong(k, "没有名为“%s”的字段；字段名与标准工作簿的列名或 JSON 键相同（hbupload template 可查看）", k.Value)
		return nil
	case slices.ContainsFunc(before, func(r *Rule) bool { return r.Field == id }):
		p.wrong(k, "“%s”与前面的是同一个字段", k.Value)
		return nil
	default:
		parts = []part{{field: id}}
	}
	var out []*Rule
	for _, part := range parts {
		mark := len(p.problems)
		r := &Rule{Field: part.field, Line: k.Line, Cases: p.cases(before, v, section)}
		if spread {
			r.Whole = strings.TrimSpace(k.Value)
		}
		if len(out) > 0 {
			p.problems = p.problems[:mark] // said for the first part already
		}
		for _, c := range r.Cases {
			if part.take != "" && c.Take == "" && (len(c.Columns) > 0 || c.named()) {
				c.Take = part.take
				c.Part = true
			}
		}
		out = append(out, r)
	}
	return out
}

// cases reads a rule: a header, a mapping, or a list of both.
func (p *parser) cases(before []*Rule, n *yaml.Node, section spec.Section) []*Case {
	if n.Kind == yaml.SequenceNode {
		return p.caseList(before, n, section)
	}
	if n.Kind == yaml.ScalarNode {
		return p.headerCase(n)
	}
	c := &Case{Line: n.Line, Group: 1}
	if copied := p.caseKeys(before, n, c, section); copied != nil {
		return withConds(copied, c.When)
	}
	switch {
	case len(c.Columns) > 0 && c.Constant != "":
		p.wrong(n, "value（常数）和列不能同时写；空白时的缺省值用 default")
	case len(c.Columns) == 0 && c.Constant == "":
		p.wrong(n, "缺少来源：column、position、pattern、join、ticked、value 或 copy")
	case len(c.Columns) == 0:
		p.constant(n, c, section)
	case c.Hazard && section != spec.SectionHazard:
		p.wrong(n, "per_hazard 只用于危害因素各自的内容")
	case c.Split && section != spec.SectionHazard:
		p.wrong(n, "split 只用于危害因素")
	case c.Match != nil && c.Group > c.Match.NumSubexp():
		p.wrong(n, "match 里没有第 %d 个括号", c.Group)
	}
	return []*Case{c}
}

// headerCase is a rule that is a header and nothing else.
func (p *parser) headerCase(n *yaml.Node) []*Case {
	if p.text(n, "列名") == "" {
		p.wrong(n, "缺少列名")
		return nil
	}
	return []*Case{{Line: n.Line, Columns: p.refs(n, "列名")}}
}

// caseList reads a list of cases.
func (p *parser) caseList(before []*Rule, n *yaml.Node, section spec.Section) []*Case {
	var out []*Case
	for _, c := range n.Content {
		if c.Kind == yaml.SequenceNode {
			p.wrong(c, "列表里不能再套列表")
			continue
		}
		out = append(out, p.cases(before, c, section)...)
	}
	if len(out) == 0 {
		p.wrong(n, "空的列表")
	}
	return out
}

// withConds are copies of cases that hold under further conditions.
func withConds(cases []*Case, conds []Cond) []*Case {
	out := make([]*Case, len(cases))
	for i, one := range cases {
		dup := *one
		dup.When = append(append([]Cond(nil), dup.When...), conds...)
		out[i] = &dup
	}
	return out
}

// constant checks what stands beside a constant: nothing is made of one. Only the item's
// name in the header is looked up.
func (p *parser) constant(n *yaml.Node, c *Case, section spec.Section) {
	switch {
	case c.named() && section != spec.SectionItem:
		p.wrong(n, "value: \"{item}\"（表头里的项目名）只用于 items")
	case c.Values != nil && !c.named():
		p.wrong(n, "value（常数）不能再用 values 对照；请直接写对照后的值")
	case c.Match != nil, c.Take != "" && !c.named(), c.Default != "", c.Split, c.Hazard:
		p.wrong(n, "value（常数）不能与 match、take、default、split 一起写；请直接写要的值")
	}
}

// named reports whether the case is the item's name in the header, to be looked up.
func (c *Case) named() bool { return len(c.Columns) == 0 && c.Constant == Named }

// caseKeys reads the keys of one case; it returns the cases that copy names.
func (p *parser) caseKeys(before []*Rule, n *yaml.Node, c *Case, section spec.Section) (copied []*Case) {
	p.each(n, "规则", func(k, v *yaml.Node) {
		switch {
		case k.Value == "copy":
			copied = p.copied(before, v, section)
		case p.source(k, v, c), p.part(k, v, c):
		default:
			p.unknown(k, ruleKeys()...)
		}
	})
	if c.Match != nil && c.Group == 1 && c.Match.NumSubexp() == 0 {
		c.Group = 0
	}
	return copied
}

// source reads the keys that say where a value comes from, false for another key.
func (p *parser) source(k, v *yaml.Node, c *Case) bool {
	switch k.Value {
	case "column":
		c.Columns = []Ref{{Line: v.Line, Names: p.texts(v, "column ")}}
	case "position", "pattern":
		c.Columns = []Ref{p.ref(k, v)}
	case "join":
		c.Columns = p.refs(v, "join ")
	case "ticked":
		c.Columns = p.refs(v, "ticked ")
		c.Ticked = true
	case "with":
		c.With = p.text(v, "with ")
	case "value":
		c.Constant = p.text(v, "value ")
	case "when":
		c.When = p.conds(v)
	default:
		return false
	}
	return true
}

// part reads the keys that say what is made of it.
func (p *parser) part(k, v *yaml.Node, c *Case) bool {
	switch k.Value {
	case "per_hazard":
		c.Hazard = p.yes(v, "per_hazard ")
	case "take":
		c.Take = Take(p.text(v, "take "))
		if !slices.Contains(takes(), c.Take) {
			p.wrong(v, "take 没有“%s”，可用的有 year、month、day、year_of_months、month_of_months、from、to、lower、upper、number、unit、mark", c.Take)
		}
	case "match":
		c.Match = p.pattern(v, "match ")
	case "group":
		group, err := strconv.Atoi(p.text(v, "group "))
		if err != nil || group < 0 {
			p.wrong(v, "group 应是第几个括号")
		}
		c.Group = group
	case "values":
		c.Values = p.table(v)
	case "blank":
		c.Blank = p.texts(v, "blank ")
	case "default":
		c.Default = p.text(v, "default ")
	case "split":
		c.Split = p.yes(v, "split ")
	default:
		return false
	}
	return true
}

func (p *parser) copied(before []*Rule, n *yaml.Node, section spec.Section) []*Case {
	id, ok := fieldsOf(section)[spec.HeaderKey(p.text(n, "copy "))]
	for _, r := range before {
		if ok && r.Field == id {
			return r.Cases
		}
	}
	p.wrong(n, "copy 应是同一段里前面写过的字段")
	return []*Case{}
}

// refs reads one column or several.
func (p *parser) refs(n *yaml.Node, what string) []Ref {
	if n.Kind != yaml.SequenceNode {
		return []Ref{p.oneRef(n, what)}
	}
	var out []Ref
	for _, c := range n.Content {
		out = append(out, p.oneRef(c, what))
	}
	return out
}

// oneRef is a header, or {column|position|pattern: …}.
func (p *parser) oneRef(n *yaml.Node, what string) Ref {
	if n.Kind != yaml.MappingNode {
		name := p.text(n, what)
		if name == "" {
			p.wrong(n, "%s不能空白", what)
		}
		return Ref{Line: n.Line, Names: []string{name}}
	}
	var out Ref
	p.each(n, what, func(k, v *yaml.Node) {
		switch k.Value {
		case "column", "position", "pattern":
			out = p.ref(k, v)
		default:
			p.unknown(k, "column", "position", "pattern")
		}
	})
	return out
}

func (p *parser) ref(k, v *yaml.Node) Ref {
	r := Ref{Line: v.Line}
	switch k.Value {
	case "column":
		r.Names = p.texts(v, "column ")
	case "pattern":
		r.Pattern = p.pattern(v, "pattern ")
	default:
		r.Number = columnNumber(p.text(v, "position "))
		if r.Number == 0 {
			p.wrong(v, "position 应是列的字母或序号，例如 C 或 3")
		}
	}
	return r
}

// maxColumns is as many as a spreadsheet has.
const maxColumns = 16384

// columnNumber reads C or 3; 0 is neither.
func columnNumber(s string) int32 {
	if n, err := strconv.ParseInt(s, 10, 32); err == nil {
		if n < 1 || n > maxColumns {
			return 0
		}
		return int32(n)
	}
	n := 0
	for _, r := range strings.ToUpper(s) {
		if r < 'A' || r > 'Z' || n > maxColumns {
			return 0
		}
		n = n*26 + int(r-'A') + 1
	}
	if n > maxColumns {
		return 0
	}
	return int32(n)
}

// conds reads one condition or a list of which all must hold.
func (p *parser) conds(n *yaml.Node) []Cond {
	if n.Kind == yaml.SequenceNode {
		var out []Cond
		for _, c := range n.Content {
			if c.Kind == yaml.SequenceNode {
				p.wrong(c, "条件列表里不能再套列表")
				continue
			}
			out = append(out, p.conds(c)...)
		}
		return out
	}
	c := Cond{Line: n.Line}
	tests := 0
	p.each(n, "when ", func(k, v *yaml.Node) {
		switch k.Value {
		case "column", "position", "pattern":
			c.Column = p.ref(k, v)
			return
		case "blank":
			yes := p.yes(v, "blank ")
			c.Blank = yes
			c.NotBlank = !yes
		case "equals":
			c.Equals = p.texts(v, "equals ")
		case "matches":
			c.Matches = p.pattern(v, "matches ")
		default:
			p.unknown(k, "column", "position", "pattern", "blank", "equals", "matches")
		}
		tests++
	})
	if tests == 0 || c.Column.Label() == "" {
		p.wrong(n, "条件要写列和要求，例如 {column: 备注, blank: true}、{column: 类型, equals: [复查]}")
	}
	return []Cond{c}
}
