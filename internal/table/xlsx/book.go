package xlsx

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"hbupload/internal/table/grid"
)

// book implements grid.Book.
type book struct {
	name   string
	closer io.Closer
	parts  *zipParts
	lim    Limits
	wb     *workbook
	styles []style

	mu     sync.Mutex // guards all below
	shared *sharedStrings
	merges map[int][]grid.Range
	notes  []string
}

var _ grid.Book = (*book)(nil)

// Open opens a workbook for reading only; it may be open in Excel at the same
// time. Errors are *grid.ReadError.
func Open(path string, lim Limits) (grid.Book, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &grid.ReadError{File: path, Message: "打不开文件", Fix: "请检查文件是否存在、是否有读取权限", Err: err}
	}
	st, err := f.Stat()
	if err == nil {
		var b *book
		if b, err = openBook(filepath.Base(path), f, st.Size(), lim); err == nil {
			b.closer = f
			return b, nil
		}
	}
	_ = f.Close()
	return nil, readError(filepath.Base(path), "", 0, err)
}

// OpenReaderAt reads a workbook of size bytes from r; name stands in errors.
func OpenReaderAt(name string, r io.ReaderAt, size int64, lim Limits) (grid.Book, error) {
	b, err := openBook(name, r, size, lim)
	if err != nil {
		return nil, readError(name, "", 0, err)
	}
	return b, nil
}

// openBook reads the small parts; sheets and shared strings wait for Rows.
func openBook(name string, r io.ReaderAt, size int64, lim Limits) (*book, error) {
	b := &book{name: name, lim: lim.orDefault(), merges: map[int][]grid.Range{}}
	ctx := context.Background() // small, bounded parts
	var err error
	if b.parts, err = openParts(r, size, &b.lim); err != nil {
		return nil, err
	}
	if b.wb, err = readWorkbook(ctx, b.parts); err != nil {
		return nil, b.named(err)
	}
	if b.wb.styles == "" {
		return b, nil
	}
	rc, err := b.parts.open(b.wb.styles, b.lim.MetaBytes)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	src, _, err := utf8Source(rc)
	if err != nil {
		return nil, err
	}
	b.styles, err = readStyles(ctx, src, &b.lim)
	return b, err
}

// named puts the file's name into an error that lacks it.
func (b *book) named(err error) error {
	if re, ok := err.(*grid.ReadError); ok && re.File == "" {
		re.File = b.name
	}
	return err
}

// Sheets implements grid.Book; chart sheets are left out.
func (b *book) Sheets() []grid.Sheet {
	out := make([]grid.Sheet, len(b.wb.sheets))
	for i, s := range b.wb.sheets {
		out[i] = s.Sheet
	}
	return out
}

// Rows implements grid.Book.
func (b *book) Rows(ctx context.Context, i int) (grid.Rows, error) {
	if i < 0 || i >= len(b.wb.sheets) {
		return nil, &grid.ReadError{File: b.name, Message: "没有这个工作表"}
	}
	shared, err := b.sharedStrings(ctx)
	if err != nil {
		return nil, readError(b.name, "", 0, err)
	}
	sh := b.wb.sheets[i]
	rc, err := b.parts.open(sh.part, b.lim.PartBytes)
	if err != nil {
		return nil, readError(b.name, sh.Name, 0, err)
	}
	src, enc, err := utf8Source(rc)
	if err != nil {
		_ = rc.Close()
		return nil, readError(b.name, sh.Name, 0, err)
	}
	if enc != "" {
		b.note("工作表「" + sh.Name + "」的编码是 " + enc + "，已转换为 UTF-8 读取")
	}
	return &sheetRows{b: b, sheet: i, rc: rc, lx: newLexer(ctx, src, &b.lim), shared: shared}, nil
}

// sharedStrings reads the string table once for all sheets.
func (b *book) sharedStrings(ctx context.Context) (*sharedStrings, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shared != nil {
		return b.shared, nil
	}
	if b.wb.shared == "" {
		b.shared = &sharedStrings{}
		return b.shared, nil
	}
	rc, err := b.parts.open(b.wb.shared, b.lim.PartBytes)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	src, _, err := utf8Source(rc)
	if err != nil {
		return nil, err
	}
	shared, err := readShared(ctx, src, &b.lim)
	if err != nil {
		return nil, err
	}
	b.shared = shared
	return shared, nil
}

// Merges implements grid.Book.
func (b *book) Merges(ctx context.Context, i int) ([]grid.Range, error) {
	b.mu.Lock()
	known, ok := b.merges[i]
	b.mu.Unlock()
	if ok {
		return known, nil
	}
	rows, err := b.Rows(ctx, i)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for {
		if _, err := rows.Next(); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.merges[i], nil
}

// keepMerges remembers the merged areas that a whole pass has found.
func (b *book) keepMerges(i int, m []grid.Range) {
	b.mu.Lock()
	b.merges[i] = m
	b.mu.Unlock()
}

// note adds a sentence for the operator, once.
func (b *book) note(s string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Contains(b.notes, s) {
		b.notes = append(b.notes, s)
	}
}

// Date1904 implements grid.Book.
func (b *book) Date1904() bool { return b.wb.date1904 }

// Notes implements grid.Book.
func (b *book) Notes() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.notes)
}

// Close implements grid.Book.
func (b *book) Close() error {
	if b.closer == nil {
		return nil
	}
	return b.closer.Close()
}
