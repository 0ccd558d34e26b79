package xls

import (
	"context"
	"io"
	"slices"

	"hbupload/internal/table/grid"
)

// rows is a pass over one sheet.
type rows struct {
	ctx   context.Context // of this pass only
	b     *book
	sheet *sheet
	x     *index
	pos   int // of the next record
	at    int // in x.refs, if that is set
	row   grid.Row
	count int
	err   error
}

// Close implements grid.Rows.
func (r *rows) Close() error {
	if r.err == nil {
		r.err = io.EOF
	}
	return nil
}

// Next implements grid.Rows. Rows without a value are not yielded.
func (r *rows) Next() (*grid.Row, error) {
	for r.err == nil {
		if r.count++; r.count%1024 == 0 {
			if r.err = r.ctx.Err(); r.err != nil {
				break
			}
		}
		r.row.Num = 0
		r.row.Cells = r.row.Cells[:0]
		if r.x.refs != nil {
			r.fromRefs()
		} else {
			r.fromStream()
		}
		if len(r.row.Cells) > 0 {
			r.row.Hidden = r.x.hidden[uint16(r.row.Num-1)]
			return &r.row, nil
		}
	}
	return nil, r.err
}

// fromStream reads the cells of the next row where they stand. An error waits
// until the row before it was yielded.
func (r *rows) fromStream() {
	it := walk{b: r.b, pos: r.pos}
	for {
		pos, rec, end, ok := it.next()
		switch {
		case !ok:
			// The row at hand may lack its last cells: it is not yielded.
			r.row.Cells = r.row.Cells[:0]
			r.err = r.b.sheetDamaged(r.sheet, max(r.row.Num, 1), "文件不完整：工作表在这一行附近断开")
			return
		case end:
			r.err = io.EOF
			return
		case !isCell(rec.typ):
			continue
		case len(rec.body) < 6:
			r.err = r.b.sheetDamaged(r.sheet, max(r.row.Num, 1), "文件已损坏：单元格记录不完整")
			r.row.Cells = r.row.Cells[:0]
			return
		}
		num := int32(u16(rec.body)) + 1
		if r.row.Num != 0 && num != r.row.Num {
			r.pos = pos
			return
		}
		r.row.Num = num
		if r.err = r.cell(rec); r.err != nil {
			r.row.Cells = r.row.Cells[:0]
			return
		}
	}
}

// fromRefs reads the cells of the next row by the index. Of two values of one
// cell the later one counts, as it does for a program that loads the file.
func (r *rows) fromRefs() {
	for ; r.at < len(r.x.refs); r.at++ {
		at := r.x.refs[r.at]
		num := int32(at.key>>16) + 1
		if r.row.Num != 0 && num != r.row.Num {
			break
		}
		r.row.Num = num
		rec, _ := r.b.record(int(at.pos))
		if r.err = r.cell(rec); r.err != nil {
			r.row.Cells = r.row.Cells[:0]
			return
		}
	}
	cells := r.row.Cells
	slices.SortStableFunc(cells, func(p, q grid.Cell) int { return int(p.Col - q.Col) })
	n := 0
	for i := range cells {
		if n > 0 && cells[n-1].Col == cells[i].Col {
			n--
		}
		cells[n] = cells[i]
		n++
	}
	r.row.Cells = cells[:n]
	if r.at == len(r.x.refs) && len(cells) == 0 {
		r.err = r.endOfRefs()
	}
}

// endOfRefs is how the sheet ends behind its last cell.
func (r *rows) endOfRefs() error {
	it := walk{b: r.b, pos: r.x.start}
	for {
		_, _, end, ok := it.next()
		if end {
			return io.EOF
		}
		if !ok {
			return r.b.sheetDamaged(r.sheet, 0, "文件不完整：工作表没有结尾")
		}
	}
}
