package mapping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// eachMapped reads an input by its mapping file.
func (s *Source) eachMapped(ctx context.Context, visit spec.Visitor) error {
	if err := s.surveyMapped(ctx); err != nil {
		return err
	}
	if len(s.mapped.wanted) > 0 && s.mapped.donors == nil {
		if err := s.gather(ctx); err != nil {
			return err
		}
	}
	return s.ordering(ctx, visit)
}

// ordering passes over the input until all sheets come in the persons' order.
func (s *Source) ordering(ctx context.Context, visit spec.Visitor) error {
	for {
		err := s.passMapped(ctx, visit)
		if !errors.Is(err, errOrder) {
			return err
		}
		visit.Restart()
	}
}

// keyer tells the key by which the rows of a sheet belong together. In a sheet
// with several rows a person a blank key is that of the row above.
type keyer struct {
	cols     []int32
	repeated bool
	last     string
}

func (k *keyer) of(row *grid.Row) string {
	var parts []string
	for _, col := range k.cols {
		cell := row.Cell(col)
		var v spec.Value
		if s := keyText(&v, &cell); s != "" {
			parts = append(parts, s)
		}
	}
	key := strings.Join(parts, "\x1f")
	if len(parts) < len(k.cols) && len(k.cols) > 1 && !(k.repeated && len(parts) == 0) {
		key = "" // half a key joins nothing
	}
	if !k.repeated {
		return key
	}
	if key == "" && k.last == "" {
		key = fmt.Sprintf("\x00%d", row.Num)
	}
	if key == "" {
		return k.last
	}
	k.last = key
	return key
}

func (ms *mappedSheet) keyer() *keyer { return &keyer{cols: ms.bound.key, repeated: ms.Repeated} }

// surveyMapped reads the keys of the persons, and who comes again.
func (s *Source) surveyMapped(ctx context.Context) error {
	m := s.mapped
	s.people = people{ordinal: map[string]int32{}, repeats: map[string]int{}}
	ms := m.sheets[m.primary]
	scan, err := ms.sheet.Scan(ctx, ms.rule)
	if err != nil {
		return err
	}
	defer func() { _ = scan.Close() }()
	look := newFirstLook(s)
	keys := ms.keyer()
	for n := int32(0); ; {
		row, err := scan.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		look.row(row)
		key := keys.of(row)
		_, again := s.people.ordinal[key]
		switch {
		case !ms.Repeated && key == "":
		case again && !ms.Repeated:
			s.people.repeats[key]++
		case again:
			continue
		default:
			s.people.ordinal[key] = n
		}
		n++
	}
}

// mappedPass is one reading of all sheets of a mapping side by side.
type mappedPass struct {
	*Source
	ctx      context.Context
	eval     *evaluator
	persons  *table.Scan
	children []*children // by sheet; nil for the persons' own and for empty ones
	group    *children   // the persons' sheet when it has several rows a person
	repeats  map[string]int
	rec      spec.Record
	merges   []spec.Hazard
	visit    spec.Visitor
}

func (s *Source) passMapped(ctx context.Context, visit spec.Visitor) error {
	s.acc = Accounts{Unrecognised: s.acc.Unrecognised}
	p := &mappedPass{Source: s, ctx: ctx, repeats: map[string]int{}, visit: visit, eval: newEvaluator(s.code, s.mapped.lay)}
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
	return nil
}

// begin opens the sheets; those known to be out of order are sorted first.
func (p *mappedPass) begin() (err error) {
	known := &people{ordinal: p.people.ordinal, repeats: p.repeats}
	p.children = make([]*children, len(p.mapped.sheets))
	for i, ms := range p.mapped.sheets {
		if ms.sheet == nil {
			continue
		}
		scan, err := ms.sheet.Scan(p.ctx, ms.rule)
		if err != nil {
			return err
		}
		if i == p.mapped.primary {
			p.persons = scan
			if !ms.Repeated {
				continue
			}
		}
		keys := ms.keyer()
		c := &children{people: known, scan: scan, keyOf: keys.of}
		c.orphan = func(row *grid.Row, key string) {
			place := ms.bound.place
			place.Row = row.Num
			p.acc.Orphans = append(p.acc.Orphans, spec.Orphan{Place: place, Key: shownKey(key), Near: shownKey(known.near(key))})
			p.acc.Skipped = append(p.acc.Skipped, SkippedRow{Sheet: ms.bound.ref, Row: row.Num, Reason: "orphan"})
		}
		if i == p.mapped.primary {
			p.group = c
		} else {
			p.children[i] = c
		}
		if ms.sorted {
			if err := c.sort(p.ctx, p.opts.TempDir); err != nil {
				return err
			}
		}
	}
	return nil
}

// shownKey is a key for messages: joined columns may hold an identity number.
func shownKey(key string) string {
	if strings.ContainsAny(key, "\x00\x1f") {
		return ""
	}
	return key
}

// records reads a sheet with one row a person.
func (p *mappedPass) records() error {
	ms := p.mapped.sheets[p.mapped.primary]
	keys := ms.keyer()
	for n := int32(0); ; n++ {
		if n%64 == 0 && p.ctx.Err() != nil {
			return p.ctx.Err()
		}
		row, err := p.persons.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		key := keys.of(row)
		p.start(ms, row, key)
		p.row(ms, row)
		p.acc.Used++
		if err := p.attach(key, n); err != nil {
			return err
		}
		if err := p.finish(ms, row); err != nil {
			return err
		}
	}
}

// groups reads a sheet with several rows a person.
func (p *mappedPass) groups() error {
	ms, c := p.mapped.sheets[p.mapped.primary], p.group
	for n := int32(0); ; n++ {
		if n%64 == 0 && p.ctx.Err() != nil {
			return p.ctx.Err()
		}
		if err := c.fetch(); err != nil {
			return err
		}
		if c.done {
			return nil
		}
		if c.headOrd != n {
			return p.ordered(p.mapped.primary, errOrder)
		}
		if err := p.person(ms, n); err != nil {
			return err
		}
	}
}

// person reads the rows of one person. A row whose person is another one
// begins a record of its own, for the checks of the whole input to object to.
func (p *mappedPass) person(ms *mappedSheet, ordinal int32) error {
	c := p.group
	var first grid.Row
	open := false
	for {
		if err := c.fetch(); err != nil {
			return err
		}
		if c.done || c.headOrd != ordinal {
			break
		}
		row := c.head
		p.eval.view.set(row)
		if open && p.another(ms) {
			if err := p.finish(ms, &first); err != nil {
				return err
			}
			open = false
		}
		if !open {
			first = *row
			first.Cells = append([]grid.Cell(nil), row.Cells...)
			p.start(ms, row, p.keyAt(ms, row))
			open = true
			p.row(ms, row)
			if err := p.attach(p.keyAt(ms, row), ordinal); err != nil {
				return err
			}
		} else {
			p.row(ms, row)
		}
		p.acc.Used++
		c.used++
		c.head = nil
	}
	return p.finish(ms, &first)
}

// keyAt is the key of a person's first row.
func (p *mappedPass) keyAt(ms *mappedSheet, row *grid.Row) string {
	return (&keyer{cols: ms.bound.key}).of(row)
}

// another tells a row that names another person than the record it should
// belong to.
func (p *mappedPass) another(ms *mappedSheet) bool {
	for _, r := range ms.bound.person {
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
func (p *mappedPass) start(ms *mappedSheet, row *grid.Row, key string) {
	p.rec.Reset()
	p.merges = p.merges[:0]
	p.rec.Place = ms.bound.place
	p.rec.Place.Row = row.Num
	p.rec.Key = fmt.Sprintf("%s!%d", ms.bound.ref.Name, row.Num)
	if len(ms.bound.key) != 1 || key == "" {
		return
	}
	v := p.rec.At(spec.ExamKey)
	cell := row.Cell(ms.bound.key[0])
	v.Place = p.rec.Place
	field := spec.ExamKey.Field()
	p.code.value(v, &field, &cell)
	p.rec.Key = key
}

// attach adds what the other sheets have of the person.
func (p *mappedPass) attach(key string, ordinal int32) error {
	if key == "" {
		return nil
	}
	if n, ok := p.repeats[key]; ok && p.people.ordinal[key] != ordinal {
		p.repeats[key] = n - 1
	}
	for i, c := range p.children {
		if c == nil {
			continue
		}
		ms := p.mapped.sheets[i]
		if err := p.ordered(i, c.take(key, ordinal, func(row *grid.Row) { p.row(ms, row) })); err != nil {
			return err
		}
	}
	return nil
}

// ordered remembers which sheet must be sorted.
func (p *mappedPass) ordered(i int, err error) error {
	if errors.Is(err, errOrder) {
		p.mapped.sheets[i].sorted = true
	}
	return err
}

// finish completes the record and hands it over. first is the person's row,
// from which the values of every hazard come.
func (p *mappedPass) finish(ms *mappedSheet, first *grid.Row) error {
	p.merge()
	p.eval.view.set(first)
	p.everyHazard(ms)
	rec := &p.rec
	rec.Group()
	p.inherit(rec)
	p.code.complete(rec)
	rec.Group() // classes derived from the dictionary group anew
	return p.visit.Record(rec)
}

func (p *mappedPass) account() {
	for i, ms := range p.mapped.sheets {
		var scan *table.Scan
		if c := p.children[i]; c != nil {
			scan, p.acc.Used = c.scan, p.acc.Used+c.used
		} else if i == p.mapped.primary {
			scan = p.persons
		}
		if scan == nil {
			continue
		}
		p.acc.Read += scan.Read()
		p.acc.Hidden += scan.Hidden()
		for _, sk := range scan.Skipped() {
			p.acc.Skipped = append(p.acc.Skipped, SkippedRow{Sheet: ms.bound.ref, Row: sk.Row, Reason: sk.Reason})
		}
		for _, name := range ms.bound.ignored {
			p.acc.Ignored = append(p.acc.Ignored, ms.bound.ref.Name+"："+name)
		}
	}
}

func (p *mappedPass) close() {
	if p.group != nil {
		p.group.close()
	} else if p.persons != nil {
		_ = p.persons.Close()
	}
	for _, c := range p.children {
		if c != nil {
			c.close()
		}
	}
}

// isMerge tells groups that complete the hazards of other sheets.
func isMerge(g *layout.Group) bool { return g.Merge }
