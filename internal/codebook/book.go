package codebook

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/fault"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// Book is what stands in the file, row by row, as people left it.
type Book struct {
	rows   []Entry
	faults []spec.Finding // of the book as such: no header, too long
	header *header        // of the first sheet that has one; nil: none has
}

// header is where the columns of a sheet stand.
type header struct {
	ref  *spec.SheetRef
	last int32         // the last row with a value
	cols map[int]int32 // place in columns() → 1-based column
}

// The bounds of a book: far beyond what a clinic writes.
const (
	maxRows   = 50_000
	maxHeader = 20 // rows in which the header is looked for
	maxText   = 500
)

// Read reads the book. One that is not there, or "", is empty.
func Read(ctx context.Context, path string) (*Book, error) {
	b := &Book{}
	if path == "" {
		return b, nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer func() { _ = in.Close() }()
	for _, sheet := range in.Sheets() {
		if err := b.read(ctx, sheet); err != nil {
			return nil, unreadable(path, err)
		}
	}
	if b.header == nil {
		b.faults = append(b.faults, finding(spec.Place{Sheet: &spec.SheetRef{File: path}}, "里没有认出表头，整本没有使用；第一行应有 本院写法、字典、代码"))
	}
	return b, nil
}

// unreadable is a book that exists and cannot be read: what people have settled
// would be missing without a word.
func unreadable(path string, err error) error {
	e := fault.Newf(fault.Config, "%s 无法读取", FileName).At(path).By(err).
		Next("关闭正在使用它的程序后再试；文件损坏时请用备份替换，或先改名移走（登记过的写法就暂时不用）")
	if told := fault.Of(err); told != nil && told.Hint() != "" {
		return fault.Newf(fault.Config, "%s 无法读取：%s", FileName, told.Error()).By(err).Next(told.Hint())
	}
	return e
}

// finding is a fault of the book.
func finding(place spec.Place, message string) spec.Finding {
	return spec.Finding{Record: -1, Place: place, Rule: spec.CodeBook, Severity: spec.Warning, Message: FileName + message, Cause: FileName + message}
}

// read takes the rows of one sheet; a sheet without our header is somebody's own.
func (b *Book) read(ctx context.Context, sheet *table.Sheet) error {
	rows, err := sheet.Rows(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var h *header
	for seen := 0; ; seen++ {
		row, err := rows.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case row.Empty():
		case h != nil:
			if !b.add(row, h) {
				return nil
			}
		case seen >= maxHeader:
			return nil
		default:
			if cols := headerOf(row); cols != nil {
				h = &header{ref: sheet.Ref, last: row.Num, cols: cols}
				if b.header == nil {
					b.header = h
				}
			}
		}
	}
}

// add takes a row below the header; false: there are too many.
func (b *Book) add(row *grid.Row, h *header) bool {
	h.last = row.Num
	if len(b.rows) >= maxRows {
		b.faults = append(b.faults, finding(spec.Place{Sheet: h.ref, Row: row.Num}, "超过 "+strconv.Itoa(maxRows)+" 行，以下没有使用"))
		return false
	}
	b.rows = append(b.rows, entryOf(row, h))
	return true
}

// headerOf finds the book's columns in a row, nil if it is not the header.
func headerOf(row *grid.Row) map[int]int32 {
	cols := map[int]int32{}
	for _, cell := range row.Cells {
		key := spec.HeaderKey(cell.Text)
		for i, c := range columns() {
			if _, taken := cols[i]; !taken && slices.Contains(append([]string{c.label}, c.aliases...), key) {
				cols[i] = cell.Col
				break
			}
		}
	}
	_, word := cols[colWord]
	_, domain := cols[colDomain]
	_, code := cols[colCode]
	_, name := cols[colName]
	if !word || !domain || !code && !name {
		return nil
	}
	return cols
}

// entryOf reads one row.
func entryOf(row *grid.Row, h *header) Entry {
	e := Entry{sheet: h, row: row.Num}
	for i, c := range columns() {
		if col, ok := h.cols[i]; ok {
			*c.at(&e) = textOf(row.Cell(col))
		}
	}
	if domain, ok := spec.AliasDomain(e.Domain); ok {
		e.Domain = domain
	}
	return e
}

// textOf is a cell as a person sees it.
func textOf(c grid.Cell) string {
	text := c.Text
	if c.Kind == grid.Number {
		text = strconv.FormatFloat(c.Num, 'f', -1, 64)
	}
	if len(text) > maxText {
		return ""
	}
	return strings.Clone(strings.TrimSpace(text))
}

// With is the book with more entries in front of what it says of the same words;
// the file is not touched.
func (b *Book) With(entries ...Entry) *Book {
	out := &Book{faults: b.faults, header: b.header}
	for _, e := range b.rows {
		if !slices.ContainsFunc(entries, func(n Entry) bool { return n.same(e) }) {
			out.rows = append(out.rows, e)
		}
	}
	out.rows = append(out.rows, entries...)
	return out
}

// same reports whether two entries speak of one word for one institution.
func (e Entry) same(other Entry) bool {
	return e.Domain == other.Domain && spec.WordKey(e.Word) == spec.WordKey(other.Word) && spec.WordKey(e.Institution) == spec.WordKey(other.Institution)
}
