package draft

import (
	"context"
	"slices"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// place decides what each sheet and column is for.
func (d *drafter) place(ctx context.Context) error {
	most := -1
	for _, s := range d.sheets {
		d.groups(s)
		_, name := d.find(s, spec.PatientName)
		_, id := d.find(s, spec.IDCard)
		if name+id > most {
			d.primary = s
			most = name + id
		}
	}
	if most < sureEnough {
		return &mapping.Error{File: d.out.Input, Message: "没有一张表的表头里有姓名或身份证号，不知道哪一行是谁",
			Fix: "一人一张表、一人一块、人在列的导出读不了：请从体检系统导出一行一人（或一行一个项目、每行都有编号）的列表；表头用了别的叫法时，请把那一列的表头改成“姓名”“身份证号”再执行"}
	}
	// Hazards are looked for first on the sheets that are made for them.
	for _, s := range d.sheets {
		if c, sure := d.find(s, spec.ExamKey); sure >= sureEnough && (s == d.primary || len(d.sheets) > 1) {
			s.key = d.take(c, spec.ExamKey.Label(), sure)
		}
	}
	if err := d.findShared(ctx); err != nil {
		return err
	}
	if err := d.findRanges(ctx); err != nil {
		return err
	}
	if err := d.persons(ctx, d.primary); err != nil {
		return err
	}
	if err := d.children(ctx); err != nil {
		return err
	}
	for _, s := range d.sheets {
		d.unplaced(s)
	}
	d.askFor()
	return nil
}

// children drafts the sheets that are joined to the persons.
func (d *drafter) children(ctx context.Context) error {
	for _, s := range d.sheets {
		if s != d.primary && (d.ranges == nil || d.ranges.sheet != s) {
			d.guessKey(s)
			s.keyTable = d.otherKey(s)
		}
	}
	for _, s := range d.sheets {
		if s == d.primary || s.key == nil {
			continue
		}
		if err := d.child(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// groups finds numbered and wide groups of columns, which no single field may
// take.
func (d *drafter) groups(s *sheet) {
	hazard := map[string]bool{}
	for _, w := range slices.Concat([]string{spec.HazardCode.Label()}, spec.HazardCode.Field().Aliases, d.words[spec.HazardCode]) {
		hazard[spec.HeaderKey(w)] = true
	}
	numbered := false
	for _, c := range s.cols {
		base := strings.TrimRight(c.Key, "0123456789")
		numbered = numbered || base != c.Key && hazard[base]
	}
	for _, c := range s.cols {
		name := strings.TrimRight(c.Name, "0123456789０１２３４５６７８９")
		if numbered && name != c.Name && name != "" {
			s.numbered[spec.HeaderKey(name)] = name + layout.HolderN
			d.take(c, roleGroup, 0)
			c.fixed = true
		}
	}
	for _, end := range groupEnds()[spec.Result] {
		if s.ends[spec.Result] == "" {
			d.wide(s, end)
		}
	}
}

// wide takes the columns of {item}结果, {item}单位 … if there are any.
func (d *drafter) wide(s *sheet, end string) {
	var heads []string
	for _, c := range s.cols {
		text, ok := mapping.Hole(c.Column, "", spec.HeaderKey(end))
		if !ok || c.used || d.known[c.Key] && c.Group == "" {
			continue
		}
		if c.Group != "" || d.known[spec.HeaderKey(text)] || d.companions(s, text) {
			heads = append(heads, text)
		}
	}
	if len(heads) == 0 {
		return
	}
	s.ends[spec.Result] = end
	s.items = heads
	for id, ends := range groupEnds() {
		for _, e := range ends {
			if id == spec.Result && e != end {
				continue
			}
			for _, head := range heads {
				d.member(s, id, head, e)
			}
		}
	}
}

// member takes a column of a wide group. Of one kind of column all groups have the
// same end.
func (d *drafter) member(s *sheet, id spec.FieldID, head, end string) {
	c := s.column(head + end)
	if c == nil || c.used || id != spec.Result && s.ends[id] != "" && s.ends[id] != end {
		return
	}
	s.ends[id] = end
	d.take(c, roleItem, 0)
	c.fixed = true
}

// companions reports whether a name has columns of a group beside its result.
func (d *drafter) companions(s *sheet, head string) bool {
	for id, ends := range groupEnds() {
		for _, e := range ends {
			if id != spec.Result && s.column(head+e) != nil {
				return true
			}
		}
	}
	return false
}

// long tells a sheet with a row an item.
func (d *drafter) long(s *sheet) bool {
	item, sureItem := d.find(s, spec.ItemCode)
	result, sureResult := d.find(s, spec.Result)
	return item != nil && result != nil && item != result && sureItem >= sureEnough && sureResult >= sureEnough && s.ends[spec.Result] == ""
}

// persons drafts the sheet that holds the persons.
func (d *drafter) persons(ctx context.Context, s *sheet) error {
	s.shape = "一行一人"
	long := d.long(s)
	var items []string
	var err error
	if long {
		s.shape = "一行一个检查项目，人员信息重复、合并或空白"
		if items, err = d.longItems(ctx, s); err != nil {
			return err
		}
	}
	person := d.block(s, spec.SectionPerson, spec.SectionHistory, spec.SectionHelper)
	every, hazards := d.hazardBlocks(s)
	more, ticked := d.tickedHazards(s)
	person = append(person, more...)
	hazards = append(hazards, ticked...)
	switch {
	case len(s.items) > 0:
		s.shape = "一行一人，检查项目横排"
		items = d.wideItems(s)
	case !long:
		items = d.singleItems(s)
	}
	if len(s.numbered) > 0 {
		s.shape += "，危害因素按编号分组"
		hazards = d.numberedHazards(s)
	}
	if long {
		s.add(4, "rows: repeated          # 同一人占多行")
	}
	s.addKey()
	d.addFirst(s)
	s.section("person:", person)
	s.section("every_hazard:           # 每个危害因素相同的内容", every)
	s.list("hazards:", hazards)
	s.list("items:", items)
	return nil
}

// child drafts a sheet that is joined to the persons by their key.
func (d *drafter) child(ctx context.Context, s *sheet) error {
	hazard, sure := d.find(s, spec.HazardCode)
	_, conclusion := d.find(s, spec.ResultOptionCode)
	_, start := d.find(s, spec.HazardStartDate)
	switch {
	case d.long(s):
		s.shape = "一行一个检查项目"
		items, err := d.longItems(ctx, s)
		if err != nil {
			return err
		}
		s.addKey()
		s.list("items:", items)
	case hazard != nil && sure >= sureEnough && conclusion < sureEnough && start < sureEnough && strings.Contains(s.src.Ref.Name, "接触"):
		s.shape = "接触的危害因素"
		s.addKey()
		d.fed[spec.ContactHazardCode] = true
		lines := d.rule(s, d.take(hazard, spec.ContactHazardCode.Label(), sure), spec.ContactHazardCode.Field())
		s.section("person:", append(lines, d.otherHazards(s, spec.ContactHazardOther)...))
	case hazard != nil && sure >= sureEnough && conclusion >= sureEnough && start < sureEnough && len(d.sheets) > 2:
		s.shape = "一行一个结论，与危害因素合并"
		s.addKey()
		_, lines := d.hazardBlocks(s)
		s.list("hazards:", append(lines[:len(lines):len(lines)], "merge: true            # 按危害因素与别的表合并；没有写危害因素的适用于此人全部"))
	case hazard != nil && sure >= sureEnough:
		s.shape = "一行一个（或几个）危害因素"
		s.addKey()
		_, lines := d.hazardBlocks(s)
		s.section("person:", d.otherHazards(s, spec.HazardOther))
		s.list("hazards:", lines)
	default:
		d.more(s)
	}
	return nil
}

// tickedChild drafts a sheet of ticked hazards, a row a person.
func (d *drafter) tickedChild(s *sheet) {
	s.shape = "一行一人，危害因素打勾"
	s.addKey()
	_, ticked := d.tickedHazards(s)
	_, lines := d.hazardBlocks(s)
	if f := spec.ContactHazardCode.Field(); d.lacks(f) {
		d.primary.tickedRule = s.tickedRule // the question stands in this sheet
		s.section("person:", d.askField(f))
		d.primary.tickedRule = ""
	}
	s.list("hazards:", append(ticked, lines...))
}

// more drafts a sheet that says more of the persons, or examines items side by side.
func (d *drafter) more(s *sheet) {
	if !d.fed[spec.HazardCode] && len(d.ticked(s)) > 0 {
		d.tickedChild(s)
		return
	}
	s.shape = "一行一人的补充信息"
	person := d.block(s, spec.SectionPerson, spec.SectionHistory, spec.SectionHelper)
	var items []string
	if len(s.items) > 0 {
		s.shape = "一行一人的检查项目"
		items = d.wideItems(s)
	} else if items = d.singleItems(s); len(items) > 0 {
		s.shape = "一行一人的检查项目"
	}
	if len(person)+len(items) == 0 {
		return
	}
	s.addKey()
	s.section("person:", person)
	s.list("items:", items)
}

// otherHazards drafts what 其他 stands for. Sheets of exposures and of examined
// hazards head it alike: only the sheet tells which of the two fields it is.
func (d *drafter) otherHazards(s *sheet, id spec.FieldID) []string {
	c, sure := d.find(s, id)
	for _, w := range otherHazardWords() {
		if named := s.column(w); sure < sureEnough && named != nil && !named.used {
			c = named
			sure = 90
		}
	}
	if sure < sureEnough || d.fed[id] {
		return nil
	}
	d.fed[id] = true
	return d.rule(s, d.take(c, id.Label(), sure), id.Field())
}

// match is a field with the column that carries it.
type match struct {
	id  spec.FieldID
	col *column
}

// block drafts the fields of a person that have a column here and none yet.
func (d *drafter) block(s *sheet, sections ...spec.Section) []string {
	var out []string
	var found []match
	for _, f := range spec.Fields(sections...) {
		if f.ID == spec.ExamKey || f.ID == spec.HazardNames || d.fed[f.ID] {
			continue
		}
		// A column that another field fits better is left to it.
		if c, sure := d.find(s, f.ID); sure >= sureEnough && !d.better(c, f.ID, sure) {
			found = append(found, match{f.ID, d.take(c, f.Label, sure)})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return int(a.col.Col - b.col.Col) })
	for _, m := range found {
		d.fed[m.id] = true
	}
	for _, m := range found {
		out = append(out, d.rule(s, m.col, m.id.Field())...)
	}
	if c := d.again(s); c != nil && !d.fed[spec.PeFlag] {
		d.fed[spec.PeFlag] = true
		d.take(c, spec.PeFlag.Label(), 85)
		c.fixed = true
		s.again = c
		out = append(out, "初复检标识:", "  - {value: 复查, when: {column: "+flowText(c.Name)+", blank: false}}", "  - {value: 初检, when: {column: "+flowText(c.Name)+", blank: true}}")
	}
	return out
}

func (d *drafter) again(s *sheet) *column {
	for _, w := range againWords() {
		if c := s.column(w); c != nil && !c.used {
			return c
		}
	}
	return nil
}

// hazardBlocks drafts the fields of hazards: on the persons' sheet all but the
// hazard itself are the same for every hazard of the person.
func (d *drafter) hazardBlocks(s *sheet) (every, hazards []string) {
	if c, sure := d.find(s, spec.HazardCode); sure >= sureEnough && len(s.numbered) == 0 && (s != d.primary || d.onlyHere()) {
		d.fed[spec.HazardCode] = true
		hazards = d.rule(s, d.take(c, spec.HazardCode.Label(), sure), spec.HazardCode.Field())
	}
	var rest []string
	for _, f := range spec.Fields(spec.SectionHazard) {
		if f.ID == spec.HazardCode || d.fed[f.ID] || f.ID == spec.EnterpriseName || f.ID == spec.EnterpriseBizCode {
			continue
		}
		if c, sure := d.find(s, f.ID); sure >= sureEnough && !d.elsewhere(s, f.ID, sure) {
			d.fed[f.ID] = true
			rest = append(rest, d.contents(s, f, d.take(c, f.Label, sure))...)
		}
	}
	if s == d.primary {
		return rest, hazards
	}
	return nil, append(hazards, rest...)
}

// contents drafts a field; otherContent may have one column for contraindications
// and one for other diseases.
func (d *drafter) contents(s *sheet, f spec.Field, c *column) []string {
	if f.ID != spec.OtherContent {
		return d.rule(s, c, f)
	}
	cols := []*column{c}
	for {
		more, sure := d.find(s, f.ID)
		if sure < sureEnough {
			break
		}
		cols = append(cols, d.take(more, f.Label, sure))
	}
	if len(cols) == 1 {
		return d.rule(s, c, f)
	}
	var names []string
	for _, one := range cols {
		one.fixed = true
		names = append(names, flowText(one.Name))
	}
	return []string{f.Label + ": [" + strings.Join(names, ", ") + "]          # 取第一个不空白的"}
}

// numberedHazards drafts the groups 危害因素1, 监护种类1, …
func (d *drafter) numberedHazards(s *sheet) []string {
	var out []string
	var found []match
	for _, f := range append([]spec.Field{spec.HazardCode.Field()}, spec.Fields(spec.SectionHazard)...) {
		if d.fed[f.ID] {
			continue
		}
		c := d.numbered(s, f.ID)
		if c == nil {
			continue
		}
		delete(s.numbered, spec.HeaderKey(strings.TrimSuffix(c.Name, layout.HolderN)))
		d.fed[f.ID] = true
		found = append(found, match{f.ID, c})
	}
	for _, m := range found {
		out = append(out, d.rule(s, m.col, m.id.Field())...)
	}
	return out
}

// numbered is the group of numbered columns that carries a field, as one column.
func (d *drafter) numbered(s *sheet, id spec.FieldID) *column {
	var best *column
	base := ""
	for key, name := range s.numbered {
		c := newColumn(name)
		c.Key = key
		c.word = wordKey(key)
		for _, col := range s.cols {
			if col.Key != key && strings.TrimRight(col.Key, "0123456789") == key {
				c.takeIn(col)
			}
		}
		c.sure = d.confidence(c, id)
		if c.sure >= sureEnough && (best == nil || c.sure > best.sure || c.sure == best.sure && key < base) {
			best = c
			base = key
		}
	}
	if best == nil {
		return nil
	}
	for _, col := range s.cols {
		if strings.TrimRight(col.Key, "0123456789") == base && col.Key != base {
			col.field = id.Label()
			col.sure = best.sure
		}
	}
	return best
}
