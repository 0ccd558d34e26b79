package mapping

import (
	"maps"
	"slices"
	"strings"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// boundSheet is a sheet's rules tied to its columns.
type boundSheet struct {
	ref     *spec.SheetRef
	key     []int32
	place   spec.Place // of the exam key, without its row
	person  []*boundRule
	every   []*boundRule
	hazards []*boundGroup
	items   []*boundGroup
	ignored []string
	columns int32 // the last column that a rule reads
}

// boundRule feeds one field.
type boundRule struct {
	*layout.Rule
	field spec.Field
	place spec.Place // where the value is missing if no case gives one
	cases []*boundCase
}

// boundCase is one way to a value.
type boundCase struct {
	*layout.Case
	cols  []int32 // of Columns, 0 for one the sheet lacks
	when  []int32
	place spec.Place
	fixed string // {item} of the header, coded by the group's table
}

// plain tells a case whose cell is taken as it stands.
func (c *boundCase) plain() bool {
	return len(c.cols) == 1 && c.Match == nil && c.Take == "" && c.Values == nil
}

// boundGroup makes one hazard or item of a row: a group with a placeholder is
// bound once for each run of columns.
type boundGroup struct {
	*layout.Group
	rules  []*boundRule
	anchor *boundRule
	split  *boundRule
}

type binder struct {
	ms      *mappedSheet
	src     *Source
	header  table.Header
	byKey   map[string]table.Column
	used    map[int32]bool
	shared  map[int32]bool // used by the person's rules, which {n} may read again
	out     *boundSheet
	lacking []string
}

func newBinder(ms *mappedSheet, src *Source, header table.Header) *binder {
	b := &binder{ms: ms, src: src, header: header, byKey: map[string]table.Column{}, used: map[int32]bool{}, out: &boundSheet{ref: ms.sheet.Ref}}
	for _, c := range header.Columns {
		if _, twice := b.byKey[c.Key]; !twice {
			b.byKey[c.Key] = c
		}
	}
	for _, c := range header.Columns {
		if key := spec.HeaderKey(c.Sub); key != "" {
			if _, taken := b.byKey[key]; !taken {
				b.byKey[key] = c
			}
		}
	}
	return b
}

func (b *binder) bind() *boundSheet {
	for _, ref := range b.ms.Key {
		col, _ := b.find(ref, "")
		b.need(col, ref)
		b.out.key = append(b.out.key, col.Col)
		if b.out.place.Header == "" {
			b.out.place = spec.Place{Sheet: b.out.ref, Col: col.Col, Header: col.Name}
		}
	}
	if len(b.ms.Key) == 0 {
		b.out.place = spec.Place{Sheet: b.out.ref, Header: spec.ExamKey.Label()}
	}
	b.out.person = b.rules(b.ms.Person, "", nil)
	b.out.every = b.rules(b.ms.EveryHazard, "", nil)
	b.shared = maps.Clone(b.used)
	// Fixed columns first, so that {item} does not take them.
	for _, fixed := range []bool{true, false} {
		for _, g := range b.ms.Hazards {
			if (g.Holder == "") == fixed {
				b.out.hazards = append(b.out.hazards, b.group(g, spec.SectionHazard)...)
			}
		}
		for _, g := range b.ms.Items {
			if (g.Holder == "") == fixed {
				b.out.items = append(b.out.items, b.group(g, spec.SectionItem)...)
			}
		}
	}
	for _, c := range b.header.Columns {
		if !b.used[c.Col] {
			b.out.ignored = append(b.out.ignored, c.Name)
		}
		b.out.columns = max(b.out.columns, c.Col)
	}
	return b.out
}

// find is the column that a reference means; hole fills its placeholder.
func (b *binder) find(ref layout.Ref, hole string) (table.Column, bool) {
	if ref.Number > 0 {
		for _, c := range b.header.Columns {
			if c.Col == ref.Number {
				return c, true
			}
		}
		return table.Column{Col: ref.Number, Name: ref.Label()}, true
	}
	for _, name := range ref.Names {
		name = strings.NewReplacer(layout.HolderItem, hole, layout.HolderN, hole).Replace(name)
		if c, ok := b.byKey[spec.HeaderKey(name)]; ok {
			return c, true
		}
	}
	if ref.Pattern != nil {
		for _, c := range b.header.Columns {
			if ref.Pattern.MatchString(c.Key) || ref.Pattern.MatchString(c.Name) {
				return c, true
			}
		}
	}
	return table.Column{Name: strings.NewReplacer(layout.HolderItem, hole, layout.HolderN, hole).Replace(ref.Label())}, false
}

// need notes a column that a rule cannot do without.
func (b *binder) need(c table.Column, ref layout.Ref) {
	if c.Col != 0 {
		b.used[c.Col] = true
	} else if !slices.Contains(b.lacking, ref.Label()) {
		b.lacking = append(b.lacking, ref.Label())
	}
}

// rules binds a block. g is nil outside groups with a placeholder: there a
// column that is not there is an error, within them it may be missing.
func (b *binder) rules(rules []*layout.Rule, hole string, g *layout.Group) []*boundRule {
	var out []*boundRule
	for _, r := range rules {
		br := &boundRule{Rule: r, field: r.Field.Field()}
		br.place = spec.Place{Sheet: b.out.ref, Header: br.field.Label}
		for _, c := range r.Cases {
			bc := &boundCase{Case: c, place: br.place}
			for _, ref := range c.Columns {
				bc.cols = append(bc.cols, b.column(ref, hole, g, &bc.place))
			}
			for _, w := range c.When {
				bc.when = append(bc.when, b.column(w.Column, hole, g, nil))
			}
			br.cases = append(br.cases, bc)
			if br.place.Col == 0 && bc.place.Col != 0 {
				br.place = bc.place
			}
		}
		out = append(out, br)
	}
	return out
}

func (b *binder) column(ref layout.Ref, hole string, g *layout.Group, place *spec.Place) int32 {
	c, _ := b.find(ref, hole)
	if g == nil || g.Holder == "" {
		b.need(c, ref)
	} else if c.Col != 0 {
		b.used[c.Col] = true
	}
	if place != nil && place.Col == 0 {
		place.Col, place.Header = c.Col, c.Name
	}
	return c.Col
}

// group binds a group: once, or once for each run of columns its placeholder
// stands for.
func (b *binder) group(g *layout.Group, section spec.Section) []*boundGroup {
	if g.Holder == "" {
		return []*boundGroup{b.one(g, section, "", 0)}
	}
	var out []*boundGroup
	holes := b.holes(g, section)
	if len(holes) == 0 {
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
	bg := &boundGroup{Group: g, rules: b.rules(g.Rules, hole, g)}
	for _, r := range bg.rules {
		if r.Field == g.Anchor(section) {
			bg.anchor = r
		}
		for _, c := range r.cases {
			if c.Split {
				bg.split = r
			}
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
