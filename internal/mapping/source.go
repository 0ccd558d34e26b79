package mapping

import (
	"context"
	"errors"
	"slices"

	"hbupload/internal/codebook"
	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/meaning"
	"hbupload/internal/spec"
	"hbupload/internal/table"
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
	Book      *codebook.Words              // learned words, asked after exact matches and Aliases; nil: none
	Sheet     string                       // read persons from this sheet
	TempDir   string                       // 0700 folder of the temporary store, when a sheet must be sorted
	Layout    *layout.Layout               // somebody else's export; nil: the standard workbook
	Mapping   string                       // the mapping the operator named, for the caller who finds the Layout
}

// Source is an opened input that yields records.
type Source struct {
	opts    Options
	input   *table.Input
	lay     *layout.Layout
	tables  []*dataTable
	primary int // of tables, the one with the persons
	code    *coder
	people  people
	acc     Accounts
	forms   []int // numbers of the sheets that are forms, 1-based
	differs []layout.Difference
	wanted  map[string]bool    // identity numbers of those who are examined again, and keys of first examinations
	donors  map[string][]donor // of either → first examinations
}

// Error is an input that no record can be read from.
type Error struct {
	File    string
	Message string
	Fix     string
}

// Error implements error.
func (e *Error) Error() string { return e.File + "：" + e.Message }

// Kind is fault.Input.
func (e *Error) Kind() fault.Kind { return fault.Input }

// Hint is what to do next.
func (e *Error) Hint() string { return e.Fix }

// Open finds the sheets that a layout describes, the built-in one of the standard
// workbook if the options name none, and binds its rules to their columns.
func Open(ctx context.Context, in *table.Input, opts Options) (*Source, error) {
	s := &Source{opts: opts, input: in, lay: opts.Layout, code: newCoder(opts, in.Date1904)}
	if s.lay == nil {
		s.lay = layout.Standard()
	}
	if err := s.recognise(ctx); err != nil {
		return nil, err
	}
	if err := loadTables(ctx, s.lay, in); err != nil {
		return nil, err
	}
	if err := s.bind(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Each reads the input from its first row to its last and calls visit for
// every record. An error means that the input is not whole.
func (s *Source) Each(ctx context.Context, visit spec.Visitor) error {
	if s.people.ordinal == nil {
		if err := s.survey(ctx); err != nil {
			return err
		}
	}
	if len(s.wanted) > 0 && s.donors == nil {
		if err := s.gather(ctx); err != nil {
			return err
		}
	}
	defer s.forget()
	return s.ordering(ctx, visit)
}

// forget gives the memory of the persons' rows back: a later reading, which is rare,
// takes their sheets apart again.
func (s *Source) forget() {
	for _, p := range s.tables[s.primary].parts {
		p.memory = nil
	}
}

// ordering passes over the input until all tables come in the persons' order.
func (s *Source) ordering(ctx context.Context, visit spec.Visitor) error {
	for {
		err := s.pass(ctx, visit)
		if !errors.Is(err, errOrder) {
			return err
		}
		visit.Restart()
	}
}

// Whole reports whether there is more than the persons' sheet: one sheet alone
// may as well be somebody else's export.
func (s *Source) Whole() bool {
	for i, t := range s.tables {
		if i != s.primary && t.there {
			return true
		}
	}
	return false
}

// Complete reports whether all tables are there: what lacks one may be a part of an
// export whose other parts lie in other files.
func (s *Source) Complete() bool {
	return !slices.ContainsFunc(s.tables, func(t *dataTable) bool { return !t.there })
}

// Feeds reports whether a sheet of the input holds a table, or a part of one.
func (s *Source) Feeds(ref *spec.SheetRef) bool {
	return slices.ContainsFunc(s.tables, func(t *dataTable) bool {
		return slices.ContainsFunc(t.parts, func(p *part) bool { return p.sheet.Ref == ref })
	})
}

// PersonSheet is the first sheet of the persons; nil if it has no row at all.
func (s *Source) PersonSheet() *spec.SheetRef {
	if parts := s.tables[s.primary].parts; len(parts) > 0 {
		return parts[0].sheet.Ref
	}
	return nil
}

// Persons looks ahead and counts the persons that have a key, so that a caller
// can make room for that many records.
func (s *Source) Persons(ctx context.Context) (int, error) {
	if s.people.ordinal == nil {
		if err := s.survey(ctx); err != nil {
			return 0, err
		}
	}
	n := s.people.ordinal.len()
	for _, more := range s.people.repeats {
		n += more
	}
	return n, nil
}

// Mapping names the mapping by which the input is read, "" for the standard
// workbook.
func (s *Source) Mapping() string { return s.lay.Name }

// Differences are the changes of the header since the mapping was made that do
// not keep it from working.
func (s *Source) Differences() []layout.Difference { return s.differs }

// Fingerprint is that of the input's headers as the layout sees them.
func (s *Source) Fingerprint() string {
	var headers [][]string
	for _, t := range s.tables {
		headers = append(headers, t.header)
	}
	return layout.Fingerprint(headers)
}

// Accounts returns where every row and cell went; it is complete after Each.
func (s *Source) Accounts() Accounts { return s.acc }
