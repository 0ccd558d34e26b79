package draft

import (
	"fmt"
	"slices"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/spec"
)

// asker asks for what the export does not say and a record must have.
type asker struct {
	exp       *export
	voc       *vocabulary
	words     *wordTables
	questions *questions
	fed       feeds
	constants map[spec.FieldID]mapping.Constant
}

// missing asks for the required fields that nothing feeds.
func (a *asker) missing() {
	var person, hazard []string
	for _, f := range spec.Fields() {
		if !a.lacks(f) || a.questions.asked(f.ID) {
			continue
		}
		if f.ID == spec.HazardMonth || f.ID == spec.HazardDay {
			continue // asked for with the years
		}
		if f.Section == spec.SectionHazard {
			hazard = append(hazard, a.field(a.exp.primary, f)...)
		} else {
			person = append(person, a.field(a.exp.primary, f)...)
		}
	}
	s := a.exp.primary
	s.lines = insertBlock(s.lines, "    person:", person)
	if !slices.ContainsFunc(s.lines, func(l string) bool { return strings.HasPrefix(l, "    every_hazard:") }) && len(hazard) > 0 {
		s.add(4, "every_hazard:           # 每个危害因素相同的内容")
	}
	s.lines = insertBlock(s.lines, "    every_hazard:", hazard)
}

// field asks where one field comes from, in the lines of a sheet.
func (a *asker) field(s *sheet, f spec.Field) []string {
	label := askedAs(f)
	q := Question{ID: makeID(kindQuestion, label), Where: label, People: a.concerned(f.ID), Own: true,
		Text: fmt.Sprintf("“%s”在哪一列？导出里没有找到", label), Why: why(f)}
	return a.questions.add(q, a.candidates(s, f)...)
}

// askedAs is how a field is called in its question.
func askedAs(f spec.Field) string {
	if f.ID == spec.HazardYear {
		return "接害工龄" // all parts of it
	}
	return f.Label
}

// concerned is how many people a missing field concerns.
func (a *asker) concerned(id spec.FieldID) int {
	switch id {
	case spec.PersonalHistoryYear, spec.PersonalHistoryMonth, spec.DailySmokingVolum:
		return a.smokers()
	}
	return a.exp.primary.people
}

// smokers is how many people smoke or smoked.
func (a *asker) smokers() int {
	for _, s := range a.exp.sheets {
		for _, c := range s.carriers(spec.SmokingStatus) {
			f := spec.SmokingStatus.Field()
			return c.people(func(v string) bool { return !a.neverSmoked(&f, v) })
		}
	}
	return 0
}

func (a *asker) neverSmoked(f *spec.Field, word string) bool {
	target := a.voc.target(f, word)
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
	case !ownValue(f.ID):
		return s + "。请选一列，或写列名；" + addColumn(askedAs(f))
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

// lacks tells a field without which a record is withheld and that nothing
// feeds or derives.
func (a *asker) lacks(f spec.Field) bool {
	if a.fed[f.ID] || a.constants[f.ID].Text != "" || f.Section == spec.SectionItem {
		return false
	}
	switch f.ID {
	case spec.IDType, spec.SexCode, spec.Birthday, spec.Age:
		return !a.fed[spec.IDCard]
	case spec.PersonalHistoryYear, spec.PersonalHistoryMonth, spec.DailySmokingVolum:
		return a.fed[spec.SmokingStatus] && a.smokers() > 0
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
func (a *asker) candidates(s *sheet, f spec.Field) []candidate {
	var out []candidate
	add := func(text, rule string) {
		c := candidate{text, f.Label + ": " + rule}
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	for _, c := range a.exp.primary.cols {
		if !c.used && f.ID != spec.HazardCode && a.voc.confidence(c, f.ID) > 0 {
			add("取“"+c.Name+"”列", a.fromColumn(c, f))
		}
	}
	switch f.ID {
	case spec.EmployerEnterpriseName, spec.EmployerCreditCode:
		employer := map[spec.FieldID]spec.FieldID{spec.EmployerEnterpriseName: spec.EmpOrgName, spec.EmployerCreditCode: spec.EmpOrgBizCode}
		if c := a.exp.primary.carrier(employer[f.ID]); c != nil {
			add("与用人单位相同：取“"+c.Name+"”列（没有劳务派遣时）", flowText(c.Name))
		}
	case spec.MonitorTypeCode:
		if dict := a.voc.dicts.Dict(f.Dict); dict != nil {
			for _, e := range dict.Entries {
				add("全部是“"+e.Name+"”", "{value: "+flowText(e.Name)+"}")
			}
		}
	case spec.ContactHazardCode:
		a.sameHazards(s, add)
	case spec.ResultOptionCode:
		conclusions(a.exp.primary, add)
	}
	return out
}

// fromColumn is the rule of a candidate's column; its words are asked for with it.
func (a *asker) fromColumn(c *column, f spec.Field) string {
	if len(c.values) <= shortTable {
		if table := a.words.of(c, f); table != "" {
			return "{column: " + flowText(c.Name) + ", values: " + flowText(table) + "}"
		}
	}
	return flowText(c.Name)
}

// sameHazards proposes the examined hazards for those that people are exposed to.
func (a *asker) sameHazards(s *sheet, add func(text, rule string)) {
	const text = "与体检的危害因素相同"
	table := ""
	if a.words.tables[hazardTable] != nil {
		table = ", values: " + hazardTable
	}
	if s.tickedRule != "" {
		add(text+"：打勾的列", s.tickedRule)
	}
	if c := a.exp.primary.carrier(spec.HazardCode); c != nil && len(a.exp.primary.numberedColumns(spec.HazardCode)) == 0 {
		add(text+"：取“"+c.Name+"”列", "{column: "+flowText(c.Name)+table+"}")
	}
	if numbered := a.exp.primary.numberedColumns(spec.HazardCode); len(numbered) > 1 {
		add(text+"：各列合在一起", "{join: ["+flowNames(numbered)+`], with: "、"`+table+"}")
	}
}

// conclusions proposes what the columns say that only some conclusions fill, and an
// advice that says nothing but that all is well.
func conclusions(s *sheet, add func(text, rule string)) {
	var cases, names []string
	for _, w := range [][2]string{{"疑似职业病", "疑似职业病"}, {"职业禁忌", "职业禁忌证"}, {"其他疾病", "其他疾病或异常"}} {
		for _, c := range s.cols {
			if strings.Contains(c.Key, w[0]) {
				cases = append(cases, fmt.Sprintf("{value: %s, when: {column: %s, blank: false}}", w[1], flowText(c.Name)))
				names = append(names, "“"+c.Name+"”")
			}
		}
	}
	for _, c := range s.cols {
		if (c.field == spec.Propose.Label() || strings.Contains(c.Key, "建议") || strings.Contains(c.Key, "结论")) && slices.ContainsFunc(c.values, reAllWell.MatchString) {
			cases = append(cases, fmt.Sprintf("{value: 目前未见异常, when: {column: %s, matches: '%s'}}", flowText(c.Name), reAllWell))
			names = append(names, "“"+c.Name+"”（只有未见异常）")
		}
	}
	if len(cases) > 0 {
		add("按 "+strings.Join(names, "、")+" 有没有内容判断，都不符合的不上传", "["+strings.Join(cases, ", ")+"]")
	}
}

// again asks whether re-examinations take what they do not repeat from the first
// examination. Where nobody is concerned the line stands there for who wants it.
func (a *asker) again() []string {
	people := a.exp.primary.reexamined()
	if people == 0 || a.exp.primary.complete(spec.SmokingStatus, spec.ProtectiveEquipmentCode, spec.HazardStartDate) {
		return []string{candidateMark + "recheck: inherit     # 复查的人吸烟史、防护、接害工龄空白时，取自同一文件中的初检"}
	}
	q := Question{ID: makeID(kindQuestion, "复查的人没有写的内容"), Where: spec.PeFlag.Label(), People: people,
		Text: "复查的人没有写吸烟史、防护、接害工龄的，取自同一文件里本人的初检吗？", Why: "复查的导出常常不重复这些内容；检查结果从不这样取"}
	return a.questions.add(q, candidate{"是：取自本人的初检", "recheck: inherit"}, no("不是：留空，这些人不上传"))
}
