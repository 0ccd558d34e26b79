package xlsx

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"hbupload/internal/table/grid"
)

// book implements grid.Book.
type book struct {
	name   string
	closer io.Closer
	ra     io.ReaderAt // the whole file, for the fallback
	size   int64
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
	b := &book{name: name, ra: r, size: size, lim: lim.orDefault(), merges: map[int][]grid.Range{}}
	ctx := context.Background() // small, bounded parts
	var err error
	if b.parts, err = openParts(r, size, &b.lim); err != nil {
		return nil, err
	}
	if b.wb, err = readWorkbook(ctx, b.parts); err != nil {
		return nil, b.named(inPart("工作簿目录 (workbook.xml)", err))
	}
	if n := len(b.wb.skipped); n > 0 {
		b.note("工作簿目录里有 " + strconv.Itoa(n) + " 项没有内容（如旧的宏模块），已略过：" + strings.Join(b.wb.skipped[:min(n, 5)], "、"))
	}
	if b.wb.styles != "" {
		if b.styles, err = b.readStyles(ctx); err != nil {
			return nil, inPart("单元格样式 (styles.xml)", err)
		}
	}
	return b, nil
}

// readStyles reads the styles part.
func (b *book) readStyles(ctx context.Context) (styles []style, err error) {
	err = b.parts.text(b.wb.styles, b.lim.MetaBytes, func(src io.Reader) error {
		styles, err = readStyles(ctx, src, &b.lim)
		return err
	})
	return styles, err
}

// named puts the file's name into an error that lacks it.
func (b *book) named(err error) error {
	var re *grid.ReadError
	if errors.As(err, &re) && re.File == "" {
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
	if err := b.checkIndex(i); err != nil {
		return nil, err
	}
	shared, err := b.sharedStrings(ctx)
	if err == nil {
		var r *sheetRows
		if r, err = b.openSheet(ctx, i); err == nil {
			r.shared = shared
			return r, nil
		}
	}
	name := b.wb.sheets[i].Name
	if errors.Is(err, errDoctype) {
		rows, err := openFallback(ctx, b, i)
		if err != nil {
			return nil, readError(b.name, name, 0, err)
		}
		b.note("工作表「" + name + "」含有文档类型声明 (DOCTYPE)，已改用备用方式 (excelize) 读取，较慢；声明本身不予解析")
		return rows, nil
	}
	return nil, readError(b.name, name, 0, err)
}

// checkIndex refuses sheets that do not exist.
func (b *book) checkIndex(i int) error {
	if i < 0 || i >= len(b.wb.sheets) {
		return &grid.ReadError{File: b.name, Message: "没有这个工作表", Fix: "请检查工作表名称"}
	}
	return nil
}

// openSheet opens a sheet's part and reads up to its root element.
func (b *book) openSheet(ctx context.Context, i int) (*sheetRows, error) {
	sh := b.wb.sheets[i]
	rc, err := b.parts.open(sh.part, b.lim.PartBytes)
	if err != nil {
		return nil, err
	}
	src, enc, err := utf8Source(rc)
	if err == nil {
		if enc != "" {
			b.note("工作表「" + sh.Name + "」的编码是 " + enc + "，已转换为 UTF-8 读取")
		}
		r := &sheetRows{b: b, sheet: i, rc: rc, lx: newLexer(ctx, src, &b.lim)}
		if err = openRoot(r.lx, "worksheet"); err == nil {
			r.prefix = string(r.lx.prefix)
			return r, nil
		}
	}
	_ = rc.Close()
	return nil, err
}

// sharedStrings reads the string table once for all sheets.
func (b *book) sharedStrings(ctx context.Context) (*sharedStrings, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shared != nil {
		return b.shared, nil
	}
	if b.wb.shared == "" || !b.parts.has(b.wb.shared) {
		b.shared = &sharedStrings{missing: b.wb.shared != ""}
		return b.shared, nil
	}
	shared, err := b.readShared(ctx)
	if err != nil {
		return nil, inPart("共享字符串 (sharedStrings.xml)", err)
	}
	b.shared = shared
	return shared, nil
}

// readShared reads the shared strings part.
func (b *book) readShared(ctx context.Context) (table *sharedStrings, err error) {
	err = b.parts.text(b.wb.shared, b.lim.PartBytes, func(src io.Reader) error {
		table, err = readShared(ctx, src, &b.lim)
		return err
	})
	return table, err
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
