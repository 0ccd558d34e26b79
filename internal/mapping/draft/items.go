package draft

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/meaning"
	"hbupload/internal/pattern"
	"hbupload/internal/spec"
)

// reAllWell is a finding that says nothing but that all is well. Anything more is a
// physician's word and never taken for it.
var reAllWell = pattern.New(`^(心|肺|肝|胆|胰|脾|肾|双|两|胸|腹|部|膈|及|、|，|，?目前|本次体检)*(未见(明显)?异常|正常(心电图)?|大致正常(心电图)?|窦性心律(，正常心电图)?|阴性)[。.]?$`)

// namedColumn is a column that names items, with how many of them the dictionary knows.
type namedColumn struct {
	col   *column
	share float64
}

// itemColumns are the columns that name the item of a row, the one known best to the
// dictionary first.
func (d *drafter) itemColumns(s *sheet) []*column {
	item := spec.ItemCode.Field()
	var cols []namedColumn
	for {
		c, sure := d.find(s, spec.ItemCode)
		if c == nil || sure < sureEnough*8/10 {
			break
		}
		d.take(c, item.Label, sure)
		good := 0
		for _, v := range c.values {
			if d.legal(&item, v) {
				good++
			}
		}
		cols = append(cols, namedColumn{c, float64(good) * float64(c.all.count) / float64(max(1, len(c.values)))})
	}
	slices.SortStableFunc(cols, func(a, b namedColumn) int { return cmp.Compare(b.share, a.share) })
	var out []*column
	for _, c := range cols {
		out = append(out, c.col)
	}
	return out
}

// longItems drafts the items of a sheet with a row an item.
func (d *drafter) longItems(ctx context.Context, s *sheet) ([]string, error) {
	item := spec.ItemCode.Field()
	cols := d.itemColumns(s)
	d.fed[spec.ItemCode] = true
	d.fed[spec.Result] = true
	result, sure := d.find(s, spec.Result)
	d.take(result, spec.Result.Label(), sure)
	var out []string
	if len(cols) == 1 {
		out = d.rule(s, cols[0], item)
	} else {
		out = append(out, "项目:")
		for _, c := range cols {
			c.fixed = true
			out = append(out, fmt.Sprintf("  - {column: %s, values: %s}", flowText(c.Name), itemTable))
		}
	}
	p := &pairs{name: cols[0], result: result}
	p.unit, _ = d.find(s, spec.Unit)
	p.low, _ = d.find(s, spec.LowerLimit)
	p.high, _ = d.find(s, spec.UpperLimit)
	if c := s.rangeColumn(); p.low == nil && p.high == nil {
		p.low = c
	}
	if err := d.count(ctx, s, p); err != nil {
		return nil, err
	}
	for _, name := range p.names {
		one := p.have[name]
		d.item(name, one.seen, one.unit, one.limits)
	}
	out = append(out, d.result(result.Name, result)...)
	out = append(out, d.itemRest(s, result)...)
	return append(out, d.longFilms(p)...), nil
}

// longFilms drafts the result of chest films from what their results say.
func (d *drafter) longFilms(p *pairs) []string {
	if d.fed[spec.RadiographResult] {
		return nil
	}
	var names []string
	films := newColumn("")
	for _, name := range p.names {
		if d.isFilm(name) {
			names = append(names, flowText(name))
			films.takeIn(p.have[name].results)
		}
	}
	if len(names) == 0 {
		return nil
	}
	d.fed[spec.RadiographResult] = true
	d.filmWords(films)
	f := spec.RadiographResult
	return []string{fmt.Sprintf("%s: {column: %s, values: %s, when: {column: %s, equals: [%s]}}", f.Label(), flowText(p.result.Name), f.Label(), flowText(p.name.Name), strings.Join(names, ", "))}
}

// filmWords notes what the results of chest films say, for the table of their meanings.
func (d *drafter) filmWords(c *column) {
	f := spec.RadiographResult.Field()
	for _, text := range c.values {
		if !d.lex.Knows(&f, text) {
			d.word(&f, text, c.have[text])
		}
	}
}

// isFilm reports whether a local item name is that of a chest film.
func (d *drafter) isFilm(name string) bool {
	found := d.itemEntries(name)
	return len(found) == 1 && d.opts.Meanings.Film(found[0].Code, found[0].Class) == meaning.Yes
}

// rangeColumn is the column that holds both limits.
func (s *sheet) rangeColumn() *column {
	for _, w := range rangeWords() {
		for _, c := range s.cols {
			if !c.used && c.word == wordKey(w) {
				return c
			}
		}
	}
	return nil
}

// itemRest drafts class, unit, range and mark of the items of a long sheet.
func (d *drafter) itemRest(s *sheet, result *column) []string {
	var out []string
	for _, id := range []spec.FieldID{spec.ItemClassName, spec.Unit, spec.LowerLimit, spec.UpperLimit, spec.DataVersion, spec.RadiographResult} {
		if c, sure := d.find(s, id); sure >= sureEnough {
			d.fed[id] = true
			out = append(out, d.plain(d.take(c, id.Label(), sure), id.Field())...)
		}
	}
	if c, sure := d.find(s, spec.ResultFlag); sure >= sureEnough {
		d.take(c, spec.ResultFlag.Label(), sure)
		out = append(out, d.mark(c, result)...)
	}
	if c := s.rangeColumn(); c != nil && !d.fed[spec.LowerLimit] {
		d.fed[spec.LowerLimit] = true
		d.fed[spec.UpperLimit] = true
		d.take(c, "参考范围", sureLocal)
		c.fixed = true
		out = append(out, "参考范围: "+yamlText(c.Name)+c.about())
	}
	if !d.marked(s) {
		out = append(out, d.unmarked(result.Name, d.fed[spec.LowerLimit], result)...)
	}
	return out
}

// marked reports whether a column of the sheet marks the results.
func (d *drafter) marked(s *sheet) bool {
	return slices.ContainsFunc(s.cols, func(c *column) bool { return c.field == spec.ResultFlag.Label() })
}

// mark drafts whether a result is abnormal. That a blank mark means normal is asked,
// and holds only for a number and for a text that says nothing else.
func (d *drafter) mark(c, result *column) []string {
	d.fed[spec.ResultFlag] = true
	f := spec.ResultFlag.Field()
	column := "{column: " + flowText(c.Name)
	if table := d.wordTable(c, f); table != "" {
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
	return append(out, indented(d.ask(q, candidate{"是：标记空白，结果是数字、阴性、未见异常、正常的，算正常", normal}, no("不是：留空，这些人不上传")))...)
}

func indented(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = "  " + l
	}
	return out
}

// result drafts a result, freed of units and arrows where it carries them.
// That - means nothing is asked: of urine it means negative.
func (d *drafter) result(name string, c *column) []string {
	var extra []string
	for _, v := range c.values {
		if number, ok := layout.TakeNumber.Apply(v); ok && number != strings.TrimSpace(v) {
			extra = append(extra, "  take: number          # 结果带有单位或箭头，只取数字")
			break
		}
	}
	if people := c.people(mayBeNothing); people > 0 {
		q := Question{ID: makeID(kindQuestion, spec.Result.Label()), Where: spec.Result.Label(), People: people,
			Text: "结果里的“-”“无”表示没有做吗？", Why: "尿常规里的“-”常表示阴性，那是结果，要上传"}
		extra = append(extra, indented(d.ask(q, candidate{"是：表示没有做，不上传这一项", `blank: ["-", 无]`}, no("不是：照写的上传")))...)
	}
	if len(extra) == 0 {
		return []string{"检查结果: " + yamlText(name) + c.about()}
	}
	return append([]string{"检查结果:" + c.about(), "  column: " + yamlText(name)}, extra...)
}

// wideColumn is what all columns of one kind in the wide groups hold together.
func (s *sheet) wideColumn(id spec.FieldID) *column {
	c := newColumn(layout.HolderItem + s.ends[id])
	c.sure = sureAlias
	for _, head := range s.items {
		if col := s.column(head + s.ends[id]); col != nil && s.ends[id] != "" {
			c.takeIn(col)
		}
	}
	return c
}

// wideItems drafts the groups of a wide sheet. Chest films, which need a value that
// no group has, become groups of their own.
func (d *drafter) wideItems(s *sheet) []string {
	d.fed[spec.ItemCode] = true
	d.fed[spec.Result] = true
	d.fed[spec.RadiographResult] = true
	for _, head := range s.items {
		c := s.column(head + s.ends[spec.Result])
		if c.all.count > 0 { // what nobody has is not asked for
			d.item(head, c.all, s.sample(head, spec.Unit), s.sample(head, spec.LowerLimit))
		}
	}
	results := s.wideColumn(spec.Result)
	out := d.result(results.Name, results)
	out = append(out, "names: "+itemTable+"          # 表头里的项目名 → 平台项目")
	if s.ends[spec.Unit] != "" {
		d.fed[spec.Unit] = true
		unit := yamlText(layout.HolderItem + s.ends[spec.Unit])
		out = append(out, "计量单位: ["+unit+", {column: "+yamlText(results.Name)+", take: unit}]")
	}
	if s.ends[spec.LowerLimit] != "" {
		d.fed[spec.LowerLimit] = true
		d.fed[spec.UpperLimit] = true
		out = append(out, "参考范围: "+yamlText(layout.HolderItem+s.ends[spec.LowerLimit]))
	}
	out = append(out, d.lookups()...)
	if s.ends[spec.ResultFlag] != "" {
		out = append(out, d.mark(s.wideColumn(spec.ResultFlag), results)...)
	} else {
		out = append(out, d.unmarked(results.Name, d.fed[spec.LowerLimit] || d.ranges != nil, results)...)
	}
	for _, head := range s.items {
		if d.isFilm(head) && s.column(head+s.ends[spec.Result]).all.count > 0 {
			out = append(out, "-")
			out = append(out, d.wideFilm(s, head)...)
		}
	}
	return out
}

// sample is the first value of a column of a wide group.
func (s *sheet) sample(head string, id spec.FieldID) string {
	if c := s.column(head + s.ends[id]); s.ends[id] != "" && c != nil && len(c.values) > 0 {
		return c.values[0]
	}
	return ""
}

// wideFilm drafts the group of a chest film: its result says what the film shows.
func (d *drafter) wideFilm(s *sheet, head string) []string {
	c := s.column(head + s.ends[spec.Result])
	d.filmWords(c)
	name := flowText(c.Name)
	out := []string{"检查结果: " + name, "项目: {value: " + strconv.Quote(d.itemEntries(head)[0].Code) + "}          # " + oneLineText(head),
		"胸片结果: {column: " + name + ", values: " + spec.RadiographResult.Label() + "}"}
	if mark := s.column(head + s.ends[spec.ResultFlag]); s.ends[spec.ResultFlag] != "" && mark != nil && mark.all.count > 0 {
		rule := "{column: " + flowText(mark.Name)
		if d.tables[spec.ResultFlag.Label()] != nil {
			rule += ", values: " + spec.ResultFlag.Label()
		}
		out = append(out, "是否异常: "+rule+"}")
	}
	return out
}

// itemEntries are the dictionary's entries that a local name surely means.
func (d *drafter) itemEntries(name string) []dict.Entry {
	item := spec.ItemCode.Field()
	entries := d.opts.Dicts.Dict(spec.DictItem)
	for _, text := range []string{name, reHeaderParts.ReplaceAllString(name, "")} {
		if found := d.lex.Entries(&item, text); len(found) > 0 {
			return found
		}
		if target := d.items[layout.WordKey(text)]; target != "" {
			if found := entries.ByLoose(target); len(found) > 0 {
				return found
			}
		}
		// Names in pinyin, only when they are letters and one entry is read so.
		if latin(text) && len(text) >= minSpelled {
			if found := entries.Search(text); len(found) > 0 {
				return found
			}
		}
	}
	return nil
}

func latin(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return s != ""
}

// listed notes the local item name of a column that the table of names must list.
func (d *drafter) listed(c *column) {
	one := Item{ID: ItemID(c.Name), Name: c.Name, Count: c.all.count, People: c.all.people, Candidates: d.initialed(c)}
	if found := d.itemEntries(c.Name); len(found) == 1 {
		one.Choice = found[0].String()
		one.Candidates = []string{one.Choice}
	}
	one.Candidates = append(one.Candidates, skip)
	d.itemAt[layout.WordKey(c.Name)] = len(d.out.Items)
	d.out.Items = append(d.out.Items, one)
}

// item notes a local item name. One that the dictionary knows needs no line.
func (d *drafter) item(name string, n seen, unit, limits string) {
	key := layout.WordKey(name)
	if key == "" {
		return
	}
	if i, done := d.itemAt[key]; done {
		if i >= 0 {
			d.out.Items[i].Count += n.count
			d.out.Items[i].People = max(d.out.Items[i].People, n.people)
		}
		return
	}
	d.itemAt[key] = -1
	item := spec.ItemCode.Field()
	if _, local := d.items[key]; !local && len(d.lex.Entries(&item, name)) == 1 {
		return
	}
	one := Item{ID: ItemID(name), Name: name, Unit: unit, Range: limits, Count: n.count, People: n.people, Candidates: []string{}}
	found := d.itemEntries(name)
	if len(found) == 1 {
		one.Choice = found[0].String()
	}
	if len(found) == 0 {
		found = d.opts.Dicts.Dict(spec.DictItem).Nearest(name, nearestShown)
	}
	for _, e := range found {
		one.Candidates = append(one.Candidates, e.String())
	}
	one.Candidates = append(one.Candidates, skip)
	d.itemAt[key] = len(d.out.Items)
	d.out.Items = append(d.out.Items, one)
}

// itemLines are the table of local item names: sure ones as lines, the candidates of
// the others to choose from.
func (d *drafter) itemLines() []string {
	if len(d.itemAt) == 0 {
		return nil
	}
	out := []string{"  " + itemTable + ":"}
	for i := range d.out.Items {
		one := &d.out.Items[i]
		if at, listed := d.itemAt[layout.WordKey(one.Name)]; !listed || at != i {
			continue // an item of one column, whose code stands in its rule
		}
		if one.Choice != "" {
			out = append(out, "    "+wordLine(one.Name, one.Choice))
			continue
		}
		out = append(out, "    "+chooseMark+"本院项目“"+oneLineText(one.Name)+"”是平台的哪个项目？选一行删去行首的 #?（可用 hbupload dict search 查找）")
		for _, c := range one.Candidates {
			out = append(out, "    "+candidateMark+wordLine(one.Name, c))
		}
	}
	return out
}
