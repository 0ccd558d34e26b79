package layout

import (
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"hbupload/internal/spec"
)

// groups reads the hazards or items of a sheet.
func (p *parser) groups(n *yaml.Node, section spec.Section) []*Group {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil // all its groups are comments still
	}
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	var out []*Group
	for _, g := range nodes {
		out = append(out, p.group(g, section))
	}
	return out
}

func (p *parser) group(n *yaml.Node, section spec.Section) *Group {
	g := &Group{Line: n.Line}
	p.each(n, "这里的每一项", func(k, v *yaml.Node) {
		switch {
		case k.Value == "merge" && section == spec.SectionHazard:
			g.Merge = p.yes(v, "merge ")
		case k.Value == "names" && section == spec.SectionItem:
			g.Names = p.table(v)
		default:
			g.Rules = append(g.Rules, p.field(g.Rules, k, v, section)...)
		}
	})
	for _, r := range g.Rules {
		for _, c := range r.Cases {
			for _, ref := range c.Columns {
				p.holder(n, g, ref)
			}
		}
	}
	p.lookups(g)
	if len(p.problems) > 0 {
		return g
	}
	anchor := g.Anchor(section)
	switch {
	case g.Rule(anchor) == nil:
		p.wrong(n, "缺少“%s”", anchor.Label())
	case g.Holder != "" && !g.held(anchor):
		p.wrong(n, "“%s”的列名里也要有 %s", anchor.Label(), g.Holder)
	case section == spec.SectionItem && g.Holder != HolderItem && g.Rule(spec.ItemCode) == nil:
		p.wrong(n, "缺少“项目”，或表头里的 {item}")
	}
	return g
}

// lookups refuses the item's name in the header where no header has one.
func (p *parser) lookups(g *Group) {
	for _, r := range g.Rules {
		for _, c := range r.Cases {
			if c.named() && g.Holder != HolderItem {
				p.problems = append(p.problems, Problem{Line: c.Line, Column: 1, Message: "value: \"{item}\" 只能写在有 {item} 列的一组里"})
			}
		}
	}
}

// holder notes the group's placeholder; two different ones cannot go together.
func (p *parser) holder(n *yaml.Node, g *Group, ref Ref) {
	for _, name := range ref.Names {
		for _, h := range []string{HolderItem, HolderN} {
			if !strings.Contains(name, h) {
				continue
			}
			if g.Holder != "" && g.Holder != h || strings.Count(name, "{") > 1 {
				p.wrong(n, "一组列里只能有一个 {item} 或 {n}")
			}
			g.Holder = h
		}
	}
}

// held reports whether the placeholder stands in a column of the field.
func (g *Group) held(id spec.FieldID) bool {
	for _, c := range g.Rule(id).Cases {
		for _, ref := range c.Columns {
			for _, name := range ref.Names {
				if strings.Contains(name, g.Holder) {
					return true
				}
			}
		}
	}
	return false
}

// Label is the anchor's column as the mapping names it, placeholder and all.
func (g *Group) Label(section spec.Section) string {
	for _, c := range g.Rule(g.Anchor(section)).Cases {
		for _, ref := range c.Columns {
			if label := ref.Label(); strings.Contains(label, g.Holder) {
				return label
			}
		}
	}
	return g.Holder
}

// Anchor is the field without which a row of the group is none.
func (g *Group) Anchor(section spec.Section) spec.FieldID {
	if section == spec.SectionItem {
		return spec.Result
	}
	return spec.HazardCode
}

// Rule is the rule of a field, nil if the group has none.
func (g *Group) Rule(id spec.FieldID) *Rule {
	for _, r := range g.Rules {
		if r.Field == id {
			return r
		}
	}
	return nil
}

// table reads the name of a table or the table itself.
func (p *parser) table(n *yaml.Node) *Table {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	if n.Kind == yaml.ScalarNode {
		t := p.tables[n.Value]
		if t == nil {
			p.wrong(n, "tables 里没有名为“%s”的对照表", n.Value)
		}
		return t
	}
	t := &Table{Line: n.Line, Words: map[string]Word{}}
	p.words(n, t)
	p.out.Tables = append(p.out.Tables, t)
	return t
}

func (p *parser) namedTable(k, v *yaml.Node) {
	t := &Table{Line: k.Line, Name: k.Value, Words: map[string]Word{}}
	p.tables[k.Value] = t
	p.out.Tables = append(p.out.Tables, t)
	outside := false
	if v.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(v.Content); i += 2 {
			key := v.Content[i].Value
			outside = outside || key == "file" || key == "sheet"
		}
	}
	if !outside {
		p.words(v, t)
		return
	}
	p.each(v, "对照表", func(k, v *yaml.Node) {
		switch k.Value {
		case "file":
			t.File = p.text(v, "file ")
		case "sheet":
			t.Sheet = p.text(v, "sheet ")
		case "from":
			t.From = p.text(v, "from ")
		case "to":
			t.To = p.text(v, "to ")
		default:
			p.unknown(k, "file", "sheet", "from", "to")
		}
	})
}

func (p *parser) words(n *yaml.Node, t *Table) {
	p.each(n, "对照表", func(k, v *yaml.Node) {
		key := WordKey(k.Value)
		if old, twice := t.Words[key]; twice {
			p.wrong(k, "“%s”与第 %d 行是同一个词（全半角、大小写、空白不计）", k.Value, old.Line)
			return
		}
		t.Words[key] = Word{Text: p.text(v, "对照的值"), Line: k.Line}
	})
}

// WordKey is how the words of tables are compared: width, case, blanks and
// brackets do not count.
func WordKey(s string) string { return spec.HeaderKey(s) }
