package draft

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// ticked are the columns that are headed by a hazard and ticked.
func (d *drafter) ticked(s *sheet) []*column {
	f := spec.HazardCode.Field()
	var out []*column
	marked := false
	for _, c := range s.cols {
		if c.used || slices.ContainsFunc(c.values, func(v string) bool { return !mapping.Ticks(v) }) {
			continue
		}
		if len(d.lex.Entries(&f, c.Name)) == 1 || d.target(&f, c.Name) != "" {
			out = append(out, c)
			marked = marked || len(c.values) > 0
		}
	}
	if !marked {
		return nil
	}
	return out
}

// tickedHazards drafts ticked columns as the examined hazards, or where another column
// says those, as the hazards that people are exposed to.
func (d *drafter) tickedHazards(s *sheet) (person, hazards []string) {
	cols := d.ticked(s)
	if len(cols) == 0 || d.fed[spec.HazardCode] && d.fed[spec.ContactHazardCode] {
		return nil, nil
	}
	f := spec.HazardCode.Field()
	var names []string
	table := ""
	for _, c := range cols {
		d.take(c, roleTicked, sureAlias)
		c.fixed = true
		names = append(names, flowText(c.Name))
		if !d.lex.Knows(&f, c.Name) {
			d.word(&f, c.Name, &c.all)
			table = ", values: " + hazardTable
		}
	}
	rule := "{ticked: [" + strings.Join(names, ", ") + "]" + table
	if d.fed[spec.HazardCode] {
		d.fed[spec.ContactHazardCode] = true
		return []string{spec.ContactHazardCode.Label() + ": " + rule + "}"}, nil
	}
	d.fed[spec.HazardCode] = true
	s.tickedRule = rule + "}"
	return nil, []string{f.Label + ": " + rule + ", split: true}          # 打勾的列，各成一条"}
}

// clauses is what the texts of a column say of single hazards, nil where they don't.
func (d *drafter) clauses(c *column) *column {
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
			found = found || slices.ContainsFunc(one.Heads, func(h string) bool { return d.lex.Knows(&f, h) || d.target(&f, h) != "" })
			out.addAs(one.Body, c.have[text])
		}
	}
	if !found {
		return nil
	}
	return out
}

// addAs counts a text as often as another.
func (c *column) addAs(text string, n *seen) {
	have := c.have[text]
	if have == nil {
		have = &seen{}
		c.have[text] = have
		c.values = append(c.values, text)
	}
	have.count += n.count
	have.people += n.people
}

// rangeSheet is a sheet that holds units and ranges of items, for columns that have none.
type rangeSheet struct {
	sheet                       *sheet
	item, unit, low, high, both *column
}

// findRanges finds such a sheet: items with ranges, and nobody they belong to.
func (d *drafter) findRanges(ctx context.Context) error {
	for _, s := range d.sheets {
		_, key := d.find(s, spec.ExamKey)
		_, name := d.find(s, spec.PatientName)
		_, result := d.find(s, spec.Result)
		item, sure := d.find(s, spec.ItemCode)
		if sure < sureEnough || max(key, name, result) >= sureEnough || d.ranges != nil {
			continue
		}
		r := &rangeSheet{sheet: s, item: item, both: s.rangeColumn()}
		for id, into := range map[spec.FieldID]**column{spec.Unit: &r.unit, spec.LowerLimit: &r.low, spec.UpperLimit: &r.high} {
			if c, sure := d.find(s, id); sure >= sureEnough {
				*into = c
			}
		}
		if r.both == nil && (r.low == nil || r.high == nil) {
			continue
		}
		d.ranges = r
		s.shape = "各检查项目的单位和参考范围"
		for _, c := range []*column{r.item, r.unit, r.low, r.high, r.both} {
			if c != nil {
				d.take(c, roleRanges, sureAlias)
				c.fixed = true
			}
		}
		if err := d.rangeNames(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// rangeNames takes from the sheet what the short names of items mean, where a second
// column says it.
func (d *drafter) rangeNames(ctx context.Context, r *rangeSheet) error {
	for _, c := range r.sheet.cols {
		known := slices.DeleteFunc(slices.Clone(c.values), func(v string) bool { return len(d.itemEntries(v)) != 1 })
		if c.used || len(known)*2 <= len(c.values) {
			continue
		}
		p := &pairs{name: r.item, result: c}
		if err := d.count(ctx, r.sheet, p); err != nil {
			return err
		}
		for _, short := range p.names {
			found := d.itemEntries(p.have[short].results.values[0])
			if len(p.have[short].results.values) == 1 && len(found) == 1 && len(d.itemEntries(short)) == 0 {
				d.items[layout.WordKey(short)] = found[0].Name
			}
		}
		d.take(c, roleRanges, sureAlias)
		c.fixed = true
		return nil
	}
	return nil
}

// tables are the lines of the named tables that the sheet is read by.
func (r *rangeSheet) tables() []string {
	var out []string
	for _, one := range r.columns() {
		out = append(out, fmt.Sprintf("  %s表: {sheet: %s, from: %s, to: %s}", one.label, flowText(r.sheet.src.Ref.Name), flowText(r.item.Name), flowText(one.col.Name)))
	}
	return out
}

// labelled is a column with the label that it feeds.
type labelled struct {
	label string
	col   *column
}

func (r *rangeSheet) columns() []labelled {
	var out []labelled
	if r.unit != nil {
		out = append(out, labelled{spec.Unit.Label(), r.unit})
	}
	if r.both != nil {
		return append(out, labelled{"参考范围", r.both})
	}
	return append(out, labelled{spec.LowerLimit.Label(), r.low}, labelled{spec.UpperLimit.Label(), r.high})
}

// lookups are the lines of a group of items that take unit and range from the sheet.
func (d *drafter) lookups() []string {
	if d.ranges == nil {
		return nil
	}
	var out []string
	for _, one := range d.ranges.columns() {
		id, known := fieldOf(one.label)
		if known && d.fed[id.ID] || !known && d.fed[spec.LowerLimit] {
			continue
		}
		out = append(out, one.label+`: {value: "{item}", values: `+one.label+"表}")
	}
	return out
}

// namedItems drafts columns of numbers, each an item by its header, whose units and
// ranges stand in a sheet of their own.
func (d *drafter) namedItems(cols []*column) []string {
	all := newColumn(layout.HolderItem)
	all.sure = 88
	for _, c := range cols {
		d.take(c, roleItem, 88)
		c.fixed = true
		all.takeIn(c)
		d.listed(c)
	}
	for _, id := range []spec.FieldID{spec.ItemCode, spec.Result, spec.ResultFlag, spec.RadiographResult} {
		d.fed[id] = true
	}
	out := append(d.result(all.Name, all), "names: "+itemTable+"          # 列名 → 平台项目")
	out = append(out, d.lookups()...)
	return append(out, d.unmarked(layout.HolderItem, d.ranges != nil, all)...)
}

// unmarked drafts whether results are abnormal where nothing marks them: a text that says
// that all is well is normal.
func (d *drafter) unmarked(name string, limits bool, c *column) []string {
	f := spec.ResultFlag
	d.fed[f] = true
	d.compared(limits, c)
	return []string{fmt.Sprintf("%s: {value: 正常, when: {column: %s, matches: '%s'}}", f.Label(), flowText(name), reAllWell)}
}

// compared notes that numbers with limits have no mark: it is asked whether the limits
// decide.
func (d *drafter) compared(limits bool, c *column) {
	if limits && numeric(c.values) {
		d.unmarkedPeople = max(d.unmarkedPeople, c.all.people)
	}
}

// askUnmarked asks once for the whole export whether numbers without a mark are compared
// with their limits.
func (d *drafter) askUnmarked() []string {
	if d.unmarkedPeople == 0 {
		return nil
	}
	q := Question{ID: makeID(kindQuestion, "没有标记的结果"), Where: spec.ResultFlag.Label(), People: d.unmarkedPeople,
		Text: "有数字结果没有是否异常的标记，按参考范围判断吗？", Why: "每个结果都要写明是否异常；只有上下限都知道的数字结果才判断，其余的仍然要在导出里写明"}
	return d.ask(q, candidate{"是：在参考范围内为正常，超出为异常", "unmarked: by_limits"}, no("不是：留空，这些人不上传"))
}

// isRangeRow reports whether the first row under a header holds the reference ranges of
// the columns: no person, and hardly anything but ranges.
func (d *drafter) isRangeRow(s *sheet, row *grid.Row, at map[int32]*column) bool {
	ranges := 0
	for i := range row.Cells {
		text := d.lex.Shown(&row.Cells[i])
		if text == "" {
			continue
		}
		c := at[row.Cells[i].Col]
		if c == nil || !isRange(text) {
			return false
		}
		ranges++
	}
	return ranges > 1 && len(s.head) == 1 && row.Num == s.head[0]+1
}

// isRange reports whether a text is a range and no number.
func isRange(text string) bool {
	low, okLow := layout.TakeLower.Apply(text)
	high, okHigh := layout.TakeUpper.Apply(text)
	return okLow && okHigh && low+high != ""
}

// guessKey finds the key of a sheet whose header does not say which it is: a column that
// has numbers of the persons' key, or of a column of the same name in another sheet.
func (d *drafter) guessKey(s *sheet) {
	if s.key != nil || d.primary.key == nil {
		return
	}
	for _, c := range s.cols {
		if !c.used && len(c.values) > 0 && shares(c, d.primary.key) {
			s.key = d.take(c, spec.ExamKey.Label(), surePart)
			return
		}
	}
	for _, c := range s.cols {
		if !c.used && c.all.count > 0 && numbers(c) && d.namedElsewhere(s, c) {
			s.key = d.take(c, spec.ExamKey.Label(), surePart)
			return
		}
	}
}

// namedElsewhere reports whether another sheet has a column of the same name with some of
// its numbers.
func (d *drafter) namedElsewhere(s *sheet, c *column) bool {
	return slices.ContainsFunc(d.sheets, func(m *sheet) bool {
		o := m.column(c.Name)
		return m != s && o != nil && !o.used && shares(c, o)
	})
}

// numbers reports whether a column holds numbers of things and no words.
func numbers(c *column) bool {
	return !slices.ContainsFunc(c.values, func(v string) bool { return !strings.ContainsAny(v, "0123456789") || strings.ContainsAny(v, ".:/ ") })
}

// otherKey finds the table by which the number of a child sheet becomes the exam key:
// a sheet that has both numbers.
func (d *drafter) otherKey(s *sheet) string {
	if s.key == nil || d.primary.key == nil || shares(s.key, d.primary.key) {
		return ""
	}
	for _, m := range d.sheets {
		if m == s {
			continue
		}
		from := m.column(s.key.Name)
		if from == nil || !shares(from, s.key) {
			continue
		}
		for _, to := range m.cols {
			if to != from && shares(to, d.primary.key) {
				name := from.Name + "对照"
				d.moreTables = append(d.moreTables, fmt.Sprintf("  %s: {sheet: %s, from: %s, to: %s}", yamlText(name), flowText(m.src.Ref.Name), flowText(from.Name), flowText(to.Name)))
				d.take(from, roleKey, sureAlias).fixed = true
				if m != d.primary {
					m.shape = "编号对照：" + from.Name + " → " + to.Name
					d.take(to, roleKey, sureAlias).fixed = true
					m.key = nil
				}
				return name
			}
		}
	}
	return ""
}

// shares reports whether two columns have a value in common.
func shares(a, b *column) bool {
	return slices.ContainsFunc(a.values, func(v string) bool { return b.have[v] != nil })
}

// initialed are the items that a column headed by initials may be, nil where it is none.
func (d *drafter) initialed(c *column) []string {
	if !latin(c.Name) || len(c.Name) < 2 {
		return nil
	}
	var out []string
	for _, code := range d.byInitials()[strings.ToLower(c.Name)] {
		if e, ok := d.opts.Dicts.Dict(spec.DictItem).ByCode(code); ok && len(out) < nearestShown {
			out = append(out, e.String())
		}
	}
	return out
}

// byInitials maps the initials of the dictionary's items to their codes.
func (d *drafter) byInitials() map[string][]string {
	if d.initials != nil {
		return d.initials
	}
	d.initials = map[string][]string{}
	items := d.opts.Dicts.Dict(spec.DictItem)
	for _, e := range items.Entries {
		d.initial(e.Name, e.Code)
	}
	for word, name := range d.items {
		if found := items.ByLoose(name); len(found) == 1 {
			d.initial(word, found[0].Code)
		}
	}
	return d.initials
}

func (d *drafter) initial(name, code string) {
	_, initials := spellName(name)
	if initials != "" && initials != name && !slices.Contains(d.initials[initials], code) {
		d.initials[initials] = append(d.initials[initials], code)
	}
}
