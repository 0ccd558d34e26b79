package draft

import (
	"fmt"
	"slices"
	"strings"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/pattern"
	"hbupload/internal/spec"
)

// reAllWell is a finding that says nothing but that all is well. Anything more is a
// physician's word and never taken for it.
var reAllWell = pattern.New(`^(心|肺|肝|胆|胰|脾|肾|双|两|胸|腹|部|膈|及|、|，|，?目前|本次体检)*(未见(明显)?异常|正常(心电图)?|大致正常(心电图)?|窦性心律(，正常心电图)?|阴性)[。.]?$`)

// results draft what a result is and whether it is abnormal.
type results struct {
	words     *wordTables
	questions *questions
	fed       feeds
	people    int // who have numbers with limits and without a mark
}

// mark drafts whether a result is abnormal. That a blank mark means normal is asked,
// and holds only for a number and for a text that says nothing else.
func (r *results) mark(c, result *column) []string {
	r.fed.add(spec.ResultFlag)
	f := spec.ResultFlag.Field()
	column := "{column: " + flowText(c.Name)
	if table := r.words.of(c, f); table != "" {
		column += ", values: " + yamlText(table)
	}
	if slices.ContainsFunc(c.values, mayBeNothing) {
		column += `, blank: ["-", 无]`
	}
	column += "}"
	nothing := c.people(func(v string) bool { return isNothing(v) || mayBeNothing(v) })
	if result.all.count <= c.all.count && nothing == 0 {
		return []string{f.Label + ": " + column + c.about()}
	}
	c.fixed = true
	q := Question{ID: makeID(kindQuestion, f.Label), Where: f.Label, People: max(nothing, min(result.all.people, result.all.count-c.all.count)),
		Text: fmt.Sprintf("“%s”空白表示正常吗？", shownName(c.Name)), Why: "每个结果都要写明是否异常；空白而结果是别的文字的，仍然要在导出里写明"}
	normal := fmt.Sprintf(`- {value: 正常, when: [{column: %s, matches: '^(-|/|—|——|无)?$'}, {column: %s, matches: '^[<>≤≥＜＞]?\s*[0-9.]+\s*([a-zA-Zμµ%%/^*×·0-9⁰-⁹℃]*)$|%s|^(-|－|\(-\)|（-）)$'}]}`,
		flowText(c.Name), flowText(result.Name), reAllWell)
	out := []string{f.Label + ":" + c.about(), "  - " + column}
	return append(out, indented(r.questions.add(q, candidate{"是：标记空白，结果是数字、阴性、未见异常、正常的，算正常", normal}, no("不是：留空，这些人不上传")))...)
}

// number drafts a result, freed of units and arrows where it carries them.
// That - means nothing is asked: of urine it means negative.
func (r *results) number(name string, c *column) []string {
	var extra []string
	if slices.ContainsFunc(c.values, func(v string) bool { n, ok := layout.TakeNumber.Apply(v); return ok && n != strings.TrimSpace(v) }) {
		extra = append(extra, "  take: number          # 结果带有单位或箭头，只取数字")
	}
	if people := c.people(mayBeNothing); people > 0 {
		q := Question{ID: makeID(kindQuestion, spec.Result.Label()), Where: spec.Result.Label(), People: people,
			Text: "结果里的“-”“无”表示没有做吗？", Why: "尿常规里的“-”常表示阴性，那是结果，要上传"}
		extra = append(extra, indented(r.questions.add(q, candidate{"是：表示没有做，不上传这一项", `blank: ["-", 无]`}, no("不是：照写的上传")))...)
	}
	if len(extra) == 0 {
		return []string{"检查结果: " + yamlText(name) + c.about()}
	}
	return append([]string{"检查结果:" + c.about(), "  column: " + yamlText(name)}, extra...)
}

// unmarked drafts whether results are abnormal where nothing marks them: a text that says
// that all is well is normal.
func (r *results) unmarked(name string, limits bool, c *column) []string {
	f := spec.ResultFlag
	r.fed.add(f)
	r.compared(limits, c)
	return []string{fmt.Sprintf("%s: {value: 正常, when: {column: %s, matches: '%s'}}", f.Label(), flowText(name), reAllWell)}
}

// compared notes that numbers with limits have no mark: it is asked whether the limits
// decide.
func (r *results) compared(limits bool, c *column) {
	if limits && numeric(c.values) {
		r.people = max(r.people, c.all.people)
	}
}

// ask asks once for the whole export whether numbers without a mark are compared
// with their limits.
func (r *results) ask() []string {
	if r.people == 0 {
		return nil
	}
	q := Question{ID: makeID(kindQuestion, "没有标记的结果"), Where: spec.ResultFlag.Label(), People: r.people,
		Text: "有数字结果没有是否异常的标记，按参考范围判断吗？", Why: "每个结果都要写明是否异常；只有上下限都知道的数字结果才判断，其余的仍然要在导出里写明"}
	return r.questions.add(q, candidate{"是：在参考范围内为正常，超出为异常", "unmarked: by_limits"}, no("不是：留空，这些人不上传"))
}

func indented(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = "  " + l
	}
	return out
}

func numeric(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return reNumber.MatchString(strings.TrimSpace(v)) })
}

var reNumber = pattern.New(`^[<>＜＞]?[+-]?(\d+(\.\d*)?|\.\d+)$`)
