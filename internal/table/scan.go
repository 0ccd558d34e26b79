package table

import (
	"context"
	"errors"
	"io"
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// HeaderRule tells a header from other rows. Its functions are asked with
// headers reduced by spec.HeaderKey.
type HeaderRule struct {
	Known    func(key string) bool // the header names something the caller wants
	IsKey    func(key string) bool // the header is that of the exam key; nil: the sheet has none
	MinKnown int                   // how many different known headers make a header row; 0 means 3
	NeedKey  bool                  // a header row must hold the exam key's header
	Rows     []int32               // the header stands in these one or two rows; empty: it is looked for
}

// Column is one named column of a header.
type Column struct {
	Col   int32  // 1-based
	Name  string // as written; of two header rows the group and the sub-header joined
	Key   string // Name reduced by spec.HeaderKey
	Group string // the upper of two header rows, "" if there is one row
	Sub   string // the lower of two header rows, "" if there is one row
}

// Header is the header of a sheet.
type Header struct {
	Rows    []int32 // one or two row numbers
	Columns []Column
}

// The reasons for which a row is passed over (help: 约定 3.2).
const (
	ReasonHeader   = "header"
	ReasonTitle    = "title"
	ReasonRepeated = "repeated-header"
	ReasonTotal    = "total"
	ReasonNote     = "note"
	ReasonExample  = "example"
)

// Skipped is a row with a value that is no data.
type Skipped struct {
	Row    int32
	Reason string
}

// ErrNoHeader says that no row of a sheet qualifies as its header: the sheet
// is not one of those the rule describes.
var ErrNoHeader = errors.New("没有找到表头")

// NoHeaderError is ErrNoHeader with what came nearest.
type NoHeaderError struct {
	Sheet *spec.SheetRef
	Best  Header // the row with the most known headers; no columns if there is none
	Known int    // how many of them are known
	Rows  int    // rows with a value that were looked at; 0: the sheet is empty
}

// Error implements error.
func (e *NoHeaderError) Error() string {
	return e.Sheet.File + "「" + e.Sheet.Name + "」：" + ErrNoHeader.Error()
}

// Is makes errors.Is(err, ErrNoHeader) hold.
func (e *NoHeaderError) Is(target error) bool { return target == ErrNoHeader }

// Scan is one pass over the data rows of a sheet.
type Scan struct {
	rows    grid.Rows
	file    string
	header  Header
	class   classifier
	pending []grid.Row // read while the header was looked for, not yet yielded
	skipped []Skipped
	read    int
	hidden  int
	filled  []int // values by column, of the rows yielded
	passed  int   // values in the rows skipped
}

// Scan begins a pass over the sheet's data. The error is a NoHeaderError if
// the sheet has no header by the rule, a *grid.ReadError if it cannot be read.
func (s *Sheet) Scan(ctx context.Context, rule HeaderRule) (*Scan, error) {
	rows, err := s.Rows(ctx)
	if err != nil {
		return nil, located(err, s.Ref.File)
	}
	sc := &Scan{rows: rows, file: s.Ref.File}
	if err := sc.begin(ctx, s, rule); err != nil {
		_ = rows.Close()
		return nil, located(err, s.Ref.File)
	}
	return sc, nil
}

// begin looks for the header among the first rows and keeps what follows it.
func (s *Scan) begin(ctx context.Context, sheet *Sheet, rule HeaderRule) error {
	head, err := s.peek()
	if err != nil {
		return err
	}
	f := finder{rule: rule, rows: head, merges: func() ([]grid.Range, error) { return sheet.Merges(ctx) }}
	found, err := f.find()
	if err != nil {
		return err
	}
	if !found.ok {
		return &NoHeaderError{Sheet: sheet.Ref, Best: found.header, Known: found.known, Rows: len(head)}
	}
	s.header = found.header
	s.class = newClassifier(found.header, rule, head[:found.first], head[found.first:found.next])
	for i := range head[:found.next] {
		reason := ReasonTitle
		if i >= found.first {
			reason = ReasonHeader
		}
		s.skip(&head[i], reason)
	}
	s.pending = head[found.next:]
	return nil
}

// maxHead is how many rows with a value are looked at for the header.
const maxHead = 60

// peek copies the first rows with a value.
func (s *Scan) peek() ([]grid.Row, error) {
	var head []grid.Row
	for len(head) < maxHead {
		row, err := s.rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if !hasValue(row) {
			continue
		}
		kept := *row
		kept.Cells = append([]grid.Cell(nil), row.Cells...)
		head = append(head, kept)
	}
	return head, nil
}

// Header is the sheet's header.
func (s *Scan) Header() Header { return s.header }

// Next is the next data row, io.EOF after the last. The row is valid until
// the next call.
func (s *Scan) Next() (*grid.Row, error) {
	for {
		row, err := s.next()
		if err != nil {
			return nil, located(err, s.file)
		}
		if !hasValue(row) {
			continue
		}
		reason := s.class.reason(row)
		if reason == "" {
			s.read++
			if row.Hidden {
				s.hidden++
			}
			s.look(row)
			return row, nil
		}
		if reason == ReasonRepeated && s.class.titleAbove {
			s.skipped[len(s.skipped)-1].Reason = ReasonTitle
		}
		s.class.seen(row, reason)
		s.skip(row, reason)
	}
}

// look counts the row's values and makes an error of a text that is one: a text
// file has no type for #N/A, and an export program that pastes values loses it. No
// name, result or code is spelled so, and sent as text it would stand in somebody's
// record.
func (s *Scan) look(row *grid.Row) {
	for i := range row.Cells {
		c := &row.Cells[i]
		if !cellHasValue(c) {
			continue
		}
		for int(c.Col) >= len(s.filled) {
			s.filled = append(s.filled, 0)
		}
		s.filled[c.Col]++
		if len(c.Text) > 3 && c.Text[0] == '#' && isText(*c) && isErrorText(c.Text) {
			c.Kind = grid.Error
		}
	}
}

func isErrorText(s string) bool {
	switch strings.ToUpper(s) {
	case "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA":
		return true
	}
	return false
}

func (s *Scan) next() (*grid.Row, error) {
	if len(s.pending) > 0 {
		row := &s.pending[0]
		s.pending = s.pending[1:]
		return row, nil
	}
	return s.rows.Next()
}

func (s *Scan) skip(row *grid.Row, reason string) {
	s.read++
	s.skipped = append(s.skipped, Skipped{Row: row.Num, Reason: reason})
	s.passed += Values(row)
}

// Values is how many cells of a row hold something that a person sees.
func Values(row *grid.Row) int {
	n := 0
	for i := range row.Cells {
		if cellHasValue(&row.Cells[i]) {
			n++
		}
	}
	return n
}

// HasValue reports whether a person sees something in the cell.
func HasValue(c *grid.Cell) bool { return cellHasValue(c) }

// Filled is how many values stand in each column of the rows yielded so far, by
// the column's number.
func (s *Scan) Filled() []int { return s.filled }

// PassedOver is how many values stand in the rows skipped so far.
func (s *Scan) PassedOver() int { return s.passed }

// Skipped lists the rows with a value that were passed over so far.
func (s *Scan) Skipped() []Skipped { return s.skipped }

// Read is how many rows with a value were read so far: those yielded and
// those skipped.
func (s *Scan) Read() int { return s.read }

// Hidden is how many of the yielded rows the spreadsheet program hides.
func (s *Scan) Hidden() int { return s.hidden }

// Close ends the pass.
func (s *Scan) Close() error { return s.rows.Close() }
