package mapping

import (
	"slices"
	"strings"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// boundGroup makes one hazard or item of a row: a group with a placeholder is
// bound once for each run of columns.
type boundGroup struct {
	*layout.Group
	rules  []*boundRule
	anchor *boundRule
	split  *boundRule
	every  bool // each row of the sheet is one, however little it says
	choice bool // it is one only where a condition holds
	marked bool // a column says whether a result is abnormal
	parts  bool // a text says something of several hazards
	coded  bool // its code comes from a table of words, which may say that it is left out
}

// group binds a group: once, or once for each run of columns its placeholder
// stands for.
func (b *binder) group(g *layout.Group, section spec.Section) []*boundGroup {
	if g.Holder == "" {
		return []*boundGroup{b.one(g, section, "", 0)}
	}
	var out []*boundGroup
	holes := b.holes(g, section)
	if len(holes) == 0 && !(g.Names != nil && g.Label(section) == layout.HolderItem) {
		b.need(table.Column{}, layout.Ref{Names: []string{g.Label(section)}})
	}
	for _, h := range holes {
		if g.Holder == layout.HolderItem {
			if word, ok := lookWord(g.Names, h.text); ok && isSkip(word) {
				continue // its columns stay listed as unused
			}
		}
		out = append(out, b.one(g, section, h.text, h.col.Col))
	}
	return out
}

func (b *binder) one(g *layout.Group, section spec.Section, hole string, at int32) *boundGroup {
	bg := &boundGroup{Group: g, rules: b.rules(g.Rules, hole, g), coded: g.Names != nil}
	for _, r := range bg.rules {
		if r.Field == g.Anchor(section) {
			bg.anchor = r
			bg.choice = !slices.ContainsFunc(r.cases, func(c *boundCase) bool { return len(c.When) == 0 && !c.Ticked })
		}
		for _, c := range r.cases {
			if c.Split {
				bg.split = r
			}
			bg.parts = bg.parts || c.Hazard
			bg.marked = bg.marked || r.Field == spec.ResultFlag && len(c.Columns) > 0
			bg.coded = bg.coded || r.Field == spec.ItemCode && (c.Values != nil || len(c.cols) == 0)
		}
	}
	if section == spec.SectionItem && g.Rule(spec.ItemCode) == nil {
		bg.rules = append(bg.rules, b.itemName(g, hole, at))
	}
	return bg
}

// itemName is the rule that an item's code comes from the header.
func (b *binder) itemName(g *layout.Group, hole string, at int32) *boundRule {
	r := &layout.Rule{Field: spec.ItemCode, Line: g.Line}
	c := &boundCase{Case: &layout.Case{Line: g.Line, Values: g.Names}, fixed: hole}
	c.place = spec.Place{Sheet: b.out.ref, Col: at}
	if n := len(b.header.Rows); n > 0 {
		c.place.Row = b.header.Rows[0]
	}
	for _, col := range b.header.Columns {
		if col.Col == at {
			c.place.Header = col.Name
		}
	}
	return &boundRule{Rule: r, field: spec.ItemCode.Field(), place: c.place, cases: []*boundCase{c}}
}

// hole is what a placeholder stands for in one run of columns.
type hole struct {
	text string
	col  table.Column // of the anchor
}

// holes finds the runs of columns of a group in the order of the header.
func (b *binder) holes(g *layout.Group, section spec.Section) []hole {
	var out []hole
	seen := map[string]bool{}
	for _, c := range g.Rule(g.Anchor(section)).Cases {
		for _, ref := range c.Columns {
			for _, name := range ref.Names {
				head, tail, ok := layout.CutHolder(name)
				if !ok {
					continue
				}
				for _, col := range b.header.Columns {
					text, fits := cutHole(col, head, tail)
					key := spec.HeaderKey(text)
					taken := b.used[col.Col] && (g.Holder != layout.HolderN || !b.shared[col.Col])
					if !fits || taken || seen[key] || !b.admits(g, ref, head+tail, text) {
						continue
					}
					seen[key] = true
					out = append(out, hole{text, col})
				}
			}
		}
	}
	return out
}

// cutHole takes the ends off a header as written; of two header rows the group
// is the item's name.
func cutHole(col table.Column, head, tail string) (string, bool) {
	if len(col.Key) <= len(head)+len(tail) || !strings.HasPrefix(col.Key, head) || !strings.HasSuffix(col.Key, tail) {
		return "", false
	}
	if col.Group != "" && head == "" && spec.HeaderKey(col.Sub) == tail {
		return col.Group, true
	}
	// The reduced header is as good a name as the written one, but for brackets.
	if text, ok := strings.CutSuffix(col.Name, tail); ok && head == "" {
		return strings.TrimSpace(text), true
	}
	return col.Key[len(head) : len(col.Key)-len(tail)], true
}

// admits keeps a bare {item} from taking every column: it needs a companion,
// or a line in the table of names. {n} is a number.
func (b *binder) admits(g *layout.Group, anchor layout.Ref, literal, text string) bool {
	if g.Holder == layout.HolderN {
		return reOrdinal.MatchString(text)
	}
	if literal != "" {
		return true
	}
	if _, ok := lookWord(g.Names, text); ok {
		return true
	}
	for _, r := range g.Rules {
		for _, c := range r.Cases {
			for _, ref := range c.Columns {
				if ref.Label() == anchor.Label() {
					continue
				}
				if _, ok := b.find(ref, text); ok {
					return true
				}
			}
		}
	}
	return false
}
