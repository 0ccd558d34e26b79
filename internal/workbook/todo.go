package workbook

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/host"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// The columns of 「待修改」. All that a person reads and answers fits into a screen
// of 1366 pixels; behind it stand hidden columns, which sorting takes along.
const (
	todoLevel int32 = 1 + iota
	todoKey
	todoName
	todoCell
	todoSheet
	todoHeader
	todoTrouble
	todoFix
	todoNearest
	todoLearn
	todoVerify
	todoRule // hidden from here
	todoPath
	todoWord
	todoChoices
)

// maxChoices is how many choices of 可能是 a row holds in its hidden cells.
const maxChoices = 8

// The heads of the columns that are read back, by which they are found.
const (
	headKey     = "体检编号"
	headCell    = "单元格"
	headSheet   = "工作表"
	headNearest = "可能是（选或填）"
	headLearn   = "以后都这样"
	headVerify  = "已核实"
	headRule    = "规则（勿改）"
	headPath    = "路径（勿改）"
	headWord    = "写法（勿改）"
)

// yes is what the drop-downs of 以后都这样 and 已核实 offer.
const yes = "是"

// between joins several suggestions in one cell.
const between = "；"

func todoHeads() []string {
	return []string{"级别", headKey, "姓名", headCell, headSheet, "列", "问题", "办法", headNearest, headLearn, headVerify, headRule, headPath, headWord}
}

// todoWidths are those of the columns that are seen.
func todoWidths() []float64 { return []float64{6, 14, 9, 9, 10, 13, 40, 32, 26, 11, 8} }

// todoWriter writes the lines of 「待修改」.
type todoWriter struct {
	*sheetWriter
	of     *Annotation
	styles *bookStyles
	links  []link
	learn  []int // rows that may be learned, verified
	verify []int
	row    int32
}

// todo writes 「待修改」: one line for each finding, those of one cause together,
// the most frequent first, each linked to its cell, with places for answers.
func (a *Annotation) todo(w io.Writer, s *bookStyles) error {
	t := &todoWriter{of: a, styles: s, row: 3,
		sheetWriter: newSheetWriter(w, sheetHead{widths: todoWidths(), hidden: int(todoChoices) - int(todoRule) + maxChoices, frozen: 3, selected: true, tab: "D64550"})}
	t.top()
	for _, g := range a.byCause() {
		if t.row+1 > maxRows-2 {
			break
		}
		if len(g.findings) > 1 {
			t.band(g)
		}
		for n, i := range g.findings {
			if t.row++; t.row > maxLines {
				t.begin(t.row, 0)
				t.text(todoTrouble, s.look(lookText), fmt.Sprintf("此种原因另有 %d 处没有列出", len(g.findings)-n))
				break
			}
			t.line(&a.Findings[i])
		}
	}
	return t.end(sheetTail{filter: "A3:" + spec.ColumnName(int(todoChoices)+maxChoices-1) + strconv.Itoa(int(t.row)),
		merges: []string{"A2:" + spec.ColumnName(int(todoVerify)) + "2"}, links: t.links, lists: t.lists()})
}

// top writes title, advice and column names.
func (t *todoWriter) top() {
	errors, warnings, people := t.of.tally()
	t.begin(1, 30)
	t.text(1, t.styles.look(lookTitle), fmt.Sprintf("%s待修改：错误 %d 处，提示 %d 处，涉及 %d 人", table.ReportMark, errors, warnings, people))
	t.text(todoRule, 0, t.of.origin)
	advice := t.of.advice(errors + warnings)
	width := 0
	for _, w := range todoWidths() {
		width += int(w)
	}
	t.begin(2, rowHeight([]string{advice}, []int{width})+4)
	t.text(1, t.styles.look(lookAdvice), advice)
	t.begin(3, 22)
	for i, name := range todoHeads() {
		look := lookHead
		if col := int32(i + 1); col >= todoNearest && col <= todoVerify {
			look = lookAnswerHead
		}
		t.text(int32(i+1), t.styles.look(look), name)
	}
}

// band is the line above the findings of one cause.
func (t *todoWriter) band(g *cluster) {
	t.row++
	look := lookBandWarning
	if g.severity == spec.Error {
		look = lookBandError
	}
	t.begin(t.row, 22)
	t.text(1, t.styles.look(look), g.title())
	for col := int32(2); col <= todoVerify; col++ {
		t.text(col, t.styles.look(look), "")
	}
}

// line writes one finding.
func (t *todoWriter) line(f *spec.Finding) {
	a := t.of
	message := host.SafeText(a.trouble(f), maxWords)
	near := strings.Join(f.Nearest, between)
	fix := a.fix(f.Rule)
	if f.Place.Cell() == "" && strings.Contains(rules.Cause(f), "缺少“") {
		fix = "补上这一列并填写；已有这一列时改表头，用映射读取的改映射" // there is no cell to fill in
		message, _, _ = strings.Cut(message, "，请补上这一列并填写；")
	}
	person := a.personOf(f)
	t.begin(t.row, rowHeight([]string{f.Key, person, f.Place.Header, message, fix, near}, []int{14, 9, 13, 40, 32, 26}))
	level := lookMiddle
	if f.Severity == spec.Error {
		level = lookBad
	}
	sheet, cell := t.place(f)
	look := lookText
	if sheet != "" && cell != "" {
		look = lookLink
	}
	t.text(todoLevel, t.styles.look(level), severityName(f.Severity))
	t.text(todoKey, t.styles.look(lookWrap), f.Key)
	t.text(todoName, t.styles.look(lookWrap), person)
	t.text(todoCell, t.styles.look(look), cell)
	t.text(todoSheet, t.styles.look(lookWrap), sheet)
	t.text(todoHeader, t.styles.look(lookWrap), f.Place.Header)
	t.text(todoTrouble, t.styles.look(lookWrap), message)
	t.text(todoFix, t.styles.look(lookWrap), fix)
	t.answers(f, near)
}

// answers writes the cells that a person fills in, and the hidden ones.
func (t *todoWriter) answers(f *spec.Finding, near string) {
	nearest := lookOff
	learn := lookOff
	verify := lookOff
	if f.Word != "" || near != "" {
		nearest = lookAnswer
	}
	if f.Word != "" {
		learn = lookAnswer
		t.learn = append(t.learn, int(t.row))
	}
	if verifiable(f) {
		verify = lookAnswer
		t.verify = append(t.verify, int(t.row))
	}
	t.text(todoNearest, t.styles.look(nearest), near)
	t.text(todoLearn, t.styles.look(learn), "")
	t.text(todoVerify, t.styles.look(verify), "")
	t.text(todoRule, 0, string(f.Rule))
	t.text(todoPath, 0, pathOf(f))
	t.text(todoWord, 0, f.Word)
	for i, choice := range t.of.suggestions(f) {
		t.text(todoChoices+int32(i), 0, choice)
	}
}

// verifiable reports whether a person may say that a warning is in order.
func verifiable(f *spec.Finding) bool {
	return f.Severity == spec.Warning && f.Record >= 0 && f.Key != ""
}

// pathOf is what of a record a finding is about.
func pathOf(f *spec.Finding) string {
	if f.Path == "" && f.Field != spec.NoField {
		return f.Field.Key()
	}
	return f.Path
}

// suggestions are the choices of 可能是, each “code name”.
func (a *Annotation) suggestions(f *spec.Finding) []string {
	out := slices.Clone(f.Nearest)
	if len(out) == 0 && f.Word != "" && f.Field != spec.NoField {
		for _, e := range f.Field.Field().Enum.Entries() {
			out = append(out, e.Code+" "+e.Name)
		}
	}
	return out[:min(len(out), maxChoices)]
}

// lists are the drop-downs of the answers. That of 可能是 takes its choices from the
// hidden cells of its own row, wherever sorting puts it.
func (t *todoWriter) lists() []dataList {
	if t.row < 4 {
		return nil
	}
	first := spec.ColumnName(int(todoChoices))
	last := spec.ColumnName(int(todoChoices) + maxChoices - 1)
	yes := `"` + yes + `"`
	out := []dataList{{sqref: spec.ColumnName(int(todoNearest)) + "4:" + spec.ColumnName(int(todoNearest)) + strconv.Itoa(int(t.row)), formula: "$" + first + "4:$" + last + "4"}}
	if len(t.learn) > 0 {
		out = append(out, dataList{sqref: sqref(spec.ColumnName(int(todoLearn)), t.learn), formula: yes})
	}
	if len(t.verify) > 0 {
		out = append(out, dataList{sqref: sqref(spec.ColumnName(int(todoVerify)), t.verify), formula: yes})
	}
	return out
}

// place names a finding's sheet and cell, and links the line to it.
func (t *todoWriter) place(f *spec.Finding) (sheet, cell string) {
	if f.Place.Sheet == nil {
		return "", f.Place.Cell()
	}
	sheet = f.Place.Sheet.Name
	cell = f.Place.Cell()
	at := cell
	if at == "" && f.Place.Row > 0 {
		at = "A" + strconv.Itoa(int(f.Place.Row))
		cell = "第 " + strconv.Itoa(int(f.Place.Row)) + " 行"
	}
	if at != "" && len(t.links) < maxLinks {
		t.links = append(t.links, link{spec.ColumnName(int(todoCell)) + strconv.Itoa(int(t.row)), place(sheet, at)})
	}
	return sheet, cell
}

// personOf is the name of a finding's person.
func (a *Annotation) personOf(f *spec.Finding) string {
	if a.Named == nil || f.Record < 0 {
		return ""
	}
	return host.SafeText(a.Named(f.Record), 60)
}

// advice says what to do with the copy.
func (a *Annotation) advice(n int) string {
	if n == 0 {
		return a.remark + "没有需要修改的地方。每个人的结果见「结果」表。本文件含个人信息，请勿外传。"
	}
	return a.remark + "在本文件里直接修改红色（错误）和黄色（提示）的单元格，保存后用本文件重新上传即可；已接收的人不会重传（改了他们的内容，要加 --resend changed 才再传）。点“单元格”一列跳到要改的地方。" +
		"不想每次都改的写法：在“可能是”里选好，“" + headLearn + "”选“是”，上传本文件时记入代码对照，以后都这样读。核对过、确实没错的提示：“" + headVerify + "”选“是”，以后不再提示。" +
		"「待修改」「结果」两张表由程序生成，不作为数据读取。本文件含个人信息，请勿外传。"
}

// tally counts errors, warnings and the people concerned.
func (a *Annotation) tally() (errors, warnings, people int) {
	seen := map[int]bool{}
	for i := range a.Findings {
		f := &a.Findings[i]
		if f.Severity == spec.Error {
			errors++
		} else {
			warnings++
		}
		if f.Record >= 0 {
			seen[f.Record] = true
		}
	}
	return errors, warnings, len(seen)
}

// cluster is the findings of one cause.
type cluster struct {
	severity spec.Severity
	cause    string
	rule     spec.RuleID
	people   int
	findings []int // indices
}

func (c *cluster) title() string {
	unit := "人"
	n := c.people
	if n == 0 {
		unit = "处"
		n = len(c.findings)
	}
	text := fmt.Sprintf("%s · %d %s：%s", severityName(c.severity), n, unit, host.SafeText(c.cause, maxWords))
	if c.people > 0 && len(c.findings) > c.people {
		text += fmt.Sprintf("（%d 处）", len(c.findings))
	}
	return text
}

// byCause orders the findings as rules.Groups does, with their members.
func (a *Annotation) byCause() []*cluster {
	type id struct {
		rule     spec.RuleID
		severity spec.Severity
		cause    string
	}
	at := map[id]*cluster{}
	last := map[*cluster]int{}
	for i := range a.Findings {
		f := &a.Findings[i]
		k := id{f.Rule, f.Severity, rules.Cause(f)}
		c, ok := at[k]
		if !ok {
			c = &cluster{severity: f.Severity, cause: k.cause, rule: f.Rule}
			at[k] = c
		}
		c.findings = append(c.findings, i)
		if prev, seen := last[c]; f.Record >= 0 && (!seen || prev != f.Record) {
			c.people++
			last[c] = f.Record
		}
	}
	var out []*cluster
	for _, g := range rules.Groups(a.Findings) {
		k := id{g.Rule, g.Severity, g.Cause}
		if c := at[k]; c != nil { // groups also part by advice
			out = append(out, c)
			delete(at, k)
		}
	}
	return out
}
