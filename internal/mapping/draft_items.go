package mapping

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
)

// numberedHazards drafts the groups 危害因素1, 监护种类1, …
func (d *drafter) numberedHazards(s *draftSheet) []string {
	var out []string
	for _, f := range append([]spec.Field{spec.HazardCode.Field()}, spec.Fields(spec.SectionHazard)...) {
		if d.fed[f.ID] {
			continue
		}
		base, best, most := "", "", 0
		for key, name := range s.numbered {
			c := &draftColumn{have: map[string]bool{}}
			c.Key, c.Name = key, name
			for _, col := range s.cols {
				if col.Key != key && strings.TrimRight(col.Key, "0123456789") == key {
					c.values = append(c.values, col.values...)
				}
			}
			if sure := d.confidence(c, f.ID); sure > most || sure == most && sure > 0 && key < base {
				base, best, most = key, name, sure
			}
		}
		if most < sureEnough {
			continue
		}
		c := &draftColumn{sure: most}
		c.Name = best
		for _, col := range s.cols {
			if strings.TrimRight(col.Key, "0123456789") == base && col.Key != base {
				c.values = append(c.values, col.values...)
				col.field, col.sure = f.Label, most
			}
		}
		delete(s.numbered, base)
		d.fed[f.ID] = true
		out = append(out, d.rule(c, f)...)
	}
	return out
}

// longItems drafts the items of a sheet with a row an item: the columns that
// name the item, the one known best to the dictionary first.
func (d *drafter) longItems(s *draftSheet) []string {
	item := spec.ItemCode.Field()
	type named struct {
		col   *draftColumn
		share float64
	}
	var cols []named
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
		cols = append(cols, named{c, float64(good) * float64(c.filled) / float64(max(1, len(c.values)))})
	}
	slices.SortStableFunc(cols, func(a, b named) int { return cmp.Compare(b.share, a.share) })
	d.fed[spec.ItemCode], d.fed[spec.Result] = true, true
	result, sure := d.find(s, spec.Result)
	d.take(result, spec.Result.Label(), sure)
	var out []string
	if len(cols) == 1 {
		out = d.rule(cols[0].col, item)
	} else {
		out = append(out, "项目:")
		d.itemNames(cols[0].col.values)
		for _, c := range cols {
			out = append(out, fmt.Sprintf("  - {column: %s, values: 本院项目}", yamlText(c.col.Name)))
		}
	}
	out = append(out, d.result(result.Name, result)...)
	out = append(out, d.itemRest(s)...)
	return append(out, d.films(s, cols[0].col)...)
}

// films asks where the result of chest films comes from.
func (d *drafter) films(s *draftSheet, item *draftColumn) []string {
	film := slices.ContainsFunc(item.values, func(v string) bool {
		return strings.Contains(v, "胸片") || strings.Contains(v, "摄片") || strings.Contains(v, "胸部")
	})
	if !film || d.fed[spec.RadiographResult] {
		return nil
	}
	source := "检查结果"
	for _, c := range s.cols {
		if c.field == spec.ResultFlag.Label() {
			source = c.Name
		}
	}
	line := fmt.Sprintf("胸片结果: {column: %s, values: {合格: 未见异常, 正常: 未见异常, 不合格: 其他异常, 异常: 其他异常}, when: {column: %s, matches: 胸片|摄片|胸部}}", yamlText(source), yamlText(item.Name))
	q := d.ask(spec.RadiographResult.Label(), "有胸片，“胸片结果”从哪里来？导出里没有对应的列", line)
	return []string{fmt.Sprintf("# 问题 %d：胸片类项目必须有“胸片结果”（未见异常、尘肺样改变、其他异常、未检查）", q), "#? " + line}
}

// wideFilms asks for the chest films of a wide sheet, which need a value that no
// group of columns carries: a film becomes a group of its own. Only a text that
// says nothing but "normal" is proposed as such; what else a film shows is a
// physician's word.
func (d *drafter) wideFilms(s *draftSheet) {
	for _, head := range s.items {
		item := spec.ItemCode.Field()
		found, _ := d.code.find(&item, head)
		if len(found) != 1 {
			found = d.opts.Dicts.Dict(spec.DictItem).ByLoose(d.items[layout.WordKey(head)])
		}
		if len(found) != 1 || d.opts.Meanings.Film(found[0].Code, found[0].Class) != meaning.Yes {
			continue
		}
		column := flowText(s.column(head + s.ends[spec.Result]).Name)
		normal := "when: {column: " + column + `, matches: "^(双肺|两肺|心肺膈|双肺及心膈|胸部)?未见(明显)?异常。?$"}`
		line := "- {项目: {value: " + strconv.Quote(found[0].Code) + "}, 检查结果: " + column + ", 胸片结果: {value: 未见异常, " + normal + "}, 是否异常: {value: 正常, " + normal + "}}"
		q := d.ask(spec.RadiographResult.Label(), "“"+oneLineText(head)+"”是胸片，“胸片结果”从哪里来？导出里没有对应的列", line)
		s.add(6, fmt.Sprintf("# 问题 %d：胸片类项目必须有“胸片结果”（未见异常、尘肺样改变、其他异常、未检查）；其他写法照样添上，没有写到的人不上传", q))
		s.add(6, "#? "+line)
	}
}

// itemRest drafts unit, range and mark of the items of a long sheet.
func (d *drafter) itemRest(s *draftSheet) []string {
	var out []string
	for _, id := range []spec.FieldID{spec.ItemClassName, spec.Unit, spec.LowerLimit, spec.UpperLimit, spec.DataVersion, spec.ResultFlag, spec.RadiographResult} {
		if c, sure := d.find(s, id); sure >= sureEnough {
			d.fed[id] = true
			out = append(out, d.rule(d.take(c, id.Label(), sure), id.Field())...)
		}
	}
	for _, w := range rangeWords() {
		if c := s.column(w); c != nil && !c.used && !d.fed[spec.LowerLimit] {
			d.fed[spec.LowerLimit], d.fed[spec.UpperLimit] = true, true
			d.take(c, "参考范围", 92)
			out = append(out, "参考范围: "+yamlText(c.Name)+d.about(c))
		}
	}
	return out
}

// result drafts a result, freed of units and arrows where it carries them.
// That - means nothing is asked: of urine it means negative.
func (d *drafter) result(name string, c *draftColumn) []string {
	var extra []string
	for _, v := range c.values {
		if number, ok := layout.TakeNumber.Apply(v); ok && number != strings.TrimSpace(v) {
			extra = append(extra, "  take: number          # 结果带有单位或箭头，只取数字")
			break
		}
	}
	if slices.ContainsFunc(c.values, mayBeNothing) {
		q := d.ask(spec.Result.Label(), "结果里的“-”“无”表示没有做吗？（尿常规里常表示阴性）", `blank: ["-", 无]`)
		extra = append(extra, fmt.Sprintf(`  #? blank: ["-", 无]      # 问题 %d：结果里的“-”“无”表示没有做吗？（尿常规里常表示阴性，那就不要删去 #?）`, q))
	}
	if len(extra) == 0 {
		return []string{"检查结果: " + yamlText(name) + d.about(c)}
	}
	return append([]string{"检查结果:" + d.about(c), "  column: " + yamlText(name)}, extra...)
}

// wideItems drafts the groups of a wide sheet.
func (d *drafter) wideItems(s *draftSheet) []string {
	all := func(field spec.FieldID) *draftColumn {
		c := &draftColumn{have: map[string]bool{}, sure: 95}
		c.Name = layout.HolderItem + s.ends[field]
		for _, head := range s.items {
			if col := s.column(head + s.ends[field]); col != nil && s.ends[field] != "" {
				c.values, c.filled = append(c.values, col.values...), c.filled+col.filled
			}
		}
		return c
	}
	d.itemNames(s.items)
	d.fed[spec.ItemCode], d.fed[spec.Result] = true, true
	results := all(spec.Result)
	out := d.result(results.Name, results)
	out = append(out, "names: 本院项目          # 表头里的项目名 → 平台项目")
	if s.ends[spec.Unit] != "" {
		d.fed[spec.Unit] = true
		unit := yamlText(layout.HolderItem + s.ends[spec.Unit])
		out = append(out, "计量单位: ["+unit+", {column: "+yamlText(results.Name)+", take: unit}]")
	}
	if s.ends[spec.LowerLimit] != "" {
		d.fed[spec.LowerLimit], d.fed[spec.UpperLimit] = true, true
		out = append(out, "参考范围: "+yamlText(layout.HolderItem+s.ends[spec.LowerLimit]))
	}
	if s.ends[spec.ResultFlag] != "" {
		d.fed[spec.ResultFlag] = true
		out = append(out, d.rule(all(spec.ResultFlag), spec.ResultFlag.Field())...)
	}
	return out
}

// singleItems drafts items that are one column each, by their names. Groups
// are parted by a line "-".
func (d *drafter) singleItems(s *draftSheet) []string {
	var out []string
	item := spec.ItemCode.Field()
	for _, c := range s.cols {
		if c.used || c.Key == "" {
			continue
		}
		entry := d.itemOf(c.Name)
		if entry == "" {
			continue
		}
		code, name, _ := strings.Cut(entry, " ")
		d.take(c, item.Label, 88)
		d.fed[spec.ItemCode], d.fed[spec.Result], d.fed[spec.ResultFlag] = true, true, true
		if len(out) > 0 {
			out = append(out, "-")
		}
		single := []string{"是否异常: {value: 正常}"}
		if numericValues(c.values) {
			single = append(single, "计量单位: {value: 请填写}", "参考下限: {value: 请填写}", "参考上限: {value: 请填写}")
		}
		q := d.ask("items", fmt.Sprintf("“%s”的计量单位、参考范围和是否异常（导出里没有）", c.Name), single...)
		out = append(out, "检查结果: "+yamlText(c.Name)+d.about(c), "项目: {value: "+yamlText(code)+"}          # "+name,
			fmt.Sprintf("# 问题 %d：没有单位、参考范围、是否异常的列；数值型项目必填，请按本院实际填写，并删去行首的 #?", q))
		for _, line := range single {
			out = append(out, "#? "+line)
		}
	}
	return out
}

func numericValues(values []string) bool {
	for _, v := range values {
		if reDecimal.MatchString(v) {
			return true
		}
	}
	return false
}

// itemOf is the dictionary's entry, "code name", that a local name surely
// means; "" if none or several.
func (d *drafter) itemOf(name string) string {
	item := spec.ItemCode.Field()
	dict := d.opts.Dicts.Dict(spec.DictItem)
	found, _ := d.code.find(&item, name)
	if len(found) == 0 {
		if target := d.items[layout.WordKey(name)]; target != "" {
			found = dict.ByLoose(target)
		}
	}
	if len(found) == 0 {
		// Names in pinyin, only when they are letters and one entry is read so.
		if latin(name) && len(name) >= 4 {
			found = dict.Search(name)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0].String()
}

func latin(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return s != ""
}

// itemNames fills the table of local item names: sure ones as lines, the
// others as questions.
func (d *drafter) itemNames(names []string) {
	item := spec.ItemCode.Field()
	dict := d.opts.Dicts.Dict(spec.DictItem)
	for _, name := range names {
		key := layout.WordKey(name)
		if _, done := d.itemTable[key]; done || key == "" {
			continue
		}
		d.itemTable[key] = ""
		if _, local := d.items[key]; !local {
			if found, _ := d.code.find(&item, name); len(found) == 1 {
				continue // the dictionary knows it
			}
		}
		if entry := d.itemOf(name); entry != "" {
			code, label, _ := strings.Cut(entry, " ")
			d.tables = append(d.tables, fmt.Sprintf("%s: %s          # %s", yamlText(name), yamlText(code), label))
			continue
		}
		var candidates []string
		known := dict.ByLoose(name)
		if len(known) == 0 {
			known = dict.ByLoose(d.items[key])
		}
		if len(known) == 0 {
			known = dict.Nearest(name, nearestShown)
		}
		for _, e := range known {
			candidates = append(candidates, fmt.Sprintf("%s: %s          # %s（%s）", yamlText(name), yamlText(e.Code), e.Name, e.Class))
		}
		candidates = append(candidates, fmt.Sprintf("%s: %s", yamlText(name), layout.Skip))
		q := d.ask("tables.本院项目", "本院项目"+quote(name)+"是平台的哪个项目？", candidates...)
		d.tables = append(d.tables, fmt.Sprintf("# 问题 %d：本院项目“%s”是平台的哪个项目？（用 hbupload dict search 查找）", q, oneLineText(name)))
		for _, c := range candidates {
			d.tables = append(d.tables, "#? "+c)
		}
	}
}
