package delim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"golang.org/x/text/transform"

	"hbupload/internal/table/grid"
)

const (
	rawSize = 64 << 10
	bufSize = 128 << 10
)

// rows is a pass over the file.
type rows struct {
	b    *book
	ctx  context.Context // of this pass only
	src  io.Reader
	dec  transform.Transformer // nil: the bytes are UTF-8
	raw  []byte                // bytes read and not yet decoded
	buf  []byte                // decoded text from pos on is not yet parsed
	pos  int
	eof  bool // src is at its end
	last bool // buf holds the last of the text

	parser
	record       int32 // the last record's number
	endedByBreak bool  // the last record had a line end
	row          grid.Row
	err          error
}

// rows begins a pass that ends at a byte of the file.
func (b *book) rows(ctx context.Context, end int64) *rows {
	r := b.text(ctx, end)
	if b.dialect.sepLine {
		// Excel hides the line sep=; and counts from the line after it.
		if err := r.next(); err != nil {
			r.err = err
		}
		r.record = 0
	}
	return r
}

// text is a pass that yields the sep= line too.
func (b *book) text(ctx context.Context, end int64) *rows {
	r := &rows{b: b, ctx: ctx, src: io.NewSectionReader(b.src, b.bom, end-b.bom), dec: b.codec.Decoder()}
	r.parser = newParser(b.dialect.comma, b.lim.MaxFields)
	r.buf = make([]byte, 0, bufSize)
	if r.dec != nil {
		r.raw = make([]byte, 0, rawSize)
	}
	return r
}

// Close implements grid.Rows.
func (r *rows) Close() error {
	if r.err == nil {
		r.err = io.EOF
	}
	return nil
}

// Next implements grid.Rows. Records without any text are counted and not
// yielded.
func (r *rows) Next() (*grid.Row, error) {
	for r.err == nil {
		if r.record%1024 == 0 {
			if r.err = r.ctx.Err(); r.err != nil {
				break
			}
		}
		if r.err = r.next(); r.err != nil {
			break
		}
		r.cells()
		if len(r.row.Cells) > 0 {
			return &r.row, nil
		}
	}
	return nil, r.err
}

// next parses one record, reading on as needed.
func (r *rows) next() error {
	for {
		text := r.buf[r.pos:]
		if len(text) == 0 && r.last {
			return io.EOF
		}
		n, state := r.parse(text, r.last)
		switch {
		case state == done:
			return r.take(text[:n])
		case state == tooMany:
			return r.fail(fmt.Sprintf("一行超过 %d 列", r.b.lim.MaxFields), "请检查分隔符和引号，或从原系统重新导出", nil)
		case state == swallowed || state == open && r.last:
			return r.unclosed()
		case len(text) > r.b.lim.MaxRecord:
			if state == open {
				return r.unclosed()
			}
			return r.tooLong()
		}
		if err := r.fill(); err != nil {
			return r.unreadable(err)
		}
	}
}

// take makes a whole record the current one.
func (r *rows) take(text []byte) error {
	if len(text) > r.b.lim.MaxRecord {
		return r.tooLong()
	}
	if r.record == math.MaxInt32 {
		return r.fail("行数过多", "请拆分文件", nil)
	}
	r.record++
	r.text = text
	r.pos += len(text)
	r.endedByBreak = r.broken
	if r.last && r.pos == len(r.buf) && string(r.text) == "\x1a" {
		return io.EOF // the end mark of DOS programs
	}
	return nil
}

// unreadable is an error of fill.
func (r *rows) unreadable(err error) error {
	return r.fail("读取文件失败", "请检查磁盘或网络共享是否可用、文件是否正在被改写，再试一次", err)
}

func (r *rows) unclosed() error {
	return r.fail("引号没有闭合：从这一行的某个单元格开始的引号一直没有正确结束，其后的行无法可靠读取",
		"请在原系统重新导出，或用文本编辑器检查该行的双引号（\"）", nil)
}

func (r *rows) tooLong() error {
	return r.fail(fmt.Sprintf("一行超过 %d KiB", r.b.lim.MaxRecord>>10), "请确认文件是按行保存的表格，或从原系统重新导出", nil)
}

// fail is an error in the record after the last one.
func (r *rows) fail(message, fix string, err error) error {
	return &grid.ReadError{File: r.b.file, Sheet: r.b.sheet, Row: r.record + 1, Message: message, Fix: fix, Err: err}
}

// fill moves what is not parsed to the front and adds to it.
func (r *rows) fill() error {
	if r.pos > 0 {
		r.buf = r.buf[:copy(r.buf, r.buf[r.pos:])]
		r.pos = 0
	}
	if cap(r.buf)-len(r.buf) < cap(r.buf)/4 {
		r.buf = append(make([]byte, 0, 2*cap(r.buf)), r.buf...)
	}
	free := r.buf[len(r.buf):cap(r.buf)]
	if r.dec == nil {
		n, err := io.ReadFull(r.src, free)
		r.buf = r.buf[:len(r.buf)+n]
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			r.last = true
			err = nil
		}
		return err
	}
	if !r.eof {
		n, err := io.ReadFull(r.src, r.raw[len(r.raw):cap(r.raw)])
		r.raw = r.raw[:len(r.raw)+n]
		if r.eof = err == io.EOF || err == io.ErrUnexpectedEOF; err != nil && !r.eof {
			return err
		}
	}
	nDst, nSrc, err := r.dec.Transform(free, r.raw, r.eof)
	r.buf = r.buf[:len(r.buf)+nDst]
	r.raw = r.raw[:copy(r.raw, r.raw[nSrc:])]
	r.last = r.eof && len(r.raw) == 0
	if nDst > 0 || errors.Is(err, transform.ErrShortSrc) && !r.eof {
		// A bad character comes up again when all rows before it are read.
		return nil
	}
	return err
}

// cells turns the record into a row: one string for all its cells.
func (r *rows) cells() {
	r.row.Num = r.record
	r.row.Cells = r.row.Cells[:0]
	all := ""
	for i := range r.fields {
		f := &r.fields[i]
		if f.start == f.end {
			continue
		}
		if all == "" {
			all = string(r.text)
		}
		text := all[f.start:f.end]
		if f.raw {
			text = unquote(text, f.escaped)
		}
		if dressed(text) {
			text = clean(text, r.comma != '\t' || f.quoted)
		}
		if text != "" {
			r.row.Cells = append(r.row.Cells, grid.Cell{Col: int32(i + 1), Kind: grid.Untyped, Text: text})
		}
	}
}
