package draft

import (
	"context"
	"slices"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/spec"
)

// placer decides what each sheet is, and has its columns drafted.
type placer struct {
	exp     *export
	voc     *vocabulary
	fed     feeds
	keys    *keys
	rules   *rules
	hazards *hazards
	items   *items
	asker   *asker
}

// feeds are the fields that some rule feeds.
type feeds map[spec.FieldID]bool

func (f feeds) add(ids ...spec.FieldID) {
	for _, id := range ids {
		f[id] = true
	}
}

// place decides what each sheet and column is for.
func (p *placer) place(ctx context.Context) error {
	most := -1
	for _, s := range p.exp.sheets {
		(&grouping{p.voc}).find(s)
		_, name := p.voc.find(s, spec.PatientName)
		_, id := p.voc.find(s, spec.IDCard)
		if name+id > most {
			p.exp.primary = s
			most = name + id
		}
	}
	if most < sureEnough {
		return &mapping.Error{File: p.exp.path, Message: "没有一张表的表头里有姓名或身份证号，不知道哪一行是谁",
			Fix: "一人一张表、一人一块、人在列的导出读不了：请从体检系统导出一行一人（或一行一个项目、每行都有编号）的列表；表头用了别的叫法时，请把那一列的表头改成“姓名”“身份证号”再执行"}
	}
	// Hazards are looked for first on the sheets that are made for them.
	for _, s := range p.exp.sheets {
		if c, sure := p.voc.find(s, spec.ExamKey); sure >= sureEnough && (s == p.exp.primary || len(p.exp.sheets) > 1) {
			s.key = c.take(spec.ExamKey.Label(), sure)
		}
	}
	if err := p.keys.findShared(ctx); err != nil {
		return err
	}
	if err := p.items.findRanges(ctx, p.exp.sheets); err != nil {
		return err
	}
	if err := p.persons(ctx, p.exp.primary); err != nil {
		return err
	}
	if err := p.children(ctx); err != nil {
		return err
	}
	for _, s := range p.exp.sheets {
		if s.key != nil || s == p.exp.primary {
			p.items.unplaced(s)
		}
	}
	p.asker.missing()
	return nil
}

// children drafts the sheets that are joined to the persons.
func (p *placer) children(ctx context.Context) error {
	for _, s := range p.exp.sheets {
		if s != p.exp.primary && !p.items.ranges.is(s) {
			p.keys.guess(s)
			s.keyTable = p.keys.other(s)
		}
	}
	for _, s := range p.exp.sheets {
		if s == p.exp.primary || s.key == nil {
			continue
		}
		if err := p.child(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// persons drafts the sheet that holds the persons.
func (p *placer) persons(ctx context.Context, s *sheet) error {
	s.shape = "一行一人"
	long := p.long(s)
	var items []string
	var err error
	if long {
		s.shape = "一行一个检查项目，人员信息重复、合并或空白"
		if items, err = p.items.long(ctx, s); err != nil {
			return err
		}
	}
	person := p.block(s, spec.SectionPerson, spec.SectionHistory, spec.SectionHelper)
	every, hazards := p.hazards.blocks(s)
	more, ticked := p.hazards.fromTicks(s)
	person = append(person, more...)
	hazards = append(hazards, ticked...)
	switch {
	case len(s.items) > 0:
		s.shape = "一行一人，检查项目横排"
		items = p.items.wide(s)
	case !long:
		items = p.items.single(s)
	}
	if len(s.numbered) > 0 {
		s.shape += "，危害因素按编号分组"
		hazards = p.hazards.inGroups(s)
	}
	if long {
		s.add(4, "rows: repeated          # 同一人占多行")
	}
	s.addKey()
	s.addFirst()
	s.section("person:", person)
	s.section("every_hazard:           # 每个危害因素相同的内容", every)
	s.list("hazards:", hazards)
	s.list("items:", items)
	return nil
}

// child drafts a sheet that is joined to the persons by their key. One that has nothing
// beside the key is not used.
func (p *placer) child(ctx context.Context, s *sheet) error {
	s.addKey()
	hazard, sure := p.voc.find(s, spec.HazardCode)
	_, conclusion := p.voc.find(s, spec.ResultOptionCode)
	_, start := p.voc.find(s, spec.HazardStartDate)
	switch {
	case p.long(s):
		s.shape = "一行一个检查项目"
		items, err := p.items.long(ctx, s)
		if err != nil {
			return err
		}
		s.list("items:", items)
	case sure >= sureEnough && conclusion < sureEnough && start < sureEnough && strings.Contains(s.src.Ref.Name, "接触"):
		s.shape = "接触的危害因素"
		p.fed.add(spec.ContactHazardCode)
		lines := p.rules.of(s, hazard.take(spec.ContactHazardCode.Label(), sure), spec.ContactHazardCode.Field())
		s.section("person:", append(lines, p.hazards.others(s, spec.ContactHazardOther)...))
	case sure >= sureEnough && conclusion >= sureEnough && start < sureEnough && len(p.exp.sheets) > 2:
		s.shape = "一行一个结论，与危害因素合并"
		_, lines := p.hazards.blocks(s)
		s.list("hazards:", append(lines[:len(lines):len(lines)], "merge: true            # 按危害因素与别的表合并；没有写危害因素的适用于此人全部"))
	case sure >= sureEnough:
		s.shape = "一行一个（或几个）危害因素"
		_, lines := p.hazards.blocks(s)
		s.section("person:", p.hazards.others(s, spec.HazardOther))
		s.list("hazards:", lines)
	default:
		p.more(s)
	}
	return nil
}

// ticks drafts a sheet of ticked hazards, a row a person.
func (p *placer) ticks(s *sheet) {
	s.shape = "一行一人，危害因素打勾"
	_, ticked := p.hazards.fromTicks(s)
	_, lines := p.hazards.blocks(s)
	if f := spec.ContactHazardCode.Field(); p.asker.lacks(f) {
		s.section("person:", p.asker.field(s, f))
	}
	s.list("hazards:", append(ticked, lines...))
}

// more drafts a sheet that says more of the persons, or examines items side by side.
func (p *placer) more(s *sheet) {
	if !p.fed[spec.HazardCode] && len(p.hazards.ticked(s)) > 0 {
		p.ticks(s)
		return
	}
	s.shape = "一行一人的补充信息"
	person := p.block(s, spec.SectionPerson, spec.SectionHistory, spec.SectionHelper)
	var items []string
	if len(s.items) > 0 {
		s.shape = "一行一人的检查项目"
		items = p.items.wide(s)
	} else if items = p.items.single(s); len(items) > 0 {
		s.shape = "一行一人的检查项目"
	}
	if len(person)+len(items) == 0 {
		s.lines = nil
	}
	s.section("person:", person)
	s.list("items:", items)
}

// long tells a sheet with a row an item.
func (p *placer) long(s *sheet) bool {
	item, sureItem := p.voc.find(s, spec.ItemCode)
	result, sureResult := p.voc.find(s, spec.Result)
	return item != result && sureItem >= sureEnough && sureResult >= sureEnough && s.ends[spec.Result] == ""
}

// match is a field with the column that carries it.
type match struct {
	id  spec.FieldID
	col *column
}

// block drafts the fields of a person that have a column here and none yet.
func (p *placer) block(s *sheet, sections ...spec.Section) []string {
	var out []string
	var found []match
	for _, f := range spec.Fields(sections...) {
		if f.ID == spec.ExamKey || f.ID == spec.HazardNames || p.fed[f.ID] {
			continue
		}
		// A column that another field fits better is left to it.
		if c, sure := p.voc.find(s, f.ID); sure >= sureEnough && !p.better(c, f.ID, sure) {
			found = append(found, match{f.ID, c.take(f.Label, sure)})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return int(a.col.Col - b.col.Col) })
	for _, m := range found {
		p.fed.add(m.id)
	}
	for _, m := range found {
		out = append(out, p.rules.of(s, m.col, m.id.Field())...)
	}
	if c := s.recheck(); c != nil && !p.fed[spec.PeFlag] {
		p.fed.add(spec.PeFlag)
		c.claim(spec.PeFlag.Label(), 85)
		s.again = c
		out = append(out, "初复检标识:", "  - {value: 复查, when: {column: "+flowText(c.Name)+", blank: false}}", "  - {value: 初检, when: {column: "+flowText(c.Name)+", blank: true}}")
	}
	return out
}

// better reports whether the column fits another field more.
func (p *placer) better(c *column, id spec.FieldID, sure int) bool {
	for _, f := range spec.Fields() {
		switch {
		case f.ID == id, f.ID == spec.HazardNames, p.fed[f.ID], f.Section == spec.SectionItem, f.ID == spec.EnterpriseName, f.ID == spec.EnterpriseBizCode:
			continue // 单位名称 on a person's row is the employer
		}
		if p.voc.confidence(c, f.ID) > sure {
			return true
		}
	}
	return false
}
