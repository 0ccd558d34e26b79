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
