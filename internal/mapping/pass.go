package mapping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// pass is one reading of all tables side by side.
type pass struct {
	*Source
	ctx      context.Context //nolint:containedctx // of one reading
	eval     *evaluator
	persons  *stream     // nil when the persons' table has several rows a person
	group    *children   // the persons' table then
	children []*children // by table, nil for the persons' and for missing ones
	repeats  map[string]int
	rec      spec.Record
	merges   []spec.Hazard
	first    string // number of the first examination, where the row names one
	visit    spec.Visitor
}

func (s *Source) pass(ctx context.Context, visit spec.Visitor) error {
	s.acc = Accounts{Unrecognised: s.acc.Unrecognised, Joined: s.acc.Joined, Twins: s.acc.Twins}
	p := &pass{Source: s, ctx: ctx, repeats: map[string]int{}, visit: visit, eval: newEvaluator(s.code, s.lay)}
	for k, n := range s.people.repeats {
		p.repeats[k] = n
	}
	defer p.close()
	if err := p.begin(); err != nil {
		return err
	}
	records := p.records
	if p.group != nil {
		records = p.groups
	}
	if err := records(); err != nil {
		return err
	}
	for i, c := range p.children {
		if c == nil {
			continue
		}
		if err := p.ordered(i, c.finish()); err != nil {
			return err
		}
	}
	p.account()
	return p.joined()
}

// begin opens the tables; those known to be out of order are sorted first.
func (p *pass) begin() error {
	known := &people{ordinal: p.people.ordinal, repeats: p.repeats, places: p.people.places}
	p.children = make([]*children, len(p.tables))
	for i, t := range p.tables {
		if i == p.primary && !t.Repeated {
			p.persons = newStream(p.ctx, t.parts, false)
			continue
		}
		if !t.there {
			continue
		}
		c := &children{people: known, parts: t.parts, rows: newStream(p.ctx, t.parts, true), keys: newKeyer(p.ctx, t, i != p.primary)}
		c.orphan = p.orphans(known)
		c.below = p.below(known)
		if i == p.primary {
			p.group = c
		} else {
			p.children[i] = c
		}
		if t.sorted {
			if err := c.sort(p.ctx, p.opts.TempDir); err != nil {
				return err
			}
		}
	}
	if p.persons == nil && p.group == nil {
		p.persons = newStream(p.ctx, nil, false) // the table is there and has no row at all
	}
	return nil
}

// orphans takes the rows that belong to no person. Each withholds whom it may belong
// to: without a key the person of the row above, else those whose keys are nearly
// the same, and who is named by a second column for the key.
func (p *pass) orphans(known *people) func(on *part, row *grid.Row, key, above string) {
	return func(on *part, row *grid.Row, key, above string) {
		o := spec.Orphan{Place: on.bound.place, Key: shownKey(key), Rule: on.brokenKey(row)}
		o.Place.Row = row.Num
		near := known.near(key)
		switch _, person := known.ordinal.find(above); {
		case key == "" && person:
			o.Withholds = known.recordKeys(above)
		case len(near) == 1:
			o.Near = shownKey(near[0])
			fallthrough
		default:
			for _, k := range near {
				o.Withholds = append(o.Withholds, known.recordKeys(k)...)
			}
		}
		for _, t := range on.bound.twins {
			var scratch spec.Value
			again := row.Cell(t.again)
			if k := keyText(&scratch, &again); k != key && known.has(k) {
				o.Withholds = append(o.Withholds, known.recordKeys(k)...)
			}
		}
		p.acc.Orphans = append(p.acc.Orphans, o)
		p.acc.Skipped = append(p.acc.Skipped, spec.SkippedRow{Sheet: on.sheet.Ref, Row: row.Num, Reason: "orphan"})
		on.tally.orphan(row)
	}
}

// below returns what lets the rows without a key above a sheet's first key withhold
// that key's person: they may be the beginning of what belongs to it.
func (p *pass) below(known *people) func(on *part, key string) {
	return func(on *part, key string) {
		if !known.has(key) {
			return
		}
		for i := len(p.acc.Orphans) - 1; i >= 0; i-- {
			o := &p.acc.Orphans[i]
			if o.Place.Sheet == on.sheet.Ref && o.Key == "" && len(o.Withholds) == 0 {
				o.Withholds = known.recordKeys(key)
			}
		}
	}
}

// rowKey is the key of a record that has none of its own.
func (p *part) rowKey(row *grid.Row) string { return fmt.Sprintf("%s!%d", p.sheet.Ref.Name, row.Num) }

// rowKeys are the keys that the record of a row with a joined key may have: a first
// examination may have its number (numbered).
func (p *part) rowKeys(row *grid.Row) []string {
	keys := []string{p.rowKey(row)}
	if p.bound.shared {
		cell := row.Cell(p.bound.first)
		keys = append(keys, strings.Clone(keyText(&spec.Value{}, &cell)))
	}
	return keys
}

// brokenKey is the rule that a row's key cells break by themselves, or "".
func (p *part) brokenKey(row *grid.Row) spec.RuleID {
	for _, col := range p.bound.key {
		switch row.Cell(col).Kind {
		case grid.Error:
			return spec.CellErrorRule
		case grid.Formula:
			return spec.FormulaUncached
		}
	}
	return ""
}

// shownKey is a key for messages: joined columns may hold an identity number.
func shownKey(key string) string {
	if strings.ContainsAny(key, "\x00\x1f") {
		return ""
	}
	return key
}

// records reads a table with one row a person.
func (p *pass) records() error {
	keys := newKeyer(p.ctx, p.tables[p.primary], false)
	for n := int32(0); ; n++ {
		if n%64 == 0 && p.ctx.Err() != nil {
			return p.ctx.Err()
		}
		row, on, err := p.persons.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		key, err := keys.of(on, row)
		if err != nil {
			return err
		}
		p.start(on, row, key)
		p.row(on, row)
		on.tally.used++
		if err := p.attach(key, n); err != nil {
			return err
		}
		if err := p.finish(on, row); err != nil {
			return err
		}
	}
}

// groups reads a table with several rows a person.
func (p *pass) groups() error {
	for n := int32(0); ; n++ {
		if n%64 == 0 && p.ctx.Err() != nil {
			return p.ctx.Err()
		}
		if err := p.group.fetch(); err != nil {
			return err
		}
		if p.group.done {
			return nil
		}
		if p.group.headOrd != n {
			return p.ordered(p.primary, errOrder)
		}
		if err := p.person(n); err != nil {
			return err
		}
	}
}

// person reads the rows of one person. A row whose person is another one
// begins a record of its own, for the checks of the whole input to object to.
func (p *pass) person(ordinal int32) error {
	c := p.group
	var first keptRow
	open := false
	for {
		if err := c.fetch(); err != nil {
			return err
		}
		if c.done || c.headOrd != ordinal {
			break
		}
		row := c.head
		on := c.headPart
		p.eval.set(on, row)
		if open && p.another(on) {
			if err := p.finish(first.part, &first.row); err != nil {
				return err
			}
			open = false
		}
		if !open {
			first = keptRow{on, *row}
			first.row.Cells = append([]grid.Cell(nil), row.Cells...)
			key, err := p.keyAt(on, row)
			if err != nil {
				return err
			}
			p.start(on, row, key)
			open = true
			p.row(on, row)
			if err := p.attach(key, ordinal); err != nil {
				return err
			}
		} else {
			p.row(on, row)
		}
		c.use()
		c.head = nil
	}
	return p.finish(first.part, &first.row)
}

// keyAt is the key of a person's first row.
func (p *pass) keyAt(on *part, row *grid.Row) (string, error) {
	return newKeyer(p.ctx, p.tables[p.primary], false).joined(on, row)
}

// another reports whether a row names another person than the record it should
// belong to.
func (p *pass) another(on *part) bool {
	for _, r := range on.bound.person {
		switch r.Field {
		case spec.IDCard, spec.PatientName, spec.PeDate, spec.PeFlag:
		default:
			continue
		}
		var v spec.Value
		p.eval.fill(r, &v)
		if have := p.rec.At(r.Field); v.Text != "" && have.Text != "" && v.Text != have.Text {
			return true
		}
	}
	return false
}

// start begins a record at a person's row.
func (p *pass) start(on *part, row *grid.Row, key string) {
	p.rec.Reset()
	p.merges = p.merges[:0]
	p.rec.Place = on.bound.place
	p.rec.Place.Row = row.Num
	p.rec.Key = on.rowKey(row)
	p.first = ""
	if on.bound.first != 0 {
		cell := row.Cell(on.bound.first)
		p.first = keyText(&spec.Value{}, &cell)
	}
	if len(on.bound.key) > 1 {
		return
	}
	v := p.rec.At(spec.ExamKey)
	v.Place = p.rec.Place
	if len(on.bound.key) == 0 || on.bound.key[0] == 0 {
		return
	}
	cell := row.Cell(on.bound.key[0])
	p.eval.code.value(v, &p.eval.code.key, &cell)
	if key != "" {
		p.rec.Key = key
	}
	if t := p.tables[p.primary]; t.KeyValues != nil && v.Text != key {
		v.Derive(spec.StepMapping, key, p.eval.note(t.Line, "编号对照"))
	}
}

// attach adds what the other tables have of the person.
func (p *pass) attach(key string, ordinal int32) error {
	if key == "" {
		return nil
	}
	if n, ok := p.repeats[key]; ok {
		if first, _ := p.people.ordinal.find(key); first != ordinal {
			p.repeats[key] = n - 1
		}
	}
	for i, c := range p.children {
		if c == nil {
			continue
		}
		if err := p.ordered(i, c.take(key, ordinal, p.row)); err != nil {
			return err
		}
	}
	return nil
}

// ordered remembers which table must be sorted.
func (p *pass) ordered(i int, err error) error {
	if errors.Is(err, errOrder) {
		p.tables[i].sorted = true
	}
	return err
}

// finish completes the record and hands it over. first is the person's row,
// from which the values of every hazard come.
func (p *pass) finish(on *part, first *grid.Row) error {
	p.merge()
	if len(on.bound.every) > 0 {
		p.eval.set(on, first)
		p.everyHazard(on)
	}
	rec := &p.rec
	rec.Group()
	p.numbered(on, first)
	p.inherit(rec)
	p.code.complete(rec)
	rec.Group() // classes derived from the dictionary group again
	return p.visit.Record(rec)
}

func (p *pass) close() {
	if p.persons != nil {
		p.persons.close()
	}
	if p.group != nil {
		p.group.close()
	}
	for _, c := range p.children {
		if c != nil {
			c.close()
		}
	}
}
