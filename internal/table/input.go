package table

import (
	"context"
	"errors"
	"io"

	"hbupload/internal/spec"
	"hbupload/internal/table/delim"
	"hbupload/internal/table/grid"
)

// Options are the bounds within which a file is read. The zero value of each
// field stands for its default.
type Options struct {
	Stdin io.Reader // what "-" reads; nil: "-" is an error
	Delim delim.Limits
	Zip   ZipLimits
}

// ZipLimits bound what a zip of text files may unfold to.
type ZipLimits struct {
	Members int   // default 2000
	Bytes   int64 // of all members together, default 4 GiB
	Ratio   int64 // unfolded to packed, once more than 64 MiB came out; default 200
}

func (o Options) zip() ZipLimits {
	z := o.Zip
	if z.Members <= 0 {
		z.Members = 2000
	}
	if z.Bytes <= 0 {
		z.Bytes = 4 << 30
	}
	if z.Ratio <= 0 {
		z.Ratio = 200
	}
	return z
}

// Format is what the content of an input turned out to be.
type Format string

// The formats of inputs.
const (
	FormatXlsx   Format = "xlsx"
	FormatXls    Format = "xls"
	FormatHTML   Format = "html"
	FormatText   Format = "text"
	FormatFolder Format = "folder"
	FormatZip    Format = "zip"
)

// Input is one FILE of the command line: a workbook, a text file, or a folder
// or zip of text files with one sheet each. It is safe for concurrent use
// until it is closed.
type Input struct {
	Path     string // as the user gave it
	Format   Format
	Date1904 bool
	sheets   []*Sheet
	books    []grid.Book
	notes    []string
	sum      func(context.Context) (string, error)
}

// Sheets lists the sheets in the order of the file; those of a folder or zip
// in the order of their names.
func (in *Input) Sheets() []*Sheet { return in.sheets }

// SHA256 is the lower-case hex digest of the file's bytes, read anew at each
// call so that a change between two passes shows. For a folder it is the
// digest of the names and bytes of its files; for standard input that of the
// bytes that came.
func (in *Input) SHA256(ctx context.Context) (string, error) { return in.sum(ctx) }

// Untyped tells whether the cells have no types: text files and HTML tables.
func (in *Input) Untyped() bool { return in.Format != FormatXlsx && in.Format != FormatXls }

// Notes are sentences (Chinese) the operator should see: what was left out,
// what was read by a slower way.
func (in *Input) Notes() []string {
	out := append([]string(nil), in.notes...)
	for _, b := range in.books {
		out = append(out, b.Notes()...)
	}
	return out
}

// Close releases the files.
func (in *Input) Close() error {
	var errs []error
	for _, b := range in.books {
		errs = append(errs, b.Close())
	}
	in.books = nil
	return errors.Join(errs...)
}

// located names the file of a reader's error as the user gave it: a reader may
// know only its last part.
func located(err error, file string) error {
	var e *grid.ReadError
	if errors.As(err, &e) && e.File != file {
		e.File = file
	}
	return err
}

// add takes a book's sheets into the input. A text file, which has no sheet
// names of its own, is called name.
func (in *Input) add(b grid.Book, file, name string) {
	in.books = append(in.books, b)
	in.Date1904 = in.Date1904 || b.Date1904()
	for i, s := range b.Sheets() {
		if name != "" {
			s.Name = name
		}
		in.sheets = append(in.sheets, &Sheet{
			Ref:    &spec.SheetRef{File: file, Name: s.Name},
			Hidden: s.Hidden,
			book:   b,
			index:  i,
		})
	}
}

// Sheet is one sheet of an input.
type Sheet struct {
	Ref    *spec.SheetRef
	Hidden bool
	book   grid.Book
	index  int
}

// Rows is a pass over all rows as they stand in the file, for those who want
// to see or copy the sheet rather than read its data.
func (s *Sheet) Rows(ctx context.Context) (grid.Rows, error) { return s.book.Rows(ctx, s.index) }

// Merges lists the merged areas. In an xlsx file they stand behind the data,
// so that asking for them may cost a pass.
func (s *Sheet) Merges(ctx context.Context) ([]grid.Range, error) {
	return s.book.Merges(ctx, s.index)
}
