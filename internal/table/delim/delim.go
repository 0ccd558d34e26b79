// Package delim reads delimited text (CSV, TSV and their relatives) as a book
// of one sheet. Encoding and delimiter are found in the content, never in the
// name. Memory does not grow with the file.
package delim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"hbupload/internal/table/grid"
	"hbupload/internal/table/textenc"
)

// Limits bound what a file may ask of this machine. A zero field means its
// default.
type Limits struct {
	MaxBytes  int64  // size of the file in bytes; default 4 GiB
	MaxRecord int    // length of one record in bytes of UTF-8; default 1 MiB
	MaxFields int    // fields of one record; default 16,384, as in Excel
	MaxMemory int64  // OpenReader: bytes held in memory before a temporary file is used; default 16 MiB
	TempDir   string // OpenReader: where that file goes; default the system's folder
}

func (l Limits) withDefaults() Limits {
	if l.MaxBytes <= 0 {
		l.MaxBytes = 4 << 30
	}
	if l.MaxRecord <= 0 {
		l.MaxRecord = 1 << 20
	}
	if l.MaxFields <= 0 {
		l.MaxFields = 16384
	}
	if l.MaxMemory <= 0 {
		l.MaxMemory = 16 << 20
	}
	return l
}

// book is one text file.
type book struct {
	file    string // as the user gave it, for errors
	sheet   string
	src     io.ReaderAt
	size    int64
	bom     int64
	codec   textenc.Codec
	notes   []string
	dialect dialect
	lim     Limits
	done    func() error
}

var _ grid.Book = (*book)(nil)

// OpenReaderAt opens the size bytes of r, which must stay readable, also by
// several goroutines, until the book is closed. Closing the book does not
// close r.
func OpenReaderAt(name string, r io.ReaderAt, size int64, lim Limits) (grid.Book, error) {
	return finish(name, r, size, lim, func() error { return nil })
}

// finish builds the book, or calls done if it cannot.
func finish(file string, src io.ReaderAt, size int64, lim Limits, done func() error) (grid.Book, error) {
	b := &book{file: file, sheet: sheetName(file), src: src, size: size, lim: lim.withDefaults(), done: done}
	if err := b.examine(); err != nil {
		if cerr := done(); cerr != nil {
			return nil, errors.Join(err, cerr)
		}
		return nil, err
	}
	return b, nil
}

// sheetName is the base name without its extension.
func sheetName(file string) string {
	base := filepath.Base(strings.ReplaceAll(file, `\`, "/"))
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// examine decides on encoding and dialect.
func (b *book) examine() error {
	if b.size > b.lim.MaxBytes {
		return &grid.ReadError{File: b.file, Message: fmt.Sprintf("文件有 %d MiB，超过 %d MiB 的上限", b.size>>20, b.lim.MaxBytes>>20),
			Fix: "请按月份或单位拆分成几个文件"}
	}
	enc, bom, err := textenc.Detect(b.src, b.size)
	b.bom = int64(bom)
	if err != nil {
		return b.encodingError(err)
	}
	b.codec = textenc.NewCodec(enc)
	if enc == textenc.Big5 {
		b.notes = append(b.notes, "「"+b.sheet+"」是繁体中文编码（Big5）的文件，已按该编码读取；字典里的名称是简体，请核对")
	}
	if b.size == b.bom {
		return &grid.ReadError{File: b.file, Message: "文件是空的", Fix: "请重新导出该文件"}
	}
	b.dialect, err = b.sniff(b.size)
	return err
}

// encodingError adds the row to an error of Detect: what stands in front of
// the bad byte is good text of the main encoding, so its records are counted.
func (b *book) encodingError(err error) error {
	var bad *textenc.Error
	if !errors.As(err, &bad) {
		return &grid.ReadError{File: b.file, Message: "读取文件失败", Fix: "请检查磁盘或网络共享是否可用，再试一次", Err: err}
	}
	out := &grid.ReadError{File: b.file, Sheet: b.sheet, Message: bad.Error(), Fix: bad.Fix(), Err: err}
	b.codec = textenc.NewCodec(bad.Main)
	if b.dialect, err = b.sniff(bad.Offset); err != nil {
		return out
	}
	r := b.rows(context.Background(), bad.Offset)
	for {
		if _, err := r.Next(); err != nil {
			break
		}
	}
	out.Row = r.record
	if out.Row == 0 || r.endedByBreak {
		out.Row++
	}
	return out
}

// Sheets implements grid.Book.
func (b *book) Sheets() []grid.Sheet { return []grid.Sheet{{Name: b.sheet}} }

// Rows implements grid.Book.
func (b *book) Rows(ctx context.Context, i int) (grid.Rows, error) {
	if i != 0 {
		return nil, &grid.ReadError{File: b.file, Message: "没有这个工作表"}
	}
	return b.rows(ctx, b.size), nil
}

// Merges implements grid.Book: text files have none.
func (b *book) Merges(context.Context, int) ([]grid.Range, error) { return nil, nil }

// Date1904 implements grid.Book.
func (b *book) Date1904() bool { return false }

// Notes implements grid.Book.
func (b *book) Notes() []string { return b.notes }

// Close implements grid.Book.
func (b *book) Close() error { return b.done() }
