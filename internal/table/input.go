package table

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"slices"

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
	files    []*os.File     // what the books read; none for a stream
	size     int64          // of the file, unless it is a folder
	temps    []func() error // remove what was unpacked of a zip
	members  []*Input       // of several files that are read as one
	opts     Options
}

// Sheets lists the sheets in the order of the file; those of a folder or zip
// in the order of their names.
func (in *Input) Sheets() []*Sheet { return in.sheets }

// SHA256 is the lower-case hex digest of the file's bytes, read anew at each
// call so that a change between two passes shows. For a folder it is the
// digest of the names and bytes of its files; for standard input that of the
// bytes that came.
func (in *Input) SHA256(ctx context.Context) (string, error) {
	if len(in.members) > 0 {
		return in.sumMembers(ctx, (*Input).SHA256)
	}
	return in.sum(ctx)
}

// Opened is the digest of the bytes that are read: those of the opened file,
// whatever lies at its path by now.
func (in *Input) Opened(ctx context.Context) (string, error) {
	if len(in.members) > 0 {
		return in.sumMembers(ctx, (*Input).Opened)
	}
	f, size := in.Original()
	if f == nil {
		return in.sum(ctx)
	}
	h := sha256.New()
	if err := hashReader(ctx, h, in.Path, io.NewSectionReader(f, 0, size)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Original is the opened file, for those who copy it; nil for a folder, a
// stream, and a file that was released.
func (in *Input) Original() (io.ReaderAt, int64) {
	if in.Format == FormatFolder || len(in.files) != 1 {
		return nil, 0
	}
	return in.files[0], in.size
}

// Untyped reports whether the cells have no types: text files and HTML tables.
func (in *Input) Untyped() bool {
	if in.Format == FormatFolder {
		return slices.ContainsFunc(in.sheets, func(s *Sheet) bool { return s.Text })
	}
	return in.Format != FormatXlsx && in.Format != FormatXls
}

// Notes are sentences (Chinese) the operator should see: what was left out,
// what was read by a slower way.
func (in *Input) Notes() []string {
	out := append([]string(nil), in.notes...)
	for _, m := range in.members {
		out = append(out, m.Notes()...)
	}
	for _, b := range in.books {
		for _, note := range b.Notes() {
			if !slices.Contains(out, note) { // a file that was opened twice
				out = append(out, note)
			}
		}
	}
	return out
}

// Close releases the files.
func (in *Input) Close() error {
	var errs []error
	for _, m := range in.members {
		errs = append(errs, m.Close())
	}
	for _, b := range in.books {
		errs = append(errs, b.Close())
	}
	for _, f := range in.files {
		errs = append(errs, f.Close())
	}
	for _, done := range in.temps {
		errs = append(errs, done())
	}
	in.books = nil
	in.files = nil
	in.temps = nil
	return errors.Join(errs...)
}

// Release closes the files of an input that is not read for a while; Reopen
// opens them again. What was learned of the sheets stays. A stream cannot be
// opened again and is kept.
func (in *Input) Release() error {
	if len(in.members) > 0 {
		return in.releaseMembers()
	}
	if len(in.files) == 0 {
		return nil
	}
	in.notes = in.Notes()
	for _, s := range in.sheets {
		s.book = nil
	}
	return in.Close()
}

// Ready reports whether the input can be read: it was not released.
func (in *Input) Ready() bool {
	if len(in.members) > 0 {
		return !slices.ContainsFunc(in.members, func(m *Input) bool { return !m.Ready() })
	}
	return len(in.books) > 0 || len(in.sheets) == 0
}

// Reopen opens the files of an input that was released; others are open. The
// sheets must be the same; whether the bytes are is for Opened to tell.
func (in *Input) Reopen(ctx context.Context) error {
	if in.Ready() {
		return nil
	}
	if len(in.members) > 0 {
		return in.reopenMembers(ctx)
	}
	again, err := Open(ctx, in.Path, in.opts)
	if err != nil {
		return err
	}
	same := again.Format == in.Format && len(again.sheets) == len(in.sheets)
	for i := 0; same && i < len(in.sheets); i++ {
		same = *again.sheets[i].Ref == *in.sheets[i].Ref
	}
	if !same {
		return errors.Join(&grid.ReadError{File: in.Path, Message: "读取之后文件被换成了别的内容", Fix: "请等文件保存完毕后重新执行"}, again.Close())
	}
	for i, s := range in.sheets {
		s.book = again.sheets[i].book
	}
	in.books = again.books
	in.files = again.files
	in.size = again.size
	in.temps = again.temps
	return nil
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
			Ref:    &spec.SheetRef{File: file, Name: s.Name, Input: in.Path},
			Hidden: s.Hidden,
			Text:   name != "",
			book:   b,
			index:  i,
		})
	}
}

// Sheet is one sheet of an input.
type Sheet struct {
	Ref    *spec.SheetRef
	Hidden bool
	Text   bool // a file of delimited text
	book   grid.Book
	index  int
}

// Rows is a pass over all rows as they stand in the file, for those who want
// to see or copy the sheet rather than read its data.
func (s *Sheet) Rows(ctx context.Context) (grid.Rows, error) { return s.book.Rows(ctx, s.index) }

// Date1904 tells which serial day number zero is.
func (s *Sheet) Date1904() bool { return s.book.Date1904() }

// Merges lists the merged areas. In an xlsx file they stand behind the data,
// so that asking for them may cost a pass.
func (s *Sheet) Merges(ctx context.Context) ([]grid.Range, error) {
	return s.book.Merges(ctx, s.index)
}
