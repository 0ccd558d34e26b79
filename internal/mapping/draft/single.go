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

// singleItems drafts items that are one column each, by their names. Groups
// are parted by a line "-".
func (d *drafter) singleItems(s *sheet) []string {
	var out []string
	var named []*column
	for _, c := range s.cols {
		if c.used || c.Key == "" || c.all.count == 0 {
			continue
		}
		found := d.itemOf(c)
		if d.byName(c, len(found) == 1) {
			named = append(named, c)
			continue
		}
		if len(found) != 1 {
			continue
		}
		d.take(c, spec.ItemCode.Label(), 88)
		c.fixed = true
		for _, id := range []spec.FieldID{spec.ItemCode, spec.Result, spec.ResultFlag, spec.RadiographResult} {
			d.fed[id] = true
		}
		if len(out) > 0 {
			out = append(out, "-")
		}
		out = append(out, d.singleItem(c, found[0])...)
	}
	if len(named) > 0 {
		if len(out) > 0 {
			out = append(out, "-")
		}
		out = append(out, d.namedItems(named)...)
	}
	return out
}

// unplaced lists the unused columns of a sheet that may hold results of examinations:
// nobody has to answer for them, but a person may say which item each is.
func (d *drafter) unplaced(s *sheet) {
	if s.key == nil && s != d.primary || d.longSheet(s) || d.ranges != nil && d.ranges.sheet == s {
		return
	}
	for _, c := range s.cols {
		_, listed := d.itemAt[layout.WordKey(c.Name)]
		if c.used || listed || c.Key == "" || c.all.count == 0 || reNoResult.MatchString(c.Key) || !numeric(c.values) && !slices.ContainsFunc(c.values, reAllWell.MatchString) {
			continue
		}
		one := Item{ID: ItemID(c.Name), Name: c.Name, Count: c.all.count, People: c.all.people, Choice: skip, Candidates: []string{}, Single: numeric(c.values), Idle: true}
		for _, e := range d.opts.Dicts.Dict(spec.DictItem).Nearest(c.Name, nearestShown) {
			one.Candidates = append(one.Candidates, e.String())
		}
		one.Candidates = append(one.Candidates, skip)
		d.out.Items = append(d.out.Items, one)
	}
}

// reNoResult is a header that speaks of no result.
var reNoResult = pattern.New(`序号|编号|号码|工号|卡号|条码|单号|电话|手机|年龄|工龄|日期|时间|医生|医师|次数|金额|费|barcode|age$|no$|id$|phone|date|time|doctor`)

// longSheet reports whether a row of a sheet is an item.
func (d *drafter) longSheet(s *sheet) bool {
	return slices.ContainsFunc(s.cols, func(c *column) bool { return c.field == spec.Result.Label() })
}

// byName reports whether a column's item is read by the table of names: one that only
// its initials name, or one whose unit and range stand in a sheet of their own.
func (d *drafter) byName(c *column, sure bool) bool {
	if !sure {
		return len(d.initialed(c)) > 0
	}
	return d.ranges != nil && numeric(c.values) && c.Group == ""
}

// itemOf are the entries that a column's header surely means. Below a group's header
// the short name counts only for an item of that class: 葡萄糖 under 尿常规 is no blood sugar.
func (d *drafter) itemOf(c *column) []dict.Entry {
	found := d.itemEntries(c.itemName())
	if len(found) == 1 || c.Group == "" || c.Sub == "" {
		return found
	}
	return slices.DeleteFunc(slices.Clone(d.itemEntries(c.Sub)), func(e dict.Entry) bool {
		return e.Class == "" || !strings.Contains(spec.HeaderKey(c.Group), spec.HeaderKey(e.Class))
	})
}

// itemName is the header of an item's column without the range that stands below it.
func (c *column) itemName() string {
	if c.Group != "" && isRange(c.Sub) {
		return c.Group
	}
	return c.Name
}

// singleItem drafts an item that is one column. The unit and the range are those of
// the header; a text that says that all is well is normal. Nothing else is known.
func (d *drafter) singleItem(c *column, e dict.Entry) []string {
	out := append(d.result(c.Name, c), "项目: {value: "+strconv.Quote(e.Code)+"}          # "+e.Name)
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
	one := Item{ID: ItemID(c.Name), Name: c.Name, Unit: unit, Range: joinLimits(low, high), Count: c.all.count, People: c.all.people, Choice: e.String(), Candidates: []string{e.String(), skip}}
	if numeric(c.values) {
		one.Single = true
		d.compared(true, c) // a person may write the range
		d.out.Items = append(d.out.Items, one)
		return out
	}
	d.out.Items = append(d.out.Items, one)
	if d.opts.Meanings.Film(e.Code, e.Class) == meaning.Yes {
		d.filmWords(c)
		return append(out, "胸片结果: {column: "+flowText(c.Name)+", values: "+spec.RadiographResult.Label()+"}")
	}
	f := spec.ResultFlag.Field()
	for _, text := range c.values {
		if !isNothing(text) && !mayBeNothing(text) {
			d.word(&f, text, c.have[text])
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

func numeric(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return reNumber.MatchString(strings.TrimSpace(v)) })
}

var reNumber = pattern.New(`^[<>＜＞]?[+-]?(\d+(\.\d*)?|\.\d+)$`)
