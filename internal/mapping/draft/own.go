package draft

import (
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"hbupload/internal/ident"
	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// spreadLabels are words of a mapping for several fields that one column feeds.
func spreadLabels() []string {
	return []string{"接害工龄", "接害月数", "吸烟史", "吸烟月数", "参考范围"}
}

// WholeWords are the words of a mapping for a length of time of which a field, named
// by its label, is a part; none for other fields.
func WholeWords(label string) []string {
	f, _ := fieldOf(label)
	parts := partsOfLength(f.ID)
	if parts == nil {
		return nil
	}
	whole, months := wholeLength(parts)
	return []string{whole, months}
}

// fieldOf is the field of a label.
func fieldOf(label string) (spec.Field, bool) {
	for _, f := range spec.Fields() {
		if f.Label == label {
			return f, true
		}
	}
	return spec.Field{}, false
}

// own is the line for an answer in a person's own words: a column's header, or one
// value for everybody where that may be. Otherwise it says why not.
func (a *chooser) own(label, text string) (line, why string) {
	f, known := fieldOf(label)
	if !known && !slices.Contains(spreadLabels(), label) || f.Section == spec.SectionItem && known {
		return "", "不在候选答案里"
	}
	text = strings.Trim(strings.TrimSpace(text), "“”\"「」")
	if _, header := a.column(text, true); header != "" {
		if table := tableOf(a.lines, &f); table != "" {
			return label + ": {column: " + flowText(header) + ", values: " + flowText(table) + "}", ""
		}
		return label + ": " + flowText(header), ""
	}
	why = "不是导出里的列名；“" + label + "”因人而异，不能给所有人写同一个值"
	if known && ownValue(f.ID) {
		why = a.badValue(&f, text)
	}
	if sheet, header := a.column(text, false); header != "" && why != "" {
		why = "是「" + sheet + "」的列，不在人员的表里；请在「列」里把它读成“" + label + "”"
	}
	if why != "" {
		return "", why
	}
	return label + ": {value: " + flowText(text) + "}", ""
}

// badValue says why a text is no value of a field, "" if it is one.
func (a *chooser) badValue(f *spec.Field, text string) string {
	switch {
	case mapping.IsPlaceholder(f, text):
		return "是占位文字，不是内容"
	case f.Kind == spec.KindEnum && !a.lex.Knows(f, text):
		return "既不是列名，也不是可填的值（" + spec.LegalTexts(f.Enum.Entries()) + "）"
	case f.Kind == spec.KindDate && !mapping.IsDate(text):
		return "既不是列名，也不是日期"
	case f.Kind == spec.KindIdentity && ident.CheckUSCC(strings.ToUpper(text)) != "":
		return "既不是列名，也不是 18 位统一社会信用代码"
	case f.Kind == spec.KindCodeList && a.dicts.Dict(f.Dict) != nil:
		if _, ways := a.lex.Cut(f, text, nil); ways != 1 {
			return "既不是列名，也不在平台字典里"
		}
	case f.Kind == spec.KindCode && a.dicts.Dict(f.Dict) != nil && !a.lex.Knows(f, text):
		return "既不是列名，也不在平台字典里"
	}
	return ""
}

// column finds a column of the persons' sheet, or of another, with its sheet.
func (a *chooser) column(text string, ofPersons bool) (sheet, name string) {
	lay, err := layout.Parse("", []byte(strings.Join(a.lines, "\n")))
	if err != nil {
		return "", ""
	}
	for _, s := range lay.Sheets {
		at := slices.IndexFunc(s.Columns, func(name string) bool { return spec.HeaderKey(name) == spec.HeaderKey(text) })
		if persons(s) == ofPersons && at >= 0 {
			return s.Name, s.Columns[at]
		}
	}
	return "", ""
}

// persons reports whether a sheet yields the persons.
func persons(s *layout.Sheet) bool {
	return slices.ContainsFunc(s.Person, func(r *layout.Rule) bool { return r.Field == spec.PatientName || r.Field == spec.IDCard })
}

// tableOf is the named table of a field's words, "" if the mapping has none.
func tableOf(lines []string, f *spec.Field) string {
	if f.ID == spec.ItemCode {
		return itemTable
	}
	name := tableName(f)
	for _, line := range lines {
		if line == "  "+yamlText(name)+":" {
			return name
		}
	}
	return ""
}

// addHazards makes a hazard of each that a column lists, or one that everybody has.
func (a *editor) addHazards(line string) {
	var rule yaml.Node
	if line == "" || yaml.Unmarshal([]byte(line), &rule) != nil {
		return
	}
	label := spec.HazardCode.Label()
	value := child(rule.Content[0], label)
	if value.Kind == yaml.ScalarNode {
		value = flow("column", value.Value)
	}
	if child(value, "column") != nil {
		set(value, "split", scalar("true"))
	}
	for i, s := range a.lay.Sheets {
		if persons(s) {
			list := block(a.sheets()[i], "hazards", yaml.SequenceNode)
			g := &yaml.Node{Kind: yaml.MappingNode}
			set(g, label, value)
			list.Content = append(list.Content, g)
			a.changed = true
			return
		}
	}
}
