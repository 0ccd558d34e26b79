package mapping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// Constant is a value of the configuration that fills absent columns and blank
// cells.
type Constant struct {
	Text  string
	Where string // the configuration key, for the value's chain
}

// Options is what a mapping needs beside the input.
type Options struct {
	Dicts     *dict.Set
	Meanings  *meaning.Classifier
	Constants map[spec.FieldID]Constant
	Aliases   map[string]map[string]string // dictionary code or field key → local word → name or code
	Sheet     string                       // read persons from this sheet
	TempDir   string                       // 0700 folder of the temporary store, when a sheet must be sorted
	Layout    *layout.Layout               // somebody else's export; nil: the standard workbook
	Mapping   string                       // the mapping the operator named, for the caller who finds the Layout
}

// SkippedRow is a row that became part of no record, with its reason.
type SkippedRow struct {
	Sheet  *spec.SheetRef
	Row    int32
	Reason string
}

// Accounts is where every row of an input went: Read = Used + len(Skipped).
type Accounts struct {
	Read         int
	Used         int
	Skipped      []SkippedRow // orphans included
	Orphans      []spec.Orphan
	Hidden       int      // of the rows read, those the spreadsheet hides
	Ignored      []string // "sheet: header" of columns that feed nothing
	Unrecognised []string // names of sheets that feed nothing
	Missing      []string // names of standard sheets that are not there, or empty
	NotDone      int      // items of wide sheets left out because their result is blank
}

// Source is an opened input that yields records.
type Source struct {
	opts   Options
	sheets [spec.NumSheets]*table.Sheet
	names  [spec.NumSheets]*columns
	sorted [spec.NumSheets]bool
	code   *coder
	people people
	acc    Accounts
	input  *table.Input
	mapped *mapped // nil: the standard workbook
}

// Error is an input that no record can be read from.
type Error struct {
	File    string
	Message string
	Fix     string
}

// Error implements error.
func (e *Error) Error() string { return e.File + "：" + e.Message }

// Kind classifies the error for the exit code.
func (e *Error) Kind() string { return "input" }

// Hint is what to do next.
func (e *Error) Hint() string { return e.Fix }

// Open recognises the sheets of the standard workbook in an input.
func Open(ctx context.Context, in *table.Input, opts Options) (*Source, error) {
	s := &Source{opts: opts, input: in, code: newCoder(opts, in.Date1904)}
	open := s.recognise
	if opts.Layout != nil {
		open = s.openMapped
	}
	if err := open(ctx, in); err != nil {
		return nil, err
	}
	return s, nil
}

// Each reads the input from its first row to its last and calls visit for
// every record. An error means that the input is not whole.
func (s *Source) Each(ctx context.Context, visit spec.Visitor) error {
	if s.mapped != nil {
		return s.eachMapped(ctx, visit)
	}
	if s.people.ordinal == nil {
		if err := s.survey(ctx); err != nil {
			return err
		}
	}
	for {
		err := s.pass(ctx, visit)
		if !errors.Is(err, errOrder) {
			return err
		}
		visit.Restart()
	}
}

// Whole tells a standard workbook with more than the persons' sheet: one sheet
// alone may as well be somebody else's export.
func (s *Source) Whole() bool {
	return s.sheets[spec.SheetHazard] != nil || s.sheets[spec.SheetItem] != nil
}

// Accounts tells where every row went, after Each.
func (s *Source) Accounts() Accounts { return s.acc }

// survey reads the keys of the person sheet.
func (s *Source) survey(ctx context.Context) error {
	s.people = people{ordinal: map[string]int32{}, repeats: map[string]int{}}
	if s.sheets[spec.SheetPerson] == nil {
		return nil // the sheet is there and has no row at all
	}
	scan, cols, err := s.open(ctx, spec.SheetPerson)
	if err != nil {
		return err
	}
	defer func() { _ = scan.Close() }()
	for n := int32(0); ; n++ {
		row, err := scan.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		key := cols.keyOf(row)
		if key == "" {
			continue
		}
		if _, again := s.people.ordinal[key]; again {
			s.people.repeats[key]++
		} else {
			// A clone: the key is a part of its row, which it would keep whole.
			s.people.ordinal[strings.Clone(key)] = n
		}
	}
}

// Persons looks ahead and counts the person rows that have a key, so that a
// caller can make room for that many records. 0 means that it cannot tell.
func (s *Source) Persons(ctx context.Context) (int, error) {
	if s.mapped != nil {
		return 0, nil
	}
	if err := s.survey(ctx); err != nil {
		return 0, err
	}
	n := len(s.people.ordinal)
	for _, more := range s.people.repeats {
		n += more
	}
	return n, nil
}

// open begins a pass over one of the sheets.
func (s *Source) open(ctx context.Context, id spec.SheetID) (*table.Scan, *columns, error) {
	scan, err := s.sheets[id].Scan(ctx, headerRule(id))
	if err != nil {
		return nil, nil, err
	}
	if s.names[id] == nil {
		s.names[id] = newColumns(id, s.sheets[id].Ref, scan.Header())
	}
	return scan, s.names[id], nil
}

// pass is one reading of all sheets side by side.
type pass struct {
	*Source
	ctx      context.Context
	persons  *table.Scan
	cols     *columns
	children [spec.NumSheets]*children
	repeats  map[string]int
	rec      spec.Record
}

func (s *Source) pass(ctx context.Context, visit spec.Visitor) error {
	s.acc = Accounts{Unrecognised: s.acc.Unrecognised}
	p := &pass{Source: s, ctx: ctx, repeats: map[string]int{}}
	for k, n := range s.people.repeats {
		p.repeats[k] = n
	}
	defer p.close()
	if err := p.begin(); err != nil {
		return err
	}
	if err := p.records(visit); err != nil {
		return err
	}
	for id, c := range p.children {
		if c == nil {
			continue
		}
		if err := p.ordered(spec.SheetID(id), c.finish()); err != nil {
			return err
		}
	}
	p.account()
	return nil
}

// begin opens the sheets; those known to be out of order are sorted first.
func (p *pass) begin() (err error) {
	if p.sheets[spec.SheetPerson] != nil {
		if p.persons, p.cols, err = p.open(p.ctx, spec.SheetPerson); err != nil {
			return err
		}
	}
	known := people{ordinal: p.people.ordinal, repeats: p.repeats}
	for _, id := range []spec.SheetID{spec.SheetHazard, spec.SheetItem} {
		if p.sheets[id] == nil {
			continue
		}
		c := &children{people: &known}
		if c.scan, c.cols, err = p.open(p.ctx, id); err != nil {
			return err
		}
		c.orphan = func(row *grid.Row, key string) {
			p.acc.Orphans = append(p.acc.Orphans, spec.Orphan{Place: c.cols.place(row), Key: key, Near: known.near(key), Rule: c.cols.brokenKey(row)})
			p.acc.Skipped = append(p.acc.Skipped, SkippedRow{Sheet: c.cols.ref, Row: row.Num, Reason: "orphan"})
		}
		c.under = &covered{col: c.cols.key, merges: func() ([]grid.Range, error) { return p.sheets[id].Merges(p.ctx) }}
		p.children[id] = c
		if p.sorted[id] {
			if err := c.sort(p.ctx, p.opts.TempDir); err != nil {
				return err
			}
		}
	}
	return nil
}

// records joins and codes person by person.
func (p *pass) records(visit spec.Visitor) error {
	for n := int32(0); p.persons != nil; n++ {
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
		if err := p.record(row, n); err != nil {
			return err
		}
		if err := visit.Record(&p.rec); err != nil {
			return err
		}
	}
	return nil
}

func (p *pass) record(row *grid.Row, ordinal int32) error {
	rec := &p.rec
	rec.Reset()
	p.cols.fill(p.code, row, rec.At)
	rec.Key, rec.Place = rec.At(spec.ExamKey).Text, p.cols.place(row)
	p.acc.Used++
	if rec.Key == "" {
		rec.Key = fmt.Sprintf("%s!%d", p.cols.ref.Name, row.Num)
	} else if err := p.attach(rec, ordinal); err != nil {
		return err
	}
	rec.Group()
	p.code.complete(rec)
	rec.Group() // classes derived from the dictionary group anew
	return nil
}

// attach adds the person's hazards and items.
func (p *pass) attach(rec *spec.Record, ordinal int32) error {
	if n, ok := p.repeats[rec.Key]; ok && p.people.ordinal[rec.Key] != ordinal {
		p.repeats[rec.Key] = n - 1
	}
	if c := p.children[spec.SheetHazard]; c != nil {
		err := c.take(rec.Key, ordinal, func(row *grid.Row) {
			h := rec.AddHazard()
			h.Place = c.cols.place(row)
			c.cols.fill(p.code, row, h.At)
		})
		if err := p.ordered(spec.SheetHazard, err); err != nil {
			return err
		}
	}
	if c := p.children[spec.SheetItem]; c != nil {
		err := c.take(rec.Key, ordinal, func(row *grid.Row) {
			it := rec.AddItem()
			it.Place = c.cols.place(row)
			c.cols.fill(p.code, row, it.At)
		})
		if err := p.ordered(spec.SheetItem, err); err != nil {
			return err
		}
	}
	return nil
}

// ordered remembers which sheet must be sorted.
func (p *pass) ordered(id spec.SheetID, err error) error {
	if errors.Is(err, errOrder) {
		p.sorted[id] = true
	}
	return err
}

// account adds up the rows of all sheets.
func (p *pass) account() {
	for id, scan := range p.scans() {
		if scan == nil {
			p.acc.Missing = append(p.acc.Missing, spec.SheetID(id).String())
			continue
		}
		ref := p.sheets[id].Ref
		p.acc.Read += scan.Read()
		p.acc.Hidden += scan.Hidden()
		for _, sk := range scan.Skipped() {
			p.acc.Skipped = append(p.acc.Skipped, SkippedRow{Sheet: ref, Row: sk.Row, Reason: sk.Reason})
		}
		for _, name := range p.names[id].ignored {
			p.acc.Ignored = append(p.acc.Ignored, ref.Name+"："+name)
		}
		if c := p.children[id]; c != nil {
			p.acc.Used += c.used
		}
	}
}

func (p *pass) scans() [spec.NumSheets]*table.Scan {
	out := [spec.NumSheets]*table.Scan{p.persons}
	for id, c := range p.children {
		if c != nil {
			out[id] = c.scan
		}
	}
	return out
}

func (p *pass) close() {
	if p.persons != nil {
		_ = p.persons.Close()
	}
	for _, c := range p.children {
		if c != nil {
			c.close()
		}
	}
}
