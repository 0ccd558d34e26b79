package draft

import (
	"slices"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
)

// grouping finds the columns of a sheet that stand for one field or item only together.
type grouping struct {
	voc *vocabulary
}

// find finds numbered and wide groups of columns, which no single field may
// take.
func (g *grouping) find(s *sheet) {
	hazard := map[string]bool{}
	for _, w := range slices.Concat([]string{spec.HazardCode.Label()}, spec.HazardCode.Field().Aliases, g.voc.words[spec.HazardCode]) {
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
			c.claim(roleGroup, 0)
		}
	}
	for _, e := range groupEnds() {
		if e.id == spec.Result && s.ends[spec.Result] == "" {
			g.wide(s, e.end)
		}
	}
}

// wide takes the columns of {item}结果, {item}单位 … if there are any.
func (g *grouping) wide(s *sheet, end string) {
	var heads []string
	for _, c := range s.cols {
		text, ok := mapping.Hole(c.Column, "", spec.HeaderKey(end))
		if !ok || c.used || g.voc.known[c.Key] && c.Group == "" {
			continue
		}
		if c.Group != "" || g.voc.known[spec.HeaderKey(text)] || g.companions(s, text) {
			heads = append(heads, text)
		}
	}
	if len(heads) == 0 {
		return
	}
	s.ends[spec.Result] = end
	s.items = heads
	for _, e := range groupEnds() {
		for _, head := range heads {
			if e.id != spec.Result || e.end == end {
				g.member(s, e.id, head, e.end)
			}
		}
	}
}

// member takes a column of a wide group. Of one kind of column all groups have the
// same end.
func (g *grouping) member(s *sheet, id spec.FieldID, head, end string) {
	c := s.column(head + end)
	if c == nil || c.used || id != spec.Result && s.ends[id] != "" && s.ends[id] != end {
		return
	}
	s.ends[id] = end
	c.claim(roleItem, 0)
}

// companions reports whether a name has columns of a group beside its result.
func (g *grouping) companions(s *sheet, head string) bool {
	return slices.ContainsFunc(groupEnds(), func(e groupEnd) bool { return e.id != spec.Result && s.column(head+e.end) != nil })
}
