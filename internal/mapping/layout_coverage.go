package mapping

import (
	"fmt"
	"slices"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// Coverage is where the values of a field come from under a mapping.
type Coverage struct {
	Field   spec.Field
	Sources []string // Chinese: 列“姓名”（「汇总」B 列）, 常数 … ; empty: nothing feeds it
	Derived string   // how the field may be derived without a source, or ""
	Line    int      // of the mapping file
}

// Coverage lists all fields of data.json in its order with their sources.
func (s *Source) Coverage() []Coverage {
	out := make([]Coverage, 0, 64)
	fed := map[spec.FieldID]bool{}
	for _, f := range spec.Fields() {
		if f.ID == spec.ExamKey {
			continue
		}
		c := Coverage{Field: f}
		for _, t := range s.tables {
			for _, p := range t.parts {
				p.bound.sources(&c)
			}
		}
		if k, ok := s.opts.Constants[f.ID]; ok && k.Text != "" {
			c.Sources = append(c.Sources, "配置 "+k.Where)
		}
		fed[f.ID] = len(c.Sources) > 0
		out = append(out, c)
	}
	for i := range out {
		out[i].Derived = derivable(out[i].Field.ID, fed)
	}
	return out
}

// derivable says from what a field is derived when its cell is blank.
func derivable(id spec.FieldID, fed map[spec.FieldID]bool) string {
	switch id {
	case spec.IDType, spec.SexCode, spec.Birthday, spec.Age:
		if fed[spec.IDCard] {
			return "由有效的身份证号推出"
		}
	case spec.HazardNames:
		if fed[spec.HazardCode] {
			return "由体检的危害因素推出"
		}
	case spec.ItemClassName:
		if fed[spec.ItemCode] {
			return "取项目字典的分类"
		}
	case spec.PersonalHistoryYear, spec.PersonalHistoryMonth, spec.DailySmokingVolum:
		if fed[spec.SmokingStatus] {
			return "从不吸烟时为 0，其他人需要填写"
		}
	}
	return ""
}

// sources adds what the sheet's rules give to a field.
func (b *boundSheet) sources(c *Coverage) {
	add := func(rules []*boundRule) {
		for _, r := range rules {
			if r.Field != c.Field.ID || len(r.cases) == 0 {
				continue
			}
			c.Line = r.Line
			for _, one := range r.cases {
				if s := b.source(one); !slices.Contains(c.Sources, s) {
					c.Sources = append(c.Sources, s)
				}
			}
		}
	}
	add(b.person)
	add(b.every)
	for _, g := range b.hazards {
		add(g.rules)
	}
	for _, g := range b.items {
		add(g.rules)
	}
}

func (b *boundSheet) source(c *boundCase) string {
	s := ""
	switch {
	case c.fixed != "":
		return "表头里的项目名"
	case len(c.cols) == 0:
		s = "常数 " + c.Constant
	default:
		for i, col := range c.cols {
			if i > 0 {
				s += " + "
			}
			s += c.Columns[i].Label()
			if col > 0 && c.Columns[i].Number == 0 && !hasHolder(c.Columns[i]) {
				s += "（" + spec.ColumnName(int(col)) + " 列）"
			}
		}
		s = "「" + b.ref.Name + "」" + s
	}
	if len(c.When) > 0 {
		s += "，有条件"
	}
	if c.Take != "" {
		s += "，取 " + string(c.Take)
	}
	if c.Values != nil {
		s += fmt.Sprintf("，值对照 %d 词", len(c.Values.Words))
	}
	if c.Default != "" {
		s += "，空白时 " + c.Default
	}
	return s
}

func hasHolder(r layout.Ref) bool {
	return slices.ContainsFunc(r.Names, func(name string) bool { _, _, ok := layout.CutHolder(name); return ok })
}
