package draft

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// items draft the examined items of a sheet: a row each, a group of columns each, or a
// column each.
type items struct {
	voc     *vocabulary
	words   *wordTables
	names   *itemNames
	rules   *rules
	results *results
	fed     feeds
	ranges  *rangeSheet // nil for none
}

// itemColumns are the columns that name the item of a row, the one known best to the
// dictionary first.
func (it *items) itemColumns(s *sheet) []*column {
	item := spec.ItemCode.Field()
	var cols []*column
	known := map[*column]float64{}
	for {
		c, sure := it.voc.find(s, spec.ItemCode)
		if c == nil || sure < sureEnough*8/10 {
			break
		}
		c.take(item.Label, sure)
		good := 0
		for _, v := range c.values {
			if it.voc.legal(&item, v) {
				good++
			}
		}
		cols = append(cols, c)
		known[c] = float64(good) * float64(c.all.count) / float64(max(1, len(c.values)))
	}
	slices.SortStableFunc(cols, func(a, b *column) int { return cmp.Compare(known[b], known[a]) })
	return cols
}

// long drafts the items of a sheet with a row an item.
func (it *items) long(ctx context.Context, s *sheet) ([]string, error) {
	item := spec.ItemCode.Field()
	cols := it.itemColumns(s)
	it.fed.add(spec.ItemCode, spec.Result)
	result, sure := it.voc.find(s, spec.Result)
	result.take(spec.Result.Label(), sure)
	var out []string
	if len(cols) == 1 {
		out = it.rules.of(s, cols[0], item)
	} else {
		out = append(out, "项目:")
		for _, c := range cols {
			c.fixed = true
			out = append(out, fmt.Sprintf("  - {column: %s, values: %s}", flowText(c.Name), itemTable))
		}
	}
	p := &pairs{lex: it.voc.lex, name: cols[0], result: result}
	p.unit, _ = it.voc.find(s, spec.Unit)
	p.low, _ = it.voc.find(s, spec.LowerLimit)
	p.high, _ = it.voc.find(s, spec.UpperLimit)
	if c := s.rangeColumn(); p.low == nil && p.high == nil {
		p.low = c
	}
	if err := p.count(ctx, s); err != nil {
		return nil, err
	}
	for _, name := range p.names {
		one := p.have[name]
		it.names.note(name, one.seen, one.unit, one.limits)
	}
	out = append(out, it.results.number(result.Name, result)...)
	out = append(out, it.rest(s, result)...)
	return append(out, it.longFilms(p)...), nil
}

// longFilms drafts the result of chest films from what their results say.
func (it *items) longFilms(p *pairs) []string {
	if it.fed[spec.RadiographResult] {
		return nil
	}
	var names []string
	films := newColumn("")
	for _, name := range p.names {
		if it.names.isFilm(name) {
			names = append(names, flowText(name))
			films.takeIn(p.have[name].results)
		}
	}
	if len(names) == 0 {
		return nil
	}
	it.fed.add(spec.RadiographResult)
	it.words.films(films)
	f := spec.RadiographResult
	return []string{fmt.Sprintf("%s: {column: %s, values: %s, when: {column: %s, equals: [%s]}}", f.Label(), flowText(p.result.Name), f.Label(), flowText(p.name.Name), strings.Join(names, ", "))}
}

// rest drafts class, unit, range and mark of the items of a long sheet.
func (it *items) rest(s *sheet, result *column) []string {
	var out []string
	for _, id := range []spec.FieldID{spec.ItemClassName, spec.Unit, spec.LowerLimit, spec.UpperLimit, spec.DataVersion, spec.RadiographResult} {
		if c, sure := it.voc.find(s, id); sure >= sureEnough {
			it.fed.add(id)
			out = append(out, it.rules.plain(c.take(id.Label(), sure), id.Field())...)
		}
	}
	if c, sure := it.voc.find(s, spec.ResultFlag); sure >= sureEnough {
		c.take(spec.ResultFlag.Label(), sure)
		out = append(out, it.results.mark(c, result)...)
	}
	if c := s.rangeColumn(); c != nil && !it.fed[spec.LowerLimit] {
		it.fed.add(spec.LowerLimit, spec.UpperLimit)
		c.claim("参考范围", sureLocal)
		out = append(out, "参考范围: "+yamlText(c.Name)+c.about())
	}
	if len(s.carriers(spec.ResultFlag)) == 0 {
		out = append(out, it.results.unmarked(result.Name, it.fed[spec.LowerLimit], result)...)
	}
	return out
}

// wide drafts the groups of a wide sheet. Chest films, which need a value that
// no group has, become groups of their own.
func (it *items) wide(s *sheet) []string {
	it.fed.add(spec.ItemCode, spec.Result, spec.RadiographResult)
	for _, head := range s.items {
		c := s.column(head + s.ends[spec.Result])
		if c.all.count > 0 { // what nobody has is not asked for
			it.names.note(head, c.all, s.sample(head, spec.Unit), s.sample(head, spec.LowerLimit))
		}
	}
	results := s.wideColumn(spec.Result)
	out := it.results.number(results.Name, results)
	out = append(out, "names: "+itemTable+"          # 表头里的项目名 → 平台项目")
	if s.ends[spec.Unit] != "" {
		it.fed.add(spec.Unit)
		unit := yamlText(layout.HolderItem + s.ends[spec.Unit])
		out = append(out, "计量单位: ["+unit+", {column: "+yamlText(results.Name)+", take: unit}]")
	}
	if s.ends[spec.LowerLimit] != "" {
		it.fed.add(spec.LowerLimit, spec.UpperLimit)
		out = append(out, "参考范围: "+yamlText(layout.HolderItem+s.ends[spec.LowerLimit]))
	}
	out = append(out, it.ranges.lookups(it.fed)...)
	if s.ends[spec.ResultFlag] != "" {
		out = append(out, it.results.mark(s.wideColumn(spec.ResultFlag), results)...)
	} else {
		out = append(out, it.results.unmarked(results.Name, it.fed[spec.LowerLimit] || it.ranges != nil, results)...)
	}
	for _, head := range s.items {
		if it.names.isFilm(head) && s.column(head+s.ends[spec.Result]).all.count > 0 {
			out = append(out, "-")
			out = append(out, it.wideFilm(s, head)...)
		}
	}
	return out
}

// wideFilm drafts the group of a chest film: its result says what the film shows.
func (it *items) wideFilm(s *sheet, head string) []string {
	c := s.column(head + s.ends[spec.Result])
	it.words.films(c)
	name := flowText(c.Name)
	out := []string{"检查结果: " + name, "项目: {value: " + strconv.Quote(it.names.entries(head)[0].Code) + "}          # " + oneLineText(head),
		"胸片结果: {column: " + name + ", values: " + spec.RadiographResult.Label() + "}"}
	if mark := s.column(head + s.ends[spec.ResultFlag]); s.ends[spec.ResultFlag] != "" && mark != nil && mark.all.count > 0 {
		rule := "{column: " + flowText(mark.Name)
		if it.words.tables[spec.ResultFlag.Label()] != nil {
			rule += ", values: " + spec.ResultFlag.Label()
		}
		out = append(out, "是否异常: "+rule+"}")
	}
	return out
}
