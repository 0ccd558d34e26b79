package mapping

import (
	"maps"
	"slices"
	"strings"

	"hbupload/internal/ident"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// boundSheet is a sheet's rules tied to its columns.
type boundSheet struct {
	ref     *spec.SheetRef
	key     []int32
	place   spec.Place // of the exam key, without its row
	first   int32      // column with the key of the first examination, 0 if there is none
	shared  bool       // first is the key's own first column: both examinations have one number
	where   []int32    // columns of the conditions on rows
	person  []*boundRule
	every   []*boundRule
	hazards []*boundGroup
	items   []*boundGroup
	reads   map[int32]bool   // columns that a rule or the key reads
	unused  map[int32]string // the other columns of the header, as they may be named
	ignored []string         // those that may be named, in the order of the header
	columns int32            // the last column of the header
	headers map[int32]string // reduced by spec.HeaderKey
	names   map[int32]string // of the key's columns
	twins   []twin           // columns that are the exam key's again
}

// boundRule feeds one field.
type boundRule struct {
	*layout.Rule
	field  spec.Field
	place  spec.Place // where the value is missing if no case gives one
	cases  []*boundCase
	direct int32 // not 0: the one column whose cell is taken as it stands
}

// boundCase is one way to a value.
type boundCase struct {
	*layout.Case
	cols  []int32   // of Columns, 0 for one the sheet lacks
	twins [][]int32 // nil, or for each of cols the further columns that bear its name
	same  []int32   // those of twins whose header is the very same
	when  []int32
	place spec.Place
	fixed string // {item} of the header, coded by the group's table
}

// plain reports whether the case's cell is taken as it stands.
func (c *boundCase) plain() bool {
	return len(c.cols) == 1 && c.Match == nil && c.Take == "" && c.Values == nil && !c.Ticked && !c.Hazard
}

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

type binder struct {
	table   *dataTable
	part    *part
	header  table.Header
	byKey   map[string]table.Column // by the whole header
	bySub   map[string]table.Column // by the lower of two header rows
	used    map[int32]bool
	shared  map[int32]bool // used by the person's rules, which {n} may read again
	out     *boundSheet
	cases   []*boundCase
	names   map[*boundCase][]layout.Ref // Columns of the cases, placeholders filled
	lacking []string
	tables  []*layout.Table // of the layout: some may be read from columns of this sheet
}

func newBinder(t *dataTable, p *part, header table.Header) *binder {
	b := &binder{table: t, part: p, header: header, byKey: map[string]table.Column{}, bySub: map[string]table.Column{}, used: map[int32]bool{},
		names: map[*boundCase][]layout.Ref{}, out: &boundSheet{ref: p.sheet.Ref, unused: map[int32]string{}, headers: map[int32]string{}, names: map[int32]string{}}}
	for _, c := range header.Columns {
		if _, twice := b.byKey[c.Key]; !twice {
			b.byKey[c.Key] = c
		}
	}
	if t.Partial {
		return b
	}
	for _, c := range header.Columns {
		if key := spec.HeaderKey(c.Sub); key != "" {
			if _, taken := b.bySub[key]; !taken {
				b.bySub[key] = c
			}
		}
	}
	return b
}

func (b *binder) bind() *boundSheet {
	t := b.table
	for _, ref := range t.Key {
		col, _ := b.find(ref, "")
		if col.Col == 0 && t.Partial {
			col.Name = spec.ExamKey.Label()
		} else {
			b.need(col, ref)
		}
		b.out.key = append(b.out.key, col.Col)
		b.out.names[col.Col] = col.Name
		if b.out.place.Header == "" {
			b.out.place = spec.Place{Sheet: b.out.ref, Col: col.Col, Header: col.Name}
		}
	}
	if t.First != nil {
		b.out.first = b.column(*t.First, "", nil, nil)
		b.out.shared = len(b.out.key) > 1 && b.out.key[0] == b.out.first
	}
	for _, w := range t.Where {
		b.out.where = append(b.out.where, b.column(w.Column, "", nil, nil))
	}
	if len(t.Key) == 0 {
		b.out.place = spec.Place{Sheet: b.out.ref, Header: spec.ExamKey.Label()}
	}
	b.out.person = b.rules(t.Person, "", nil)
	b.out.every = b.rules(t.EveryHazard, "", nil)
	b.shared = maps.Clone(b.used)
	// Fixed columns first, so that {item} does not take them.
	for _, fixed := range []bool{true, false} {
		for _, g := range t.Hazards {
			if (g.Holder == "") == fixed {
				b.out.hazards = append(b.out.hazards, b.group(g, spec.SectionHazard)...)
			}
		}
		for _, g := range t.Items {
			if (g.Holder == "") == fixed {
				b.out.items = append(b.out.items, b.group(g, spec.SectionItem)...)
			}
		}
	}
	b.pure()
	b.twins()
	b.leave()
	return b.out
}

// pure marks the one group of a child table of which every row is a hazard or an
// item: there a row that says nothing else is a row that lacks something.
func (b *binder) pure() {
	t := b.table
	if t.Repeated || len(t.Person)+len(t.EveryHazard) > 0 || len(t.Hazards)+len(t.Items) != 1 {
		return
	}
	for _, g := range append(slices.Clone(b.out.hazards), b.out.items...) {
		g.every = g.Holder == "" && !g.Merge && g.split == nil && !g.choice
	}
}

// feeds reports whether the header has a column for each of the fields.
func (b *binder) feeds(fields []spec.FieldID) bool {
	have := map[spec.FieldID]bool{}
	note := func(rules []*boundRule) {
		for _, r := range rules {
			have[r.Field] = have[r.Field] || r.place.Col != 0
		}
	}
	note(b.out.person)
	for _, g := range append(slices.Clone(b.out.hazards), b.out.items...) {
		note(g.rules)
	}
	return !slices.ContainsFunc(fields, func(f spec.FieldID) bool { return !have[f] })
}

// fields is how many fields the header has a column for.
func (b *binder) fields() int {
	n := 0
	b.out.eachRule(func(r *boundRule) {
		if r.place.Col != 0 {
			n++
		}
	})
	return n
}

// leave lists the columns that nothing reads. A header that may be somebody's data
// is not named: it must look like one, or the layout must name it.
func (b *binder) leave() {
	b.tabled()
	known := 0
	for _, c := range b.header.Columns {
		if b.part.rule.Known(c.Key) || c.Sub != "" && b.part.rule.Known(spec.HeaderKey(c.Sub)) {
			known++
		}
	}
	shown := known*2 > len(b.header.Columns)
	personal := slices.ContainsFunc(b.header.Columns, func(c table.Column) bool { return ident.Telling(c.Name) })
	for _, c := range b.header.Columns {
		b.out.columns = max(b.out.columns, c.Col)
		b.out.headers[c.Col] = c.Key
		if b.used[c.Col] {
			continue
		}
		name := c.Name
		if personal || !shown && !b.part.rule.Known(c.Key) {
			name = spec.ColumnName(int(c.Col)) + " 列"
		}
		b.out.unused[c.Col] = name
		b.out.ignored = append(b.out.ignored, name)
	}
	b.out.reads = b.used
}

// tabled notes the columns that a table of words is read from.
func (b *binder) tabled() {
	for _, t := range b.tables {
		if t.File != "" || spec.HeaderKey(t.Sheet) != spec.HeaderKey(b.part.sheet.Ref.Name) {
			continue
		}
		for _, name := range []string{t.From, t.To} {
			if c, ok := b.byKey[spec.HeaderKey(name)]; ok && name != "" {
				b.used[c.Col] = true
			}
		}
	}
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
		key := spec.HeaderKey(filled(name, hole))
		if c, ok := b.byKey[key]; ok {
			return c, true
		}
		if c, ok := b.bySub[key]; ok {
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
	return table.Column{Name: filled(ref.Label(), hole)}, false
}

// filled is a header with its placeholder filled.
func filled(name, hole string) string {
	if hole == "" {
		return name
	}
	return strings.NewReplacer(layout.HolderItem, hole, layout.HolderN, hole).Replace(name)
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
			if bc := b.oneCase(c, br, hole, g); bc != nil {
				br.cases = append(br.cases, bc)
			}
			if n := len(br.cases); n > 0 && br.place.Col == 0 && br.cases[n-1].place.Col != 0 {
				br.place = br.cases[n-1].place
			}
		}
		br.direct = direct(br)
		out = append(out, br)
	}
	return out
}

// oneCase binds one way to a value; nil where the built-in layout's column is not
// there.
func (b *binder) oneCase(c *layout.Case, br *boundRule, hole string, g *layout.Group) *boundCase {
	if b.table.Partial {
		if _, ok := b.find(c.Columns[0], hole); !ok {
			return nil
		}
	}
	bc := &boundCase{Case: c, place: br.place}
	if c.Constant == layout.Named {
		bc.fixed = hole
	}
	for _, ref := range c.Columns {
		bc.cols = append(bc.cols, b.column(ref, hole, g, &bc.place))
		b.names[bc] = append(b.names[bc], filledRef(ref, hole))
	}
	for _, w := range c.When {
		bc.when = append(bc.when, b.column(w.Column, hole, g, nil))
	}
	b.cases = append(b.cases, bc)
	return bc
}

// direct is the column of a rule whose one cell is taken as it stands, 0 if there
// is more to it.
func direct(r *boundRule) int32 {
	if len(r.cases) != 1 {
		return 0
	}
	c := r.cases[0]
	if !c.plain() || len(c.When) > 0 || c.Default != "" || c.fixed != "" || c.twins != nil {
		return 0
	}
	return c.cols[0]
}

func (b *binder) column(ref layout.Ref, hole string, g *layout.Group, place *spec.Place) int32 {
	c, _ := b.find(ref, hole)
	if g == nil || g.Holder == "" {
		b.need(c, ref)
	} else if c.Col != 0 {
		b.used[c.Col] = true
	}
	if place != nil && place.Col == 0 {
		place.Col = c.Col
		place.Header = c.Name
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
