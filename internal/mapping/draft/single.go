package draft

import (
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/meaning"
	"hbupload/internal/pattern"
	"hbupload/internal/spec"
)

// single drafts items that are one column each, by their names. Groups
// are parted by a line "-".
func (it *items) single(s *sheet) []string {
	var out []string
	var named []*column
	for _, c := range s.cols {
		if c.used || c.Key == "" || c.all.count == 0 {
			continue
		}
		found := it.itemOf(c)
		if it.byName(c, len(found) == 1) {
			named = append(named, c)
			continue
		}
		if len(found) != 1 {
			continue
		}
		c.claim(spec.ItemCode.Label(), 88)
		it.fed.add(spec.ItemCode, spec.Result, spec.ResultFlag, spec.RadiographResult)
		if len(out) > 0 {
			out = append(out, "-")
		}
		out = append(out, it.singleItem(c, found[0])...)
	}
	if len(named) > 0 {
		if len(out) > 0 {
			out = append(out, "-")
		}
		out = append(out, it.named(named)...)
	}
	return out
}

// unplaced lists the unused columns of a sheet that may hold results of examinations:
// nobody has to answer for them, but a person may say which item each is.
func (it *items) unplaced(s *sheet) {
	if len(s.carriers(spec.Result)) > 0 || it.ranges.is(s) {
		return
	}
	for _, c := range s.cols {
		_, listed := it.names.at[layout.WordKey(c.Name)]
		if c.used || listed || c.Key == "" || c.all.count == 0 || reNoResult.MatchString(c.Key) || !numeric(c.values) && !slices.ContainsFunc(c.values, reAllWell.MatchString) {
			continue
		}
		one := Item{Name: c.Name, Count: c.all.count, People: c.all.people, Choice: skip, Single: numeric(c.values), Idle: true}
		it.names.add(one, it.voc.dicts.Dict(spec.DictItem).Nearest(c.Name, nearestShown))
	}
}

// reNoResult is a header that speaks of no result.
var reNoResult = pattern.New(`序号|编号|号码|工号|卡号|条码|单号|电话|手机|年龄|工龄|日期|时间|医生|医师|次数|金额|费|barcode|age$|no$|id$|phone|date|time|doctor`)

// byName reports whether a column's item is read by the table of names: one that only
// its initials name, or one whose unit and range stand in a sheet of their own.
func (it *items) byName(c *column, sure bool) bool {
	if !sure {
		return len(it.names.initialed(c)) > 0
	}
	return it.ranges != nil && numeric(c.values) && c.Group == ""
}

// itemOf are the entries that a column's header surely means. Below a group's header
// the short name counts only for an item of that class: 葡萄糖 under 尿常规 is no blood sugar.
func (it *items) itemOf(c *column) []dict.Entry {
	found := it.names.entries(c.itemName())
	if len(found) == 1 || c.Group == "" || c.Sub == "" {
		return found
	}
	return slices.DeleteFunc(slices.Clone(it.names.entries(c.Sub)), func(e dict.Entry) bool {
		return e.Class == "" || !strings.Contains(spec.HeaderKey(c.Group), spec.HeaderKey(e.Class))
	})
}

// singleItem drafts an item that is one column. The unit and the range are those of
// the header; a text that says that all is well is normal. Nothing else is known.
func (it *items) singleItem(c *column, e dict.Entry) []string {
	out := append(it.results.number(c.Name, c), "项目: {value: "+strconv.Quote(e.Code)+"}          # "+e.Name)
	unit, low, high := headerLimits(c.itemName())
	if c.itemName() != c.Name {
		low, _ = layout.TakeLower.Apply(c.Sub)
		high, _ = layout.TakeUpper.Apply(c.Sub)
	}
	if unit != "" {
		out = append(out, "计量单位: {value: "+flowText(unit)+"}")
	}
	if low != "" {
		out = append(out, "参考下限: {value: "+strconv.Quote(low)+"}")
	}
	if high != "" {
		out = append(out, "参考上限: {value: "+strconv.Quote(high)+"}")
	}
	one := Item{Name: c.Name, Unit: unit, Range: joinLimits(low, high), Count: c.all.count, People: c.all.people, Choice: e.String(), Single: numeric(c.values)}
	it.names.add(one, []dict.Entry{e})
	if one.Single {
		it.results.compared(true, c) // a person may write the range
		return out
	}
	if it.names.means.Film(e.Code, e.Class) == meaning.Yes {
		it.words.films(c)
		return append(out, "胸片结果: {column: "+flowText(c.Name)+", values: "+spec.RadiographResult.Label()+"}")
	}
	f := spec.ResultFlag.Field()
	for _, text := range c.values {
		if !isNothing(text) && !mayBeNothing(text) {
			it.words.note(&f, text, c.have[text])
		}
	}
	return append(out, "是否异常: {column: "+flowText(c.Name)+", values: "+f.Label+"}")
}

var reHeaderParts = pattern.New(`[（(\[【]([^（(\[【）)\]】]*)[）)\]】]`)

// headerLimits are the unit and the range that a header has in brackets.
func headerLimits(name string) (unit, low, high string) {
	for _, m := range reHeaderParts.FindAllStringSubmatch(name, -1) {
		text := strings.TrimSpace(m[1])
		lo, okLow := layout.TakeLower.Apply(text)
		hi, okHigh := layout.TakeUpper.Apply(text)
		switch {
		case okLow && okHigh && lo+hi != "":
			low = lo
			high = hi
		case okUnit(text):
			unit = text
		}
	}
	return unit, low, high
}

// okUnit reports whether a text is a unit: a number with it behind is taken apart.
func okUnit(text string) bool {
	unit, ok := layout.TakeUnit.Apply("1 " + text)
	return ok && unit != "" && unit == strings.TrimSpace(text)
}

// named drafts columns of numbers, each an item by its header, whose units and
// ranges stand in a sheet of their own.
func (it *items) named(cols []*column) []string {
	all := newColumn(layout.HolderItem)
	all.sure = 88
	for _, c := range cols {
		c.claim(roleItem, 88)
		all.takeIn(c)
		it.names.listed(c)
	}
	it.fed.add(spec.ItemCode, spec.Result, spec.ResultFlag, spec.RadiographResult)
	out := append(it.results.number(all.Name, all), "names: "+itemTable+"          # 列名 → 平台项目")
	out = append(out, it.ranges.lookups(it.fed)...)
	return append(out, it.results.unmarked(layout.HolderItem, it.ranges != nil, all)...)
}
