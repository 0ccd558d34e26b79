package draft

import (
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"hbupload/internal/dict"
	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// editor takes the other answers: nodes of the mapping.
type editor struct {
	lex     *mapping.Lexicon
	dicts   *dict.Set
	faults  *faultList
	lines   []string // the mapping's text before
	lay     *layout.Layout
	doc     yaml.Node
	changed bool
}

// change is an answer that gives a column another field.
type change struct {
	answer int
	sheet  int // of the layout
	header string
	label  string // "" for an unused column
}

const advanced = "请在映射的高级部分（YAML）里修改"

// columns gives columns other fields. What columns are taken from goes first, so that
// two may change places.
func (a *editor) columns(answers []Answer) {
	var todo []change
	for i, answer := range answers {
		kind, parts := idParts(answer.ID)
		if kind != kindColumn || len(parts) != 3 {
			continue
		}
		c := change{answer: i, sheet: a.sheetOf(parts[0], parts[1]), header: parts[2], label: strings.TrimSpace(answer.Text)}
		if c.label == Unused {
			c.label = ""
		}
		if a.changes(&c) {
			todo = append(todo, c)
		}
	}
	todo = slices.DeleteFunc(todo, func(c change) bool { return !a.release(c) })
	for _, c := range todo {
		if c.label != "" {
			a.assign(c)
		}
	}
}

// sheetOf is the sheet of the layout that a column stands in, -1 if it is not used.
func (a *editor) sheetOf(file, name string) int {
	for i, s := range a.lay.Sheets {
		if spec.HeaderKey(s.Name) == spec.HeaderKey(name) && (s.File == "" || s.File == file) {
			return i
		}
	}
	return -1
}

// changes reports whether an answer is another than what the column is used for.
func (a *editor) changes(c *change) bool {
	if isRole(c.label) {
		return false
	}
	if c.sheet < 0 {
		if c.label != "" {
			a.faults.add(c.answer, advanced, "这张表没有用到，不能单独用它的一列")
		}
		return false
	}
	uses, _ := a.uses(c)
	grouped := slices.Contains(uses, "")
	switch {
	case c.label == "" && len(uses) == 0, slices.Contains(uses, c.label) && c.label != "":
		return false
	case grouped && c.label == spec.ItemCode.Label():
		return false
	}
	if _, known := fieldOf(c.label); !known && c.label != "" && !slices.Contains(spreadLabels(), c.label) {
		a.faults.add(c.answer, "请从下拉列表里选一个字段，或选“"+Unused+"”", "没有名为“%s”的字段", oneLineText(c.label))
		return false
	}
	return true
}

// uses are the labels of the fields that a column feeds, "" among them for a column of
// a group; rules are those that read it and nothing else.
func (a *editor) uses(c *change) (labels []string, rules []*layout.Rule) {
	s := a.lay.Sheets[c.sheet]
	key := spec.HeaderKey(c.header)
	for _, ref := range s.Key {
		if ref.Matcher()(key) {
			labels = append(labels, spec.ExamKey.Label())
		}
	}
	for _, g := range s.Items {
		if g.Rule(spec.Result) != nil && g.Rule(spec.ItemCode) != nil && len(g.Rule(spec.ItemCode).Cases[0].Columns) == 0 && reads(g.Rule(spec.Result), key) {
			labels = append(labels, spec.ItemCode.Label())
		}
	}
	for _, r := range rulesOf(s) {
		reading := reads(r, key)
		if !reading && !asks(r, key) {
			continue
		}
		labels = append(labels, labelsOf(r)...)
		ref := r.Cases[0].Columns
		switch {
		case !reading || len(r.Cases) > 1 || len(ref) != 1:
		case strings.Contains(ref[0].Label(), "{"):
			labels = append(labels, "")
		default:
			rules = append(rules, r)
		}
	}
	return labels, rules
}

// labelsOf are the words that a rule may be known by.
func labelsOf(r *layout.Rule) []string {
	if r.Whole != "" {
		return []string{r.Field.Label(), r.Whole}
	}
	return []string{r.Field.Label()}
}

// rulesOf are all rules of a sheet.
func rulesOf(s *layout.Sheet) []*layout.Rule {
	out := slices.Concat(s.Person, s.EveryHazard)
	for _, g := range slices.Concat(s.Hazards, s.Items) {
		out = append(out, g.Rules...)
	}
	return out
}

// reads reports whether a rule takes its value from a column.
func reads(r *layout.Rule, key string) bool {
	return slices.ContainsFunc(r.Cases, func(c *layout.Case) bool {
		return slices.ContainsFunc(c.Columns, func(ref layout.Ref) bool { return ref.Matcher()(key) })
	})
}

// asks reports whether a rule depends on a column without taking its value.
func asks(r *layout.Rule, key string) bool {
	return !reads(r, key) && slices.ContainsFunc(r.Cases, func(c *layout.Case) bool {
		return slices.ContainsFunc(c.When, func(w layout.Cond) bool { return w.Column.Matcher()(key) })
	})
}

// release takes a column from what it is used for.
func (a *editor) release(c change) bool {
	uses, rules := a.uses(&c)
	lines := map[int]bool{}
	fields := map[string]bool{}
	for _, r := range rules {
		lines[r.Line] = true
		for _, label := range labelsOf(r) {
			fields[label] = true
		}
	}
	for _, label := range uses {
		if !fields[label] {
			a.faults.add(c.answer, advanced, "“%s”是“%s”等内容的一部分，不能在这里改", c.header, label)
			return false
		}
	}
	for line := range lines {
		in, at := keyAt(&a.doc, line)
		if in == nil {
			a.faults.add(c.answer, advanced, "“%s”不能在这里改", c.header)
			return false
		}
		in.Content = slices.Delete(in.Content, at, at+2)
		a.changed = true
	}
	return true
}

// assign gives a column a field.
func (a *editor) assign(c change) {
	into := a.into(c)
	if into == nil {
		a.faults.add(c.answer, advanced, "“%s”不能放在这张表里", c.label)
		return
	}
	if child(into, c.label) != nil {
		a.faults.add(c.answer, "一个字段只能有一列；请先把原来的那一列改掉", "“%s”已经有来源", c.label)
		return
	}
	value := scalar(c.header)
	if f, known := fieldOf(c.label); known {
		pairs := []string{"column", c.header}
		if table := tableOf(a.lines, &f); table != "" {
			pairs = append(pairs, "values", table)
		}
		if f.ID == spec.HazardCode {
			pairs = append(pairs, "split", "true")
		}
		if len(pairs) > 2 {
			value = flow(pairs...)
		}
	}
	set(into, c.label, value)
	a.changed = true
}

// sheets are the nodes of the layout's sheets.
func (a *editor) sheets() []*yaml.Node { return child(a.doc.Content[0], "sheets").Content }

// into is the block of the mapping that a column's field belongs to, nil if there is
// none in its sheet.
func (a *editor) into(c change) *yaml.Node {
	n := a.sheets()[c.sheet]
	section := spec.SectionPerson
	if f, known := fieldOf(c.label); known {
		section = f.Section
	}
	s := a.lay.Sheets[c.sheet]
	switch {
	case c.label == spec.ExamKey.Label():
		return nil
	case c.label == "参考范围" || section == spec.SectionItem:
		return firstGroup(child(n, "items"), s.Items)
	case !strings.HasPrefix(c.label, "接害") && section != spec.SectionHazard:
		return block(n, "person", yaml.MappingNode)
	}
	if g := firstGroup(child(n, "hazards"), s.Hazards); g != nil {
		return g
	}
	if c.label == spec.HazardCode.Label() {
		list := block(n, "hazards", yaml.SequenceNode)
		list.Content = append(list.Content, &yaml.Node{Kind: yaml.MappingNode})
		return list.Content[0]
	}
	if !persons(s) {
		return nil
	}
	return block(n, "every_hazard", yaml.MappingNode)
}

// firstGroup is the first group of a list that has no placeholder.
func firstGroup(n *yaml.Node, groups []*layout.Group) *yaml.Node {
	if n == nil || len(groups) == 0 || groups[0].Holder != "" {
		return nil
	}
	if n.Kind == yaml.SequenceNode {
		return n.Content[0]
	}
	return n
}
