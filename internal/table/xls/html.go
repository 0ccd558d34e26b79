package xls

import (
	"bufio"
	"context"
	"errors"
	"io"

	"hbupload/internal/table/grid"
)

// headSize is how much of a page says what it is.
const headSize = 4096

// page is a book made of the tables of a page of markup.
type page struct {
	file     string
	notes    []string
	sheets   []grid.Sheet
	tables   []*table
	date1904 bool
}

// table is a sheet: its rows are held, since a page of this kind is small and
// its spans reach from row to row.
type table struct {
	rows   []tableRow
	merges []grid.Range
}

type tableRow struct {
	num    int32
	hidden bool
	cells  []grid.Cell
}

var _ grid.Book = (*page)(nil)

// OpenHTMLReaderAt opens a page of size bytes; r is not used after the return.
func OpenHTMLReaderAt(name string, r io.ReaderAt, size int64, lim Limits) (grid.Book, error) {
	lim = lim.withDefaults()
	if err := checkSize(name, size, lim); err != nil {
		return nil, err
	}
	text, note, err := decodePage(r, size)
	if err != nil {
		e := &grid.ReadError{File: name, Message: err.Error(), Fix: "请从原系统重新导出，或用 Excel/WPS 打开后另存为 .xlsx", Err: err}
		return nil, e
	}
	var notes []string
	if note != "" {
		notes = append(notes, note)
	}
	in := bufio.NewReaderSize(text, headSize)
	if head, err := in.Peek(headSize); len(head) > 0 && reWorkbook.Match(head) {
		x := &xmlReader{page: &page{file: name, notes: notes}, limit: lim.MaxCells}
		return x.read(in)
	} else if err != nil && !errors.Is(err, io.EOF) {
		return nil, &grid.ReadError{File: name, Message: "读取文件失败", Fix: "请从原系统重新导出，或用 Excel/WPS 打开后另存为 .xlsx", Err: err}
	}
	b := &builder{file: name, limit: lim.MaxCells}
	if err := b.read(in); err != nil {
		return nil, err
	}
	if len(b.page.tables) == 0 {
		return nil, &grid.ReadError{File: name, Message: "网页里没有表格", Fix: "请确认选对了文件；若打开后看到的是登录页或出错信息，请重新导出"}
	}
	b.page.notes = append(b.page.notes, notes...)
	b.page.notes = append(b.page.notes, "这个 .xls 其实是网页表格，其中的数字没有类型；证件号等长数字请核对")
	return b.page, nil
}

// Sheets implements grid.Book.
func (p *page) Sheets() []grid.Sheet { return p.sheets }

// Rows implements grid.Book.
func (p *page) Rows(ctx context.Context, i int) (grid.Rows, error) {
	if i < 0 || i >= len(p.tables) {
		return nil, &grid.ReadError{File: p.file, Message: "没有这个工作表"}
	}
	return &pageRows{ctx: ctx, rest: p.tables[i].rows}, nil
}

// Merges implements grid.Book.
func (p *page) Merges(_ context.Context, i int) ([]grid.Range, error) {
	if i < 0 || i >= len(p.tables) {
		return nil, &grid.ReadError{File: p.file, Message: "没有这个工作表"}
	}
	return p.tables[i].merges, nil
}

// Date1904 implements grid.Book.
func (p *page) Date1904() bool { return p.date1904 }

// Notes implements grid.Book.
func (p *page) Notes() []string {
	return p.notes
}

// Close implements grid.Book.
func (p *page) Close() error { return nil }

// pageRows is a pass over a table.
type pageRows struct {
	ctx  context.Context // of this pass only
	rest []tableRow
	row  grid.Row
}

// Next implements grid.Rows.
func (r *pageRows) Next() (*grid.Row, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	if len(r.rest) == 0 {
		return nil, io.EOF
	}
	first := &r.rest[0]
	r.rest = r.rest[1:]
	// The caller may change the row it gets; the table stays as it is.
	r.row = grid.Row{Num: first.num, Hidden: first.hidden, Cells: append(r.row.Cells[:0], first.cells...)}
	return &r.row, nil
}

// Close implements grid.Rows.
func (r *pageRows) Close() error {
	r.rest = nil
	return nil
}
