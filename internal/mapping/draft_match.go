package mapping

import (
	"slices"
	"strings"

	"hbupload/internal/ident"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// sureEnough is the confidence from which a column is taken without asking.
const sureEnough = 70

// legal tells whether a value could be one of the field.
func (d *drafter) legal(f *spec.Field, text string) bool {
	var scratch spec.Value
	s := foldText(&scratch, text)
	if _, ok := localTargets(f.ID)[s]; ok {
		return true
	}
	switch f.Kind {
	case spec.KindDate:
		if from, ok := layout.TakeFrom.Apply(s); ok {
			s = from
		}
		_, _, ok := parseDate(s)
		return ok || reSerial.MatchString(s)
	case spec.KindEnum:
		return findEnum(f.Enum.Entries(), s).fault == nil
	case spec.KindCode, spec.KindCodeList:
		if f.ID == spec.ItemCode && d.items[layout.WordKey(s)] != "" {
			return true
		}
		if f.Dict == spec.DictHazard {
			_, ways := d.cutLocal(f, s)
			return ways > 0
		}
		found, _ := d.code.find(f, s)
		return len(found) > 0
	case spec.KindNumber:
		_, ok := decimal(s)
		return ok || isDuration(s)
	case spec.KindIdentity:
		if f.ID == spec.IDCard {
			return ident.CheckIDCard(strings.ToUpper(s)) == ""
		}
		return ident.CheckUSCC(strings.ToUpper(s)) == ""
	}
	return true
}

func isDuration(s string) bool {
	_, ok := layout.TakeYear.Apply(s)
	return ok && strings.ContainsAny(s, "年月")
}

// cutLocal takes a list apart, usual local words included.
func (d *drafter) cutLocal(f *spec.Field, text string) ([]string, int) {
	t := &layout.Table{Words: map[string]layout.Word{}}
	for w, target := range localTargets(f.ID) {
		t.Words[layout.WordKey(w)] = layout.Word{Text: target}
	}
	return d.code.cut(f, text, t)
}

// place decides what each sheet and column is for.
func (d *drafter) place() {
	most := -1
	for _, s := range d.sheets {
		d.groups(s)
		_, name := d.find(s, spec.PatientName)
		_, id := d.find(s, spec.IDCard)
		if name+id > most {
			d.primary, most = s, name+id
		}
	}
	// Hazards are looked for first on the sheets that are made for them.
	for _, s := range d.sheets {
		if c, sure := d.find(s, spec.ExamKey); sure >= sureEnough && (s == d.primary || len(d.sheets) > 1) {
			s.key = d.take(c, spec.ExamKey.Label(), sure)
		}
	}
	d.persons(d.primary)
	for _, s := range d.sheets {
		if s != d.primary && s.key != nil {
			d.child(s)
		}
	}
	d.askFor()
}

func (d *drafter) take(c *draftColumn, field string, sure int) *draftColumn {
	c.used, c.field, c.sure = true, field, sure
	return c
}

// groups finds numbered and wide groups of columns, which no single field may
// take.
func (d *drafter) groups(s *draftSheet) {
	hazard := map[string]bool{}
	for _, w := range append(append([]string{spec.HazardCode.Label()}, spec.HazardCode.Field().Aliases...), d.words[spec.HazardCode]...) {
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
			c.used, c.field = true, "第 n 组"
		}
	}
	for _, end := range groupEnds()[spec.Result] {
		if s.ends[spec.Result] == "" {
			d.wide(s, end)
		}
	}
}

// wide takes the columns of {item}结果, {item}单位 … if there are any.
func (d *drafter) wide(s *draftSheet, end string) {
	var heads []string
	for _, c := range s.cols {
		text, ok := cutHole(c.Column, "", spec.HeaderKey(end))
		known := ok && (d.known[spec.HeaderKey(text)] || c.Group != "")
		if ok && !c.used && !(d.known[c.Key] && c.Group == "") && (known || d.companions(s, text) > 0) {
			heads = append(heads, text)
		}
	}
	if len(heads) == 0 {
		return
	}
	s.ends[spec.Result], s.items = end, heads
	for field, ends := range groupEnds() {
		for _, e := range ends {
			for _, head := range heads {
				c := s.column(head + e)
				if c == nil || c.used || field != spec.Result && s.ends[field] != "" && s.ends[field] != e || field == spec.Result && e != end {
					continue
				}
				s.ends[field] = e
				c.used, c.field = true, "检查项目"
			}
		}
	}
}

func (d *drafter) companions(s *draftSheet, head string) int {
	n := 0
	for field, ends := range groupEnds() {
		for _, e := range ends {
			if field != spec.Result && s.column(head+e) != nil {
				n++
			}
		}
	}
	return n
}

// column is the column of a header.
func (s *draftSheet) column(name string) *draftColumn {
	for _, c := range s.cols {
		if c.Key == spec.HeaderKey(name) {
			return c
		}
	}
	return nil
}

// long tells a sheet with a row an item, and marks its columns.
func (d *drafter) long(s *draftSheet) bool {
	item, sureItem := d.find(s, spec.ItemCode)
	result, sureResult := d.find(s, spec.Result)
	return item != nil && result != nil && item != result && sureItem >= sureEnough && sureResult >= sureEnough && s.ends[spec.Result] == ""
}

// persons drafts the sheet that holds the persons.
func (d *drafter) persons(s *draftSheet) {
	s.shape = "一行一人"
	long := d.long(s)
	var items []string
	if long {
		s.shape = "一行一个检查项目，人员信息重复、合并或空白"
		items = d.longItems(s)
	}
	person := d.block(s, spec.SectionPerson, spec.SectionHistory, spec.SectionHelper)
	every, hazards := d.hazardBlocks(s)
	if len(s.items) > 0 {
		s.shape = "一行一人，检查项目横排"
		items = d.wideItems(s)
	} else if !long {
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
	s.section("person:", person)
	s.section("every_hazard:           # 每个危害因素相同的内容", every)
	s.list("hazards:", hazards)
	s.list("items:", items)
	d.wideFilms(s)
}

// child drafts a sheet that is joined to the persons by their key.
func (d *drafter) child(s *draftSheet) {
	hazard, sure := d.find(s, spec.HazardCode)
	_, conclusion := d.find(s, spec.ResultOptionCode)
	_, start := d.find(s, spec.HazardStartDate)
	name := s.sheet.Ref.Name
	switch {
	case d.long(s):
		s.shape = "一行一个检查项目"
		s.addKey()
		s.list("items:", d.longItems(s))
	case hazard != nil && sure >= sureEnough && conclusion < sureEnough && start < sureEnough && strings.Contains(name, "接触"):
		s.shape = "接触的危害因素"
		s.addKey()
		d.fed[spec.ContactHazardCode] = true
		lines := d.rule(d.take(hazard, spec.ContactHazardCode.Label(), sure), spec.ContactHazardCode.Field())
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
		s.shape = "一行一人的补充信息"
		lines := d.block(s, spec.SectionPerson, spec.SectionHistory, spec.SectionHelper)
		if len(lines) > 0 {
			s.addKey()
			s.section("person:", lines)
		}
	}
}

// otherHazards drafts what 其他 stands for. Sheets of exposures and of examined
// hazards head it alike: only the sheet tells which of the two fields it is.
func (d *drafter) otherHazards(s *draftSheet, id spec.FieldID) []string {
	c, sure := d.find(s, id)
	for _, w := range otherHazardWords() {
		if named := s.column(w); sure < sureEnough && named != nil && !named.used {
			c, sure = named, 90
		}
	}
	if sure < sureEnough || d.fed[id] {
		return nil
	}
	d.fed[id] = true
	return d.rule(d.take(c, id.Label(), sure), id.Field())
}

// block drafts the fields of a person that have a column here and none yet.
func (d *drafter) block(s *draftSheet, sections ...spec.Section) []string {
	var out []string
	type match struct {
		id   spec.FieldID
		col  *draftColumn
		sure int
	}
	var found []match
	for _, f := range spec.Fields(sections...) {
		if f.ID == spec.ExamKey || f.ID == spec.HazardNames || d.fed[f.ID] {
			continue
		}
		// A column that a hazard field fits better is left to it.
		for {
			c, sure := d.find(s, f.ID)
			if sure < sureEnough || d.better(c, f.ID, sure) {
				break
			}
			found = append(found, match{f.ID, d.take(c, f.Label, sure), sure})
			break
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return int(a.col.Col - b.col.Col) })
	for _, m := range found {
		d.fed[m.id] = true
		out = append(out, d.rule(m.col, m.id.Field())...)
	}
	if c := d.again(s); c != nil && !d.fed[spec.PeFlag] {
		d.fed[spec.PeFlag] = true
		d.take(c, spec.PeFlag.Label(), 85)
		out = append(out, "初复检标识:", "  - {value: 复查, when: {column: "+yamlText(c.Name)+", blank: false}}", "  - {value: 初检}")
	}
	return out
}

// better tells whether the column fits another field more.
func (d *drafter) better(c *draftColumn, id spec.FieldID, sure int) bool {
	for _, f := range spec.Fields() {
		switch {
		case f.ID == id, f.ID == spec.HazardNames, d.fed[f.ID], f.Section == spec.SectionItem, f.ID == spec.EnterpriseName, f.ID == spec.EnterpriseBizCode:
			continue // 单位名称 on a person's row is the employer
		}
		if d.confidence(c, f.ID) > sure {
			return true
		}
	}
	return false
}

func (d *drafter) again(s *draftSheet) *draftColumn {
	for _, w := range againWords() {
		if c := s.column(w); c != nil && !c.used {
			return c
		}
	}
	return nil
}

// hazardBlocks drafts the fields of hazards: on the persons' sheet all but the
// hazard itself are the same for every hazard of the person.
func (d *drafter) hazardBlocks(s *draftSheet) (every, hazards []string) {
	if c, sure := d.find(s, spec.HazardCode); sure >= sureEnough && len(s.numbered) == 0 && (s != d.primary || d.onlyHere()) {
		d.fed[spec.HazardCode] = true
		hazards = d.rule(d.take(c, spec.HazardCode.Label(), sure), spec.HazardCode.Field())
	}
	var rest []string
	for _, f := range spec.Fields(spec.SectionHazard) {
		if f.ID == spec.HazardCode || d.fed[f.ID] {
			continue
		}
		c, sure := d.find(s, f.ID)
		if sure >= sureEnough && f.ID != spec.EnterpriseName && f.ID != spec.EnterpriseBizCode && !d.elsewhere(s, f.ID, sure) {
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
func (d *drafter) contents(s *draftSheet, f spec.Field, c *draftColumn) []string {
	lines := d.rule(c, f)
	if f.ID != spec.OtherContent {
		return lines
	}
	names := []string{flowText(c.Name)}
	for {
		more, sure := d.find(s, f.ID)
		if sure < sureEnough {
			break
		}
		names = append(names, flowText(d.take(more, f.Label, sure).Name))
	}
	if len(names) == 1 {
		return lines
	}
	return []string{f.Label + ": [" + strings.Join(names, ", ") + "]          # 取第一个不空白的"}
}

// elsewhere tells that a sheet of hazards carries a field more surely.
func (d *drafter) elsewhere(s *draftSheet, id spec.FieldID, sure int) bool {
	for _, other := range d.sheets {
		_, hazard := d.find(other, spec.HazardCode)
		if _, more := d.find(other, id); other != s && other.key != nil && hazard >= sureEnough && more > sure {
			return true
		}
	}
	return false
}

// onlyHere tells that no other sheet lists hazards.
func (d *drafter) onlyHere() bool {
	for _, s := range d.sheets {
		if s == d.primary {
			continue
		}
		if _, sure := d.find(s, spec.HazardCode); sure >= sureEnough {
			return false
		}
	}
	return true
}
