// Package grid is what every reader of files yields: sheets of rows of typed
// cells, each with its position as the spreadsheet program shows it. It knows
// no file format and no meaning.
package grid

import (
	"context"
	"fmt"

	"hbupload/internal/fault"
)

// Kind is what a cell holds. Only the kind tells a date from a number and an
// identity number that was typed as a number from one that is text.
type Kind uint8

// The kinds of cells.
const (
	Blank   Kind = iota // nothing; blank cells are usually not yielded at all
	Text                // text
	Number              // a number
	Date                // a number whose format shows a date or a time
	Bool                // TRUE or FALSE
	Error               // #N/A, #REF! …, the code in Text
	Formula             // a formula without a cached value, the formula in Text if it is known
	Untyped             // a field of a text file: it has no type
)

// Cell is one cell. Its strings are immutable and stay valid for ever.
type Cell struct {
	Col     int32 // 1-based
	Kind    Kind
	Percent bool   // Number: the format shows a percentage
	Cached  bool   // the value is the cached result of a formula
	Struck  bool   // some of it, or all, is struck through
	Text    string // decoded text; for Number and Date the literal of the file
	Num     float64
	Format  string // number format code of Number and Date; "" is General
}

// Strike is whether the text of a cell is struck through, by its own fonts.
type Strike uint8

// The answers; only the first depends on the format of the cell.
const (
	AsCell  Strike = iota // some of it has the font of its cell
	Struck                // some of it is
	Upright               // all of it has fonts of its own that are not
)

// With adds what the cell's own font says.
func (s Strike) With(cell bool) bool { return s == Struck || cell && s == AsCell }

// Row is one row of a sheet. Readers reuse the Row and its Cells slice: they
// are valid until the next call of Next. The strings stay valid.
type Row struct {
	Num    int32 // 1-based, as the spreadsheet program shows it
	Hidden bool
	Cells  []Cell // ascending by Col; blank cells may be missing
}

// Cell is the cell of a 1-based column, or a blank one.
func (r *Row) Cell(col int32) Cell {
	for i := range r.Cells {
		if r.Cells[i].Col == col {
			return r.Cells[i]
		}
	}
	return Cell{Col: col}
}

// Empty reports whether the row holds no value at all.
func (r *Row) Empty() bool {
	for i := range r.Cells {
		if r.Cells[i].Kind != Blank && r.Cells[i].Text != "" {
			return false
		}
	}
	return true
}

// Range is a merged area, bounds included, 1-based.
type Range struct{ FirstRow, FirstCol, LastRow, LastCol int32 }

// Sheet is one sheet of a book, before it is read.
type Sheet struct {
	Name   string
	Hidden bool
}

// Rows is a pass over one sheet. Next returns io.EOF after the last row, and
// an error with its place if the sheet is cut off or damaged: never fewer rows
// without a word.
type Rows interface {
	Next() (*Row, error)
	Close() error
}

// Book is an opened file. Its sheets may be read concurrently, each several
// times.
type Book interface {
	Sheets() []Sheet
	// Rows begins a pass over the i-th sheet. The pass ends early with the
	// context's error.
	Rows(ctx context.Context, i int) (Rows, error)
	// Merges lists the merged areas of the i-th sheet.
	Merges(ctx context.Context, i int) ([]Range, error)
	// Date1904 tells which serial day number zero is.
	Date1904() bool
	// Notes are sentences (Chinese) that the operator should see, such as
	// that a sheet was read by the slower way.
	Notes() []string
	Close() error
}

// ReadError is a file that cannot be read, or not whole. Message says what is
// wrong, Hint what to do; both Chinese.
type ReadError struct {
	File    string
	Sheet   string // "" for the whole file
	Row     int32  // 0: not known
	Cell    string
	Message string
	Fix     string
	Err     error
}

// Error implements error.
func (e *ReadError) Error() string {
	s := e.File
	if e.Sheet != "" {
		s += fmt.Sprintf("「%s」", e.Sheet)
	}
	switch {
	case e.Cell != "":
		s += " 单元格 " + e.Cell
	case e.Row > 0:
		s += fmt.Sprintf(" 第 %d 行", e.Row)
	}
	return s + "：" + e.Message
}

// Unwrap gives the cause.
func (e *ReadError) Unwrap() error { return e.Err }

// Kind is fault.Input.
func (e *ReadError) Kind() fault.Kind { return fault.Input }

// Hint is what the operator should do next.
func (e *ReadError) Hint() string { return e.Fix }
