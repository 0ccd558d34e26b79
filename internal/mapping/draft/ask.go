package draft

import (
	"fmt"
	"slices"
	"strings"

	"hbupload/internal/spec"
)

// candidate is one answer to a question: what a person reads, and the line of the
// mapping that it stands for; "" changes nothing.
type candidate struct {
	text string
	yaml string
}

// no is the answer that leaves the mapping as it is.
func no(text string) candidate { return candidate{text: text} }

// The marks of a question in the mapping's text.
const (
	questionMark  = "# 问题〔"
	questionEnd   = "〕"
	candidateMark = "#?"
	chooseMark    = "# 请选："        // a word or an item with candidates
	candidateText = "          # " // before what a person reads
)

// ask notes a question and returns its lines: what is asked, and each candidate on a
// line that counts once its mark is deleted.
func (d *drafter) ask(q Question, candidates ...candidate) []string {
	name := strings.Join(strings.Split(q.ID, idSeparator)[1:], "：")
	lines := []string{questionMark + name + questionEnd + " " + oneLineText(q.Text) + "（" + oneLineText(q.Why) + "）"}
	q.Candidates = []string{}
	for _, c := range candidates {
		text := oneLineText(c.text)
		q.Candidates = append(q.Candidates, text)
		lines = append(lines, candidateMark+c.yaml+candidateText+text)
	}
	d.out.Questions = append(d.out.Questions, q)
	return lines
}

// asked reports whether a question asks for a field.
func (d *drafter) asked(id spec.FieldID) bool {
	return slices.ContainsFunc(d.out.Questions, func(q Question) bool { return q.ID == makeID(kindQuestion, id.Label()) })
}

// order puts the questions that concern most people first.
func (d *drafter) order() {
	d.cap()
	slices.SortStableFunc(d.out.Questions, func(a, b Question) int { return b.People - a.People })
	open := func(choice string) int {
		if choice == "" {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(d.out.Words, func(a, b Word) int {
		if n := open(a.Choice) - open(b.Choice); n != 0 {
			return n
		}
		return b.People - a.People
	})
	slices.SortStableFunc(d.out.Items, func(a, b Item) int {
		if n := open(a.Choice) - open(b.Choice); n != 0 {
			return n
		}
		if a.Idle != b.Idle {
			if a.Idle {
				return 1
			}
			return -1
		}
		return b.People - a.People
	})
}

// cap keeps the numbers of people within those there are: in a sheet of which the key
// was found late each row counted as a person.
func (d *drafter) cap() {
	most := d.primary.people
	for i := range d.out.Questions {
		d.out.Questions[i].People = min(d.out.Questions[i].People, most)
	}
	for i := range d.out.Words {
		d.out.Words[i].People = min(d.out.Words[i].People, most)
	}
	for i := range d.out.Items {
		d.out.Items[i].People = min(d.out.Items[i].People, most)
	}
}

// askFor asks for the required fields that nothing feeds.
func (d *drafter) askFor() {
	var person, hazard []string
	for _, f := range spec.Fields() {
		if !d.lacks(f) || d.asked(f.ID) {
			continue
		}
		if f.ID == spec.HazardMonth || f.ID == spec.HazardDay {
			continue // asked for with the years
		}
		if f.Section == spec.SectionHazard {
			hazard = append(hazard, d.askField(f)...)
		} else {
			person = append(person, d.askField(f)...)
		}
	}
	s := d.primary
	s.lines = insertBlock(s.lines, "    person:", person)
	if !slices.ContainsFunc(s.lines, func(l string) bool { return strings.HasPrefix(l, "    every_hazard:") }) && len(hazard) > 0 {
		s.add(4, "every_hazard:           # 每个危害因素相同的内容")
	}
	s.lines = insertBlock(s.lines, "    every_hazard:", hazard)
}

// askField asks where one field comes from.
func (d *drafter) askField(f spec.Field) []string {
	label := f.Label
	if f.ID == spec.HazardYear {
		label = "接害工龄"
	}
	q := Question{ID: makeID(kindQuestion, label), Where: label, People: d.concerned(f.ID), Own: true,
		Text: fmt.Sprintf("“%s”在哪一列？导出里没有找到", label), Why: why(f)}
	return d.ask(q, d.candidates(f)...)
}

// concerned is how many people a missing field concerns.
func (d *drafter) concerned(id spec.FieldID) int {
	switch id {
	case spec.PersonalHistoryYear, spec.PersonalHistoryMonth, spec.DailySmokingVolum:
		return d.smokers()
	}
	return d.primary.people
}

// smokers is how many people smoke or smoked.
func (d *drafter) smokers() int {
	for _, s := range d.sheets {
		for _, c := range s.cols {
			if c.field == spec.SmokingStatus.Label() {
				f := spec.SmokingStatus.Field()
				return c.people(func(v string) bool { return !d.neverSmoked(&f, v) })
			}
		}
	}
	return 0
}

func (d *drafter) neverSmoked(f *spec.Field, word string) bool {
	target := d.target(f, word)
	return word == "4" || strings.Contains(word, "从不") || strings.Contains(target, "从不") || isNothing(word) || word == "-"
}

// why says what a field is for, and what may be written instead of a column.
func why(f spec.Field) string {
	s := "必填，没有来源的人不上传"
	if f.Note != "" {
		s += "；" + f.Note
	}
	switch {
	case f.ID == spec.ResultOptionCode:
		return s + "。请选一列，或写列名；" + addColumn(f.Label) + "。医师确认过其余的人都没有异常的，可以在所选的“按…判断”后面写上“，" + restIsWell + "”"
	case f.ID == spec.HazardYear:
		return s + "。请选一列，或写列名；" + addColumn("接害工龄")
	case !ownValue(f.ID):
		return s + "。请选一列，或写列名；" + addColumn(f.Label)
	case f.Kind == spec.KindEnum:
		return s + "。请选一列或写列名；确实人人相同时，也可以写 " + spec.LegalTexts(f.Enum.Entries()) + " 中的一个"
	}
	return s + "。请选一列或写列名；确实人人相同时，也可以直接写内容"
}

// addColumn is what to do about a field that the export does not say.
func addColumn(label string) string {
	return "导出里确实没有的，请在导出里加一列“" + label + "”填好，再执行 hbupload map init 加 --force（已填的回答会带过来）"
}

// restIsWell is what a person writes behind a candidate for the conclusion when the
// physician says so of everybody whom the candidate leaves open.
const restIsWell = "其余目前未见异常"

// withRest takes restIsWell from the end of an answer.
func withRest(text string) (before string, ok bool) {
	before, ok = strings.CutSuffix(strings.TrimRight(strings.TrimSpace(text), "。"), restIsWell)
	return strings.TrimRight(before, "，,；;、 "), ok
}

// ownValue reports whether a person may write one value for everybody. What differs
// from person to person, and what a physician finds, is never one value.
func ownValue(id spec.FieldID) bool {
	switch id {
	case spec.OhOrgCode, spec.EmpOrgName, spec.EmpOrgBizCode, spec.EmpOrgIndustry, spec.PeFlag, spec.PeDate, spec.TypeOfWorkCode, spec.TypeOfWorkOther,
		spec.EmployerEnterpriseName, spec.EmployerCreditCode, spec.EmployerIndustry, spec.PreparerName, spec.PreparerPhone, spec.PreparerDate, spec.ReportOrgName,
		spec.ProtectiveEquipmentCode, spec.SmokingStatus, spec.ContactHazardCode, spec.CareTypeCode, spec.MonitorTypeCode, spec.HazardCode, spec.IDType:
		return true
	}
	return false
}

// insertBlock puts lines at the end of the block under a title.
func insertBlock(lines []string, title string, more []string) []string {
	at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, title) })
	if at < 0 || len(more) == 0 {
		return lines
	}
	end := at + 1
	for end < len(lines) && strings.HasPrefix(lines[end], "      ") {
		end++
	}
	for i := range more {
		more[i] = "      " + more[i]
	}
	return slices.Insert(lines, end, more...)
}

// lacks tells a field without which a record is withheld and that nothing
// feeds or derives.
func (d *drafter) lacks(f spec.Field) bool {
	if d.fed[f.ID] || d.opts.Constants[f.ID].Text != "" || f.Section == spec.SectionItem {
		return false
	}
	switch f.ID {
	case spec.IDType, spec.SexCode, spec.Birthday, spec.Age:
		return !d.fed[spec.IDCard]
	case spec.PersonalHistoryYear, spec.PersonalHistoryMonth, spec.DailySmokingVolum:
		return d.fed[spec.SmokingStatus] && d.smokers() > 0
	case spec.HazardNames, spec.ItemClassName:
		return false
	case spec.HazardStartDate, spec.HazardYear, spec.HazardMonth, spec.HazardDay:
		return true
	}
	return f.Required
}

// candidates are the lines that may answer for a field: unused columns that
// resemble it, and columns of which it may be the copy. None says what the export
// does not say.
func (d *drafter) candidates(f spec.Field) []candidate {
	var out []candidate
	add := func(text, rule string) {
		c := candidate{text, f.Label + ": " + rule}
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	for _, c := range d.primary.cols {
		if !c.used && f.ID != spec.HazardCode && d.confidence(c, f.ID) > 0 {
			add("取“"+c.Name+"”列", d.fromColumn(c, f))
		}
	}
	switch f.ID {
	case spec.EmployerEnterpriseName:
		if c := d.carrier(spec.EmpOrgName); c != nil {
			add("与用人单位相同：取“"+c.Name+"”列（没有劳务派遣时）", flowText(c.Name))
		}
	case spec.EmployerCreditCode:
		if c := d.carrier(spec.EmpOrgBizCode); c != nil {
			add("与用人单位相同：取“"+c.Name+"”列（没有劳务派遣时）", flowText(c.Name))
		}
	case spec.MonitorTypeCode:
		if dict := d.opts.Dicts.Dict(f.Dict); dict != nil {
			for _, e := range dict.Entries {
				add("全部是“"+e.Name+"”", "{value: "+flowText(e.Name)+"}")
			}
		}
	case spec.ContactHazardCode:
		d.sameHazards(add)
	case spec.ResultOptionCode:
		d.conclusions(add)
	}
	return out
}

// fromColumn is the rule of a candidate's column; its words are asked for with it.
func (d *drafter) fromColumn(c *column, f spec.Field) string {
	if len(c.values) <= shortTable {
		if table := d.wordTable(c, f); table != "" {
			return "{column: " + flowText(c.Name) + ", values: " + flowText(table) + "}"
		}
	}
	return flowText(c.Name)
}

// carrier is the column of the persons' sheet that feeds a field.
func (d *drafter) carrier(id spec.FieldID) *column {
	for _, c := range d.primary.cols {
		if c.field == id.Label() && !c.fixed {
			return c
		}
	}
	return nil
}

// sameHazards proposes the examined hazards for those that people are exposed to.
func (d *drafter) sameHazards(add func(text, rule string)) {
	const text = "与体检的危害因素相同"
	table := ""
	if d.tables[hazardTable] != nil {
		table = ", values: " + hazardTable
	}
	if d.primary.tickedRule != "" {
		add(text+"：打勾的列", d.primary.tickedRule)
	}
	if c := d.carrier(spec.HazardCode); c != nil && len(d.numberedColumns(spec.HazardCode)) == 0 {
		add(text+"：取“"+c.Name+"”列", "{column: "+flowText(c.Name)+table+"}")
	}
	if numbered := d.numberedColumns(spec.HazardCode); len(numbered) > 1 {
		add(text+"：各列合在一起", "{join: ["+strings.Join(numbered, ", ")+`], with: "、"`+table+"}")
	}
}

// numberedColumns are the columns of a numbered group that carry a field.
func (d *drafter) numberedColumns(id spec.FieldID) []string {
	var out []string
	for _, c := range d.primary.cols {
		if c.field == id.Label() && strings.TrimRight(c.Key, "0123456789") != c.Key {
			out = append(out, flowText(c.Name))
		}
	}
	return out
}

// conclusions proposes what the columns say that only some conclusions fill, and an
// advice that says nothing but that all is well.
func (d *drafter) conclusions(add func(text, rule string)) {
	var cases, names []string
	for _, w := range [][2]string{{"疑似职业病", "疑似职业病"}, {"职业禁忌", "职业禁忌证"}, {"其他疾病", "其他疾病或异常"}} {
		for _, c := range d.primary.cols {
			if strings.Contains(c.Key, w[0]) {
				cases = append(cases, fmt.Sprintf("{value: %s, when: {column: %s, blank: false}}", w[1], flowText(c.Name)))
				names = append(names, "“"+c.Name+"”")
			}
		}
	}
	for _, c := range d.primary.cols {
		if (c.field == spec.Propose.Label() || strings.Contains(c.Key, "建议") || strings.Contains(c.Key, "结论")) && slices.ContainsFunc(c.values, reAllWell.MatchString) {
			cases = append(cases, fmt.Sprintf("{value: 目前未见异常, when: {column: %s, matches: '%s'}}", flowText(c.Name), reAllWell))
			names = append(names, "“"+c.Name+"”（只有未见异常）")
		}
	}
	if len(cases) > 0 {
		add("按 "+strings.Join(names, "、")+" 有没有内容判断，都不符合的不上传", "["+strings.Join(cases, ", ")+"]")
	}
}
