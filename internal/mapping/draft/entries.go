package draft

import (
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// entries takes the answers on words and items.
func (a *editor) entries(answers []Answer) {
	for i, answer := range answers {
		text := strings.TrimSpace(answer.Text)
		if text == "" {
			continue
		}
		switch kind, parts := idParts(answer.ID); {
		case kind == kindWord && len(parts) == 2:
			a.word(i, parts[0], parts[1], text)
		case len(parts) != 1:
		case kind == kindItem:
			a.item(i, parts[0], text)
		case kind == kindUnit:
			a.limits(i, parts[0], [][2]string{{spec.Unit.Label(), text}})
		case kind == kindRange:
			a.rangeOf(i, parts[0], text)
		}
	}
}

// entry is the code or name to write for what a person chose of a field's entries.
func (a *editor) entry(f *spec.Field, text string) (string, bool) {
	if f.Kind != spec.KindEnum && a.dicts.Dict(f.Dict) == nil {
		code, _, _ := strings.Cut(text, " ")
		return code, true
	}
	if f.Kind == spec.KindEnum {
		return text, a.lex.Knows(f, text)
	}
	switch found := a.lex.Entries(f, text); len(found) {
	case 0:
		return "", false
	case 1:
		return found[0].Code, true
	}
	return text, true // several codes bear the name: the rest of the record decides
}

// fieldOfTable is the field whose words a table holds.
func fieldOfTable(name string) (spec.Field, bool) {
	if name == hazardTable {
		return spec.HazardCode.Field(), true
	}
	return fieldOf(name)
}

// word gives a local word its meaning.
func (a *editor) word(i int, table, word, text string) {
	f, known := fieldOfTable(table)
	if !known {
		a.faults.add(i, "请用 hbupload map init 重新生成", "没有名为“%s”的字段", table)
		return
	}
	target, ok := a.entry(&f, text)
	if !ok {
		a.faults.add(i, "请从下拉列表里选一项，或写平台字典里的代码（hbupload dict search 可查找）", "“%s”不在平台的“%s”里", oneLineText(text), table)
		return
	}
	a.write(table, word, target)
	a.usesTable(table, &f)
}

// write sets a word of a table.
func (a *editor) write(table, word, target string) {
	tables := child(a.doc.Content[0], "tables")
	if tables == nil {
		root := a.doc.Content[0]
		tables = &yaml.Node{Kind: yaml.MappingNode}
		root.Content = slices.Insert(root.Content, 0, scalar("tables"), tables)
	}
	if tables.Kind != yaml.MappingNode {
		*tables = yaml.Node{Kind: yaml.MappingNode}
	}
	t := block(tables, table, yaml.MappingNode)
	if have := child(t, word); have == nil || have.Value != target {
		set(t, word, scalar(target))
		a.changed = true
	}
}

// usesTable makes the plain rules of a field read their words by the table.
func (a *editor) usesTable(table string, f *spec.Field) {
	for _, s := range a.lay.Sheets {
		for _, r := range rulesOf(s) {
			one := r.Field.Field()
			if len(r.Cases) == 1 && len(r.Cases[0].Columns) > 0 && r.Cases[0].Values == nil && one.Kind == f.Kind && tableName(&one) == table {
				a.addTable(r.Line, table)
			}
		}
	}
}

// addTable adds a table to the rule whose key stands in a line.
func (a *editor) addTable(line int, table string) {
	in, at := keyAt(&a.doc, line)
	if in == nil {
		return
	}
	switch value := in.Content[at+1]; value.Kind {
	case yaml.ScalarNode:
		in.Content[at+1] = flow("column", value.Value, "values", table)
		a.changed = true
	case yaml.MappingNode:
		set(value, "values", scalar(table))
		a.changed = true
	}
}

// item gives a local item its meaning, in the table of names and in a group of its own.
func (a *editor) item(i int, name, text string) {
	f := spec.ItemCode.Field()
	target := text
	if target != layout.Skip {
		var ok bool
		if target, ok = a.entry(&f, text); !ok {
			a.faults.add(i, "请从下拉列表里选一项，或写平台项目的代码（hbupload dict search 可查找）", "“%s”不是平台的检查项目", oneLineText(text))
			return
		}
	}
	g, list := a.group(name)
	if g == nil {
		if header, at := a.unread(name); at >= 0 && target != layout.Skip {
			a.newGroup(at, header, target)
			return
		}
		a.write(itemTable, name, target)
		return
	}
	value := child(child(g, spec.ItemCode.Label()), "value")
	switch {
	case target == layout.Skip:
		list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool { return n == g })
		a.changed = true
	case value != nil && value.Value != target:
		value.Value = target
		value.LineComment = ""
		a.changed = true
	}
}

// unread is the column of a name that no rule reads, with its sheet; -1 for none. A name
// that the table of names has is read by it.
func (a *editor) unread(name string) (header string, sheet int) {
	if table := child(child(a.doc.Content[0], "tables"), itemTable); child(table, name) != nil {
		return "", -1
	}
	for i, s := range a.lay.Sheets {
		for _, header := range s.Columns {
			c := change{sheet: i, header: header}
			if spec.HeaderKey(header) != spec.HeaderKey(name) {
				continue
			}
			if uses, _ := a.uses(&c); len(uses) == 0 {
				return header, i
			}
		}
	}
	return "", -1
}

// newGroup makes an item of a column.
func (a *editor) newGroup(sheet int, header, code string) {
	g := flow(spec.Result.Label(), header)
	g.Style = 0
	set(g, spec.ItemCode.Label(), flow("value", code))
	well := flow("value", "正常")
	set(well, "when", flow("column", header, "matches", reAllWell.String()))
	set(g, spec.ResultFlag.Label(), well)
	n := a.sheets()[sheet]
	if one := child(n, "items"); one != nil && one.Kind == yaml.MappingNode {
		set(n, "items", &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{one}})
	}
	list := block(n, "items", yaml.SequenceNode)
	list.Content = append(list.Content, g)
	a.changed = true
}

// group is the group of an item that is one column, with the list it stands in.
func (a *editor) group(name string) (g, list *yaml.Node) {
	for _, s := range a.sheets() {
		items := child(s, "items")
		if items == nil || items.Kind != yaml.SequenceNode {
			continue
		}
		for _, g := range items.Content {
			result := child(g, spec.Result.Label())
			if c := child(result, "column"); c != nil {
				result = c
			}
			if result != nil && child(child(g, spec.ItemCode.Label()), "value") != nil && spec.HeaderKey(result.Value) == spec.HeaderKey(name) {
				return g, items
			}
		}
	}
	return nil, nil
}

// limits writes constants of an item that is one column.
func (a *editor) limits(i int, name string, values [][2]string) {
	g, _ := a.group(name)
	if g == nil {
		a.faults.add(i, advanced, "“%s”的单位和范围不在这里填", name)
		return
	}
	for _, v := range values {
		if have := child(child(g, v[0]), "value"); v[1] != "" && (have == nil || have.Value != v[1]) {
			value := flow("value", v[1])
			if _, err := strconv.ParseFloat(v[1], 64); err == nil {
				value.Content[1].Style = yaml.DoubleQuotedStyle
			}
			set(g, v[0], value)
			a.changed = true
		}
	}
}

// rangeOf writes the limits of an item that is one column.
func (a *editor) rangeOf(i int, name, text string) {
	low, okLow := layout.TakeLower.Apply(text)
	high, okHigh := layout.TakeUpper.Apply(text)
	if !okLow || !okHigh || low+high == "" {
		a.faults.add(i, "请写成 3.5-9.5、<5.2 或 ≥60", "“%s”不是参考范围", oneLineText(text))
		return
	}
	a.limits(i, name, [][2]string{{spec.LowerLimit.Label(), low}, {spec.UpperLimit.Label(), high}})
}
