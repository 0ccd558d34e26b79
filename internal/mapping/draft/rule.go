package draft

import (
	"fmt"
	"slices"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// countedIn are the words behind a number of a field, nil where none is expected. A number
// of something else is none: 1包 are not 1支.
func countedIn(id spec.FieldID) []string {
	switch id {
	case spec.DailySmokingVolum:
		return []string{"支", "根"}
	case spec.Age:
		return []string{"岁", "周岁"}
	case spec.HazardYear, spec.PersonalHistoryYear:
		return []string{"年"}
	case spec.HazardMonth, spec.PersonalHistoryMonth:
		return []string{"个月", "月"}
	case spec.HazardDay:
		return []string{"天", "日"}
	}
	return nil
}

// isCounted reports whether a text is a number with one of the words: 10支, 10支/天, 5个月.
func isCounted(text string, words []string) bool {
	rest := strings.TrimLeft(text, "0123456789.")
	word, day, each := strings.Cut(strings.TrimSpace(rest), "/")
	return rest != text && slices.Contains(words, word) && (!each || day == "天" || day == "日")
}

// rules draft what a column says of one field.
type rules struct {
	voc       *vocabulary
	words     *wordTables
	questions *questions
	fed       feeds
}

// of drafts a field's rule: the column, the part of it that is asked for, and
// a table for words the platform does not know.
func (r *rules) of(s *sheet, c *column, f spec.Field) []string {
	parts := partsOfLength(f.ID)
	switch {
	case parts == nil:
	case f.ID == parts[0]:
		return r.years(s, c, f, parts)
	case f.ID == parts[1] && !r.fed[parts[0]] && slices.ContainsFunc(c.values, overAYear):
		return r.months(s, c, parts)
	}
	return r.plain(c, f)
}

// wholeLength is the word of a mapping for all parts of a length of time, and that for a
// number of months.
func wholeLength(parts []spec.FieldID) (whole, months string) {
	if parts[0] == spec.HazardYear {
		return "接害工龄", "接害月数"
	}
	return "吸烟史", "吸烟月数"
}

// overAYear reports whether a text is a number of months that no year stands beside.
func overAYear(text string) bool {
	years, ok := layout.TakeYears.Apply(text)
	return ok && years != "" && years != "0"
}

// months drafts a column that its header says to be of months, and that holds more of
// them than a year has.
func (r *rules) months(s *sheet, c *column, parts []spec.FieldID) []string {
	_, label := wholeLength(parts)
	r.fed.add(parts[0])
	c.claim(label, c.sure)
	return append([]string{label + ": " + yamlText(c.Name) + c.about()}, r.zeros(c, r.lacking(s, parts))...)
}

// lacking are the parts of a length of time that have no column.
func (r *rules) lacking(s *sheet, parts []spec.FieldID) []spec.FieldID {
	return slices.DeleteFunc(slices.Clone(parts), func(id spec.FieldID) bool {
		_, sure := r.voc.find(s, id)
		return r.fed[id] || r.questions.asked(id) || sure >= sureEnough
	})
}

// plain is the rule of a field that has a column of its own.
func (r *rules) plain(c *column, f spec.Field) []string {
	var extra []string
	if f.ID == spec.ItemCode {
		extra = append(extra, "  values: "+itemTable)
	} else if parts := r.perHazard(c, f); parts != nil {
		extra = append(extra, "  per_hazard: true      # 一格里写着几个危害因素各自的内容")
		if table := r.words.of(parts, f); table != "" {
			extra = append(extra, "  values: "+yamlText(table))
		}
	} else if table := r.words.of(c, f); table != "" {
		extra = append(extra, "  values: "+yamlText(table))
	}
	if f.Kind == spec.KindDate && slices.ContainsFunc(c.values, func(v string) bool { _, ok := layout.TakeFrom.Apply(v); return ok }) {
		extra = append(extra, "  take: from            # 起止日期取开始的一天")
	}
	if words := countedIn(f.ID); slices.ContainsFunc(c.values, func(v string) bool { return isCounted(v, words) }) {
		extra = append(extra, `  match: "^([0-9.]+)\\s*((`+strings.Join(words, "|")+`)(/[天日])?)?$"   # 只取数字`)
	}
	if f.ID == spec.HazardCode && !strings.Contains(c.Name, layout.HolderN) {
		extra = append(extra, "  split: true           # 一格里的几个危害因素各成一条")
	}
	if f.ID != spec.SmokingStatus && slices.ContainsFunc(c.values, mayBeNothing) {
		extra = append(extra, `  blank: ["-", 无]`)
	}
	if len(extra) == 0 {
		return []string{f.Label + ": " + yamlText(c.Name) + c.about()}
	}
	return append([]string{f.Label + ":" + c.about(), "  column: " + yamlText(c.Name)}, extra...)
}

// perHazard is what the texts of a column say of single hazards, nil where they don't.
func (r *rules) perHazard(c *column, f spec.Field) *column {
	switch f.ID {
	case spec.ResultOptionCode, spec.OtherContent, spec.OccDiseaseCode:
		return r.clauses(c)
	}
	return nil
}

// clauses is what the texts of a column say of single hazards, nil where they don't.
func (r *rules) clauses(c *column) *column {
	f := spec.HazardCode.Field()
	out := newColumn(c.Name)
	found := false
	for _, text := range c.values {
		clauses, rest := mapping.Clauses(text)
		if len(clauses) == 0 || rest > 0 {
			out.addAs(text, c.have[text])
			continue
		}
		for _, one := range clauses {
			found = found || slices.ContainsFunc(one.Heads, func(h string) bool { return r.voc.lex.Knows(&f, h) || r.voc.target(&f, h) != "" })
			out.addAs(one.Body, c.have[text])
		}
	}
	if !found {
		return nil
	}
	return out
}

// years drafts a length of time: one cell for its parts, or columns of their own.
// That the parts that are not written are 0 is asked, and holds only beside a part
// that is written.
func (r *rules) years(s *sheet, c *column, f spec.Field, parts []spec.FieldID) []string {
	whole, _ := wholeLength(parts)
	parts = r.lacking(s, parts[1:])
	if len(parts) > 0 && slices.ContainsFunc(c.values, isDuration) {
		return r.duration(c, whole, parts)
	}
	return append(r.plain(c, f), r.zeros(c, parts)...)
}

// zeros asks whether parts of a length of time that have no column are 0.
func (r *rules) zeros(c *column, parts []spec.FieldID) (out []string) {
	for _, id := range parts {
		q := Question{ID: makeID(kindQuestion, id.Label()), Where: id.Label(), People: c.all.people,
			Text: fmt.Sprintf("导出里没有“%s”，写了“%s”的，%s算 0 吗？", id.Label(), shownName(c.Name), unitOf(id)),
			Why:  "平台要求年、月、日都填写；整个空白的不受影响，仍然空白"}
		zero := fmt.Sprintf(`%s: {value: "0", when: {column: %s, blank: false}}`, id.Label(), flowText(c.Name))
		out = append(out, r.questions.add(q, candidate{"是：有年数的，没有写的部分算 0", zero}, no("不是：留空，这些人不上传"))...)
	}
	return out
}

// shownName is a header as a person reads it: a placeholder stands for many.
func shownName(name string) string {
	return strings.NewReplacer(layout.HolderItem, "…", layout.HolderN, "").Replace(oneLineText(name))
}

func unitOf(id spec.FieldID) string {
	label := []rune(id.Label())
	return string(label[len(label)-1:])
}

// duration drafts a cell that holds years, months and days.
func (r *rules) duration(c *column, spread string, parts []spec.FieldID) []string {
	r.fed.add(parts...)
	c.claim(spread, c.sure)
	out := []string{spread + ":" + c.about(), "  column: " + yamlText(c.Name)}
	if slices.ContainsFunc(c.values, mayBeNothing) {
		out = append(out, `  blank: ["-", 无]`)
	}
	people := c.people(func(v string) bool { return lacksPart(v, len(parts)) })
	if people == 0 {
		return out
	}
	q := Question{ID: makeID(kindQuestion, spread), Where: spread, People: people,
		Text: fmt.Sprintf("“%s”里没有写的月、天算 0 吗（例如 3年2月 没有写天）？", shownName(c.Name)),
		Why:  "平台要求年、月、日都填写；整格空白的不受影响，仍然空白"}
	return append(out, indented(r.questions.add(q, candidate{"是：写了一部分的，没有写的部分算 0", `default: "0"`}, no("不是：留空，这些人不上传")))...)
}

// lacksPart reports whether a length of time says not all of its parts.
func lacksPart(text string, parts int) bool {
	takes := []layout.Take{layout.TakeYear, layout.TakeMonth, layout.TakeDay}
	if !isDuration(text) {
		return false
	}
	for _, take := range takes[:parts+1] {
		if part, _ := take.Apply(text); part == "" {
			return true
		}
	}
	return false
}

// isNothing tells the marks that stand for nothing whatever the column.
func isNothing(s string) bool { return s == "/" || s == "—" || s == "——" }

// mayBeNothing tells those that stand for nothing in most columns but are a
// finding among results (尿蛋白 -) and an answer about smoking.
func mayBeNothing(s string) bool { return s == "-" || s == "无" }
