package mapping

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"hbupload/internal/ident"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

func (s *draftSheet) add(indent int, line string) {
	s.lines = append(s.lines, strings.Repeat(" ", indent)+line)
}

func (s *draftSheet) addKey() {
	if s.key != nil {
		s.add(4, "key: "+yamlText(s.key.Name))
	}
}

func (s *draftSheet) section(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	s.add(4, title)
	for _, l := range lines {
		s.add(6, l)
	}
}

// list writes groups; a line "-" begins the next.
func (s *draftSheet) list(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	s.add(4, title)
	first := true
	for _, l := range lines {
		switch {
		case l == "-":
			first = true
		case first:
			s.add(6, "- "+l)
			first = false
		default:
			s.add(8, l)
		}
	}
}

// ask notes a question and returns its number.
func (d *drafter) ask(where, text string, candidates ...string) int {
	d.questions = append(d.questions, Question{Text: text, Where: where, Candidates: candidates})
	return len(d.questions)
}

// about is the comment behind a column: how sure it is, and three samples.
func (d *drafter) about(c *draftColumn) string {
	s := fmt.Sprintf("      # %d%%", c.sure)
	if samples := samplesOf(c); len(samples) > 0 {
		s += "，例：" + strings.Join(samples, " | ")
	}
	return s
}

// sampleCount is how many values of a column are shown.
const sampleCount = 3

// samplesOf are up to three values, masked where they may be personal.
func samplesOf(c *draftColumn) []string {
	out := []string{}
	for _, v := range c.values {
		if len(out) == sampleCount {
			break
		}
		out = append(out, maskSample(c, v))
	}
	return out
}

var reDigitRun = regexp.MustCompile(`[0-9０-９Xx]{6,}`)

// maskSample hides what may tell who somebody is.
func maskSample(c *draftColumn, v string) string {
	v = oneLineText(v)
	head := c.Name + c.field
	switch {
	case strings.Contains(head, "出生"):
		return "****"
	case personalHeader(head) && !reDigitRun.MatchString(v):
		return ident.MaskName(v)
	case c.field == "检查项目":
	case strings.Contains(head, "单位") || strings.Contains(head, "企业") || strings.Contains(head, "公司"):
		if !slices.ContainsFunc([]rune(v), unicode.IsDigit) && len([]rune(v)) > 4 {
			return ident.MaskName(v)
		}
	}
	if len(v) > 10 || !strings.ContainsAny(v, "-/.年") {
		v = reDigitRun.ReplaceAllStringFunc(v, func(s string) string {
			if len(s) == 8 && (strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20")) {
				return s
			}
			return ident.MaskID(s)
		})
	}
	if r := []rune(v); len(r) > sampleRunes {
		v = string(r[:sampleRunes]) + "…"
	}
	return v
}

// sampleRunes bounds a sample.
const sampleRunes = 16

func personalHeader(head string) bool {
	for _, w := range []string{"姓名", "名字", "联系", "电话", "手机", "证件号", "身份证", "医生", "医师", "人名", "紧急", "住址", "地址", "籍贯", "录入", "审核", "签名", "填表人", "报告人", "备注", "建议"} {
		if strings.Contains(head, w) {
			return true
		}
	}
	return strings.HasSuffix(head, "人")
}

// rule drafts a field's rule: the column, the part of it that is asked for, and
// a table for words the platform does not know.
func (d *drafter) rule(c *draftColumn, f spec.Field) []string {
	if f.ID == spec.HazardYear && slices.ContainsFunc(c.values, isDuration) {
		d.fed[spec.HazardMonth], d.fed[spec.HazardDay] = true, true
		q := d.ask("接害工龄", "工龄里没有写的月、天视为 0 吗？", `default: "0"`)
		return []string{"接害工龄:" + d.about(c), "  column: " + yamlText(c.Name), fmt.Sprintf("  #? default: \"0\"      # 问题 %d：没有写的月、天视为 0 吗？是则删去行首的 #?", q)}
	}
	lines := []string{f.Label + ":" + d.about(c), "  column: " + yamlText(c.Name)}
	extra := d.wordTable(c, f)
	if f.Kind == spec.KindDate && slices.ContainsFunc(c.values, func(v string) bool { _, ok := layout.TakeFrom.Apply(v); return ok }) {
		extra = append(extra, "  take: from            # 起止日期取开始的一天")
	}
	if f.ID == spec.HazardCode && !strings.Contains(c.Name, layout.HolderN) {
		extra = append(extra, "  split: true           # 一格里的几个危害因素各成一条")
	}
	if f.ID == spec.ItemCode {
		d.itemNames(c.values)
		extra = []string{"  values: 本院项目"}
	}
	if f.ID == spec.ResultFlag && c.filled < draftRows*draftDistinct {
		q := d.ask("是否异常", "标记空白表示正常吗？", "default: 正常")
		extra = append(extra, fmt.Sprintf("  #? default: 正常        # 问题 %d：空白表示正常吗？是则删去行首的 #?", q))
	}
	if f.ID != spec.SmokingStatus && slices.ContainsFunc(c.values, mayBeNothing) {
		extra = append(extra, `  blank: ["-", 无]`)
	}
	if len(extra) == 0 {
		return []string{f.Label + ": " + yamlText(c.Name) + d.about(c)}
	}
	return append(lines, extra...)
}

// inlineValues drafts a table of words: the usual ones as lines, the others as
// questions.
func (d *drafter) inlineValues(f spec.Field, unknown []string) []string {
	out := []string{"  values:"}
	for _, word := range unknown {
		if target := d.target(f, word); target != "" {
			out = append(out, "    "+yamlText(word)+": "+yamlText(target))
			continue
		}
		var candidates []string
		if f.Kind == spec.KindEnum {
			for _, e := range f.Enum.Entries() {
				candidates = append(candidates, yamlText(word)+": "+yamlText(e.Name))
			}
		} else if dict := d.opts.Dicts.Dict(f.Dict); dict != nil {
			for _, e := range dict.Nearest(word, nearestShown) {
				line := yamlText(word) + ": " + yamlText(e.Code) + "          # " + e.Name
				if len(dict.ByName(e.Name)) > 1 {
					line = yamlText(word) + ": " + yamlText(e.Name) + "          # 有几个代码，按监测种类和行业确定"
				}
				if !slices.Contains(candidates, line) {
					candidates = append(candidates, line)
				}
			}
		}
		if len(candidates) == 0 {
			candidates = append(candidates, yamlText(word)+": 请填写")
		}
		q := d.ask(f.Label, f.Label+quote(word)+"对应平台的哪一项？", candidates...)
		out = append(out, fmt.Sprintf("    # 问题 %d：“%s”对应平台的哪一项？选一行删去 #?，或自己写", q, strings.Trim(quote(word), "“”")))
		for _, c := range candidates {
			out = append(out, "    #? "+c)
		}
	}
	return out
}

// maxQuestions bounds the words of one column that are asked about.
const maxQuestions = 25

// wordTable drafts a table for the words of a column that the platform does
// not know.
func (d *drafter) wordTable(c *draftColumn, f spec.Field) []string {
	switch f.Kind {
	case spec.KindEnum, spec.KindCode, spec.KindCodeList:
	default:
		return nil
	}
	if f.ID == spec.ItemCode {
		return nil
	}
	var unknown []string
	for _, v := range c.values {
		var scratch spec.Value
		text := foldText(&scratch, v)
		parts := []string{text}
		if f.Dict == spec.DictHazard {
			parts, _ = d.cutLocal(&f, text)
		}
		for _, part := range parts {
			nothing := isNothing(part) || mayBeNothing(part) && f.ID != spec.SmokingStatus
			if !d.knows(f, part) && !slices.Contains(unknown, part) && len(unknown) < maxQuestions && !nothing {
				unknown = append(unknown, part)
			}
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return d.inlineValues(f, unknown)
}

// knows tells a word that needs no table.
func (d *drafter) knows(f spec.Field, word string) bool {
	if f.Kind == spec.KindEnum {
		return findEnum(f.Enum.Entries(), word).fault == nil
	}
	found, _ := d.code.find(&f, word)
	if f.ID == spec.TypeOfWorkCode {
		return len(found) > 0
	}
	return len(found) > 0
}

// target is the usual meaning of a local word, if the dictionary has it.
func (d *drafter) target(f spec.Field, word string) string {
	for w, target := range localTargets(f.ID) {
		if layout.WordKey(w) != layout.WordKey(word) {
			continue
		}
		if d.knows(f, target) {
			return target
		}
	}
	return ""
}

// isNothing tells the marks that stand for nothing whatever the column.
func isNothing(s string) bool { return s == "/" || s == "—" || s == "——" }

// mayBeNothing tells those that stand for nothing in most columns but are a
// finding among results (尿蛋白 -) and an answer about smoking.
func mayBeNothing(s string) bool { return s == "-" || s == "无" }

// askFor puts the required fields that nothing feeds as questions.
func (d *drafter) askFor() {
	var person, hazard []string
	for _, f := range spec.Fields() {
		if !d.lacks(f) {
			continue
		}
		candidates := d.candidates(f)
		q := d.ask(f.Label, fmt.Sprintf("“%s”从哪里来？导出里没有找到对应的列", f.Label), candidates...)
		lines := []string{fmt.Sprintf("# 问题 %d：“%s”没有对应的列。选一行删去 #?，或自己写；留空则这些人不上传", q, f.Label)}
		if f.Note != "" {
			lines[0] += "（" + f.Note + "）"
		}
		for _, c := range candidates {
			lines = append(lines, "#? "+c)
		}
		if f.Section == spec.SectionHazard {
			hazard = append(hazard, lines...)
		} else if f.Section != spec.SectionItem {
			person = append(person, lines...)
		}
	}
	s := d.primary
	s.lines = insertBlock(s.lines, "    person:", person)
	if !slices.ContainsFunc(s.lines, func(l string) bool { return strings.HasPrefix(l, "    every_hazard:") }) && len(hazard) > 0 {
		s.add(4, "every_hazard:           # 每个危害因素相同的内容")
	}
	s.lines = insertBlock(s.lines, "    every_hazard:", hazard)
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
	if d.fed[f.ID] || d.opts.Constants[f.ID].Text != "" {
		return false
	}
	switch f.ID {
	case spec.IDType, spec.SexCode, spec.Birthday, spec.Age:
		return !d.fed[spec.IDCard]
	case spec.HazardNames, spec.ItemClassName, spec.PersonalHistoryYear, spec.PersonalHistoryMonth, spec.DailySmokingVolum:
		return false
	case spec.HazardStartDate, spec.HazardYear, spec.HazardMonth, spec.HazardDay:
		return true
	}
	return f.Required
}

// candidates are the lines that may answer for a field: unused columns that
// resemble it, copies, constants.
func (d *drafter) candidates(f spec.Field) []string {
	var out []string
	line := func(rule string) { out = append(out, f.Label+": "+rule) }
	for _, c := range d.primary.cols {
		if sure := d.confidence(c, f.ID); sure > 0 && f.ID != spec.HazardCode {
			line(yamlText(c.Name))
		}
	}
	switch f.ID {
	case spec.EmployerEnterpriseName:
		line("{copy: 用人单位名称}          # 没有劳务派遣时")
	case spec.EmployerCreditCode:
		line("{copy: 用人单位统一社会信用代码}")
	case spec.PeFlag:
		line("{value: 初检}")
	case spec.MonitorTypeCode:
		line("{value: 常规监测}")
	case spec.HazardDay, spec.HazardMonth:
		line(`{value: "0"}`)
	case spec.ContactHazardCode:
		for _, c := range d.primary.cols {
			if c.field == spec.HazardCode.Label() && len(d.primary.numbered) == 0 && !strings.ContainsAny(c.Name, "0123456789") {
				line(yamlText(c.Name) + "          # 与体检的危害因素相同时")
			}
		}
		if numbered := d.numberedColumns(spec.HazardCode); len(numbered) > 1 {
			line("{join: [" + strings.Join(numbered, ", ") + `], with: "、"}          # 与体检的危害因素相同时`)
		}
	case spec.SmokingStatus:
		for _, e := range f.Enum.Entries() {
			line("{value: " + yamlText(e.Name) + "}")
		}
	case spec.ResultOptionCode:
		line(d.conclusions())
	}
	if len(out) == 0 {
		line("{value: 请填写}")
	}
	return out
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

// conclusions is a rule by the columns that only some conclusions fill.
func (d *drafter) conclusions() string {
	var cases []string
	for _, c := range d.primary.cols {
		for _, w := range [][2]string{{"疑似职业病", "疑似职业病"}, {"职业禁忌", "职业禁忌证"}, {"其他疾病", "其他疾病或异常"}} {
			if strings.Contains(c.Key, w[0]) {
				cases = append(cases, fmt.Sprintf("{value: %s, when: {column: %s, blank: false}}", w[1], yamlText(c.Name)))
			}
		}
	}
	return "[" + strings.Join(append(cases, "{value: 目前未见异常}"), ", ") + "]"
}

// write puts the file together.
func (d *drafter) write(in *table.Input, name string) *Draft {
	var b strings.Builder
	var used []*draftSheet
	var headers [][]string
	for _, s := range d.sheets {
		if len(s.lines) > 0 {
			used = append(used, s)
			headers = append(headers, s.names())
		}
	}
	fmt.Fprintf(&b, "# %s 的映射，由 hbupload map init 生成。可以直接使用；有 %d 个问题请看一遍：\n", oneLineText(filepath.Base(in.Path)), len(d.questions))
	b.WriteString("# 带 #? 的行是候选答案，删去 #? 即生效（注意保持缩进）。改好后执行：\n")
	fmt.Fprintf(&b, "#   hbupload map check 本文件 %s\n#\n", oneLineText(filepath.Base(in.Path)))
	for i, q := range d.questions {
		fmt.Fprintf(&b, "#   问题 %d：%s\n", i+1, oneLineText(q.Text))
	}
	fmt.Fprintf(&b, "name: %s\nfingerprint: %s          # 表头的指纹，用来自动选择映射\n", yamlText(name), strconv.Quote(layout.Fingerprint(headers)))
	b.WriteString("#? recheck: inherit     # 复查的人吸烟史、防护、接害工龄空白时，取自同一文件中的初检\n")
	b.WriteString("blank: [/, —, ——]          # 这些写法在任何列都等于空白\n")
	if len(d.itemTable) > 0 {
		b.WriteString("tables:\n  本院项目:\n")
		for _, l := range d.tables {
			b.WriteString("    " + l + "\n")
		}
	}
	for _, s := range d.sheets {
		if len(s.lines) == 0 {
			fmt.Fprintf(&b, "# 没有用到的表：%s\n", oneLineText(d.title(s.sheet)))
		}
	}
	for _, name := range d.unread {
		fmt.Fprintf(&b, "# 没有用到的表（没有认出表头）：%s\n", oneLineText(name))
	}
	b.WriteString("sheets:\n")
	for _, s := range used {
		s.write(&b, d.fileLine(s))
	}
	out := &Draft{YAML: []byte(strings.Map(printable, b.String())), Questions: d.questions, Unread: d.unread}
	for _, s := range d.sheets {
		one := s.report()
		one.File = d.file(s.sheet)
		out.Sheets = append(out.Sheets, one)
	}
	return out
}

func (s *draftSheet) names() []string {
	var out []string
	for _, c := range s.cols {
		out = append(out, c.Name)
	}
	return out
}

// fileLine names the file of a sheet whose own name says too little.
func (d *drafter) fileLine(s *draftSheet) string {
	if d.file(s.sheet) == "" || !d.ambiguous(s) {
		return ""
	}
	return "    file: " + yamlText(d.file(s.sheet)) + "\n"
}

func (s *draftSheet) write(b *strings.Builder, file string) {
	fmt.Fprintf(b, "  - sheet: %s          # %s\n%s", yamlText(s.sheet.Ref.Name), s.shape, file)
	var quoted []string
	for _, n := range s.names() {
		quoted = append(quoted, flowText(n))
	}
	fmt.Fprintf(b, "    columns: [%s]\n", strings.Join(quoted, ", "))
	for _, l := range s.lines {
		b.WriteString(strings.TrimRight(l, " ") + "\n")
	}
	var unused []string
	for _, c := range s.cols {
		if !c.used {
			unused = append(unused, oneLineText(c.Name))
		}
	}
	if len(unused) > 0 {
		fmt.Fprintf(b, "    # 没有用到的列：%s\n", strings.Join(unused, "、"))
	}
}

// flowText is yamlText within a flow list.
func flowText(s string) string {
	if strings.ContainsAny(s, ",[]{}") {
		return strconv.Quote(s)
	}
	return yamlText(s)
}

func (s *draftSheet) report() DraftSheet {
	out := DraftSheet{Name: s.sheet.Ref.Name, HeaderRows: s.head, Rows: s.rows, Shape: s.shape}
	for _, c := range s.cols {
		out.Columns = append(out.Columns, DraftColumn{Header: c.Name, Field: c.field, Confidence: c.sure, Samples: samplesOf(c)})
	}
	return out
}
