package draft

import (
	"slices"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// hazards draft the hazards that a sheet lists, with what is said of each.
type hazards struct {
	exp   *export
	voc   *vocabulary
	words *wordTables
	rules *rules
	fed   feeds
}

// blocks drafts the fields of hazards: on the persons' sheet all but the
// hazard itself are the same for every hazard of the person.
func (h *hazards) blocks(s *sheet) (every, hazards []string) {
	if c, sure := h.voc.find(s, spec.HazardCode); sure >= sureEnough && len(s.numbered) == 0 && (s != h.exp.primary || h.onlyHere()) {
		h.fed.add(spec.HazardCode)
		hazards = h.rules.of(s, c.take(spec.HazardCode.Label(), sure), spec.HazardCode.Field())
	}
	var rest []string
	for _, f := range spec.Fields(spec.SectionHazard) {
		if f.ID == spec.HazardCode || h.fed[f.ID] || f.ID == spec.EnterpriseName || f.ID == spec.EnterpriseBizCode {
			continue
		}
		if c, sure := h.voc.find(s, f.ID); sure >= sureEnough && !h.elsewhere(s, f.ID, sure) {
			h.fed.add(f.ID)
			rest = append(rest, h.contents(s, f, c.take(f.Label, sure))...)
		}
	}
	if s == h.exp.primary {
		return rest, hazards
	}
	return nil, append(hazards, rest...)
}

// contents drafts a field; otherContent may have one column for contraindications
// and one for other diseases.
func (h *hazards) contents(s *sheet, f spec.Field, c *column) []string {
	if f.ID != spec.OtherContent {
		return h.rules.of(s, c, f)
	}
	cols := []*column{c}
	for {
		more, sure := h.voc.find(s, f.ID)
		if sure < sureEnough {
			break
		}
		cols = append(cols, more.take(f.Label, sure))
	}
	if len(cols) == 1 {
		return h.rules.of(s, c, f)
	}
	for _, one := range cols {
		one.fixed = true
	}
	return []string{f.Label + ": [" + flowNames(cols) + "]          # 取第一个不空白的"}
}

// inGroups drafts the groups 危害因素1, 监护种类1, …
func (h *hazards) inGroups(s *sheet) []string {
	var out []string
	var found []match
	for _, f := range append([]spec.Field{spec.HazardCode.Field()}, spec.Fields(spec.SectionHazard)...) {
		if h.fed[f.ID] {
			continue
		}
		c := h.numbered(s, f.ID)
		if c == nil {
			continue
		}
		delete(s.numbered, spec.HeaderKey(strings.TrimSuffix(c.Name, layout.HolderN)))
		h.fed.add(f.ID)
		found = append(found, match{f.ID, c})
	}
	for _, m := range found {
		out = append(out, h.rules.of(s, m.col, m.id.Field())...)
	}
	return out
}

// numbered is the group of numbered columns that carries a field, as one column.
func (h *hazards) numbered(s *sheet, id spec.FieldID) *column {
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
		c.sure = h.voc.confidence(c, id)
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

// ticked are the columns that are headed by a hazard and ticked.
func (h *hazards) ticked(s *sheet) []*column {
	f := spec.HazardCode.Field()
	var out []*column
	marked := false
	for _, c := range s.cols {
		if c.used || slices.ContainsFunc(c.values, func(v string) bool { return !mapping.Ticks(v) }) {
			continue
		}
		if len(h.voc.lex.Entries(&f, c.Name)) == 1 || h.voc.target(&f, c.Name) != "" {
			out = append(out, c)
			marked = marked || len(c.values) > 0
		}
	}
	if !marked {
		return nil
	}
	return out
}

// fromTicks drafts ticked columns as the examined hazards, or where another column
// says those, as the hazards that people are exposed to.
func (h *hazards) fromTicks(s *sheet) (person, hazards []string) {
	cols := h.ticked(s)
	if len(cols) == 0 || h.fed[spec.HazardCode] && h.fed[spec.ContactHazardCode] {
		return nil, nil
	}
	f := spec.HazardCode.Field()
	table := ""
	for _, c := range cols {
		c.claim(roleTicked, sureAlias)
		if !h.voc.lex.Knows(&f, c.Name) {
			h.words.note(&f, c.Name, &c.all)
			table = ", values: " + hazardTable
		}
	}
	rule := "{ticked: [" + flowNames(cols) + "]" + table
	if h.fed[spec.HazardCode] {
		h.fed.add(spec.ContactHazardCode)
		return []string{spec.ContactHazardCode.Label() + ": " + rule + "}"}, nil
	}
	h.fed.add(spec.HazardCode)
	s.tickedRule = rule + "}"
	return nil, []string{f.Label + ": " + rule + ", split: true}          # 打勾的列，各成一条"}
}

// others drafts what 其他 stands for. Sheets of exposures and of examined
// hazards head it alike: only the sheet tells which of the two fields it is.
func (h *hazards) others(s *sheet, id spec.FieldID) []string {
	c, sure := h.voc.find(s, id)
	for _, w := range otherHazardWords() {
		if named := s.column(w); sure < sureEnough && named != nil && !named.used {
			c = named
			sure = 90
		}
	}
	if sure < sureEnough || h.fed[id] {
		return nil
	}
	h.fed.add(id)
	return h.rules.of(s, c.take(id.Label(), sure), id.Field())
}

// elsewhere tells that a sheet of hazards carries a field more surely.
func (h *hazards) elsewhere(s *sheet, id spec.FieldID, sure int) bool {
	return slices.ContainsFunc(h.exp.sheets, func(other *sheet) bool {
		_, hazard := h.voc.find(other, spec.HazardCode)
		_, more := h.voc.find(other, id)
		return other != s && other.key != nil && hazard >= sureEnough && more > sure
	})
}

// onlyHere tells that no other sheet lists hazards.
func (h *hazards) onlyHere() bool {
	return !slices.ContainsFunc(h.exp.sheets, func(s *sheet) bool {
		_, sure := h.voc.find(s, spec.HazardCode)
		return s != h.exp.primary && sure >= sureEnough
	})
}
