package xlsx

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"hbupload/internal/table/grid"
)

// Merges implements grid.Book: the areas that an earlier pass has found, or a
// pass that leaves the rows alone. A damaged sheet is found out by Rows.
func (b *book) Merges(ctx context.Context, i int) ([]grid.Range, error) {
	if err := b.checkIndex(i); err != nil {
		return nil, err
	}
	b.mu.Lock()
	known, ok := b.merges[i]
	b.mu.Unlock()
	if ok {
		return slices.Clone(known), nil
	}
	err := b.findMerges(ctx, i)
	if err != nil {
		return nil, readError(b.name, b.wb.sheets[i].Name, 0, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.merges[i]), nil
}

// findMerges reads a sheet for its merged areas only.
func (b *book) findMerges(ctx context.Context, i int) error {
	r, err := b.openSheet(ctx, i)
	if errors.Is(err, errDoctype) {
		return b.wholePass(ctx, i)
	}
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	clean, err := r.skipData()
	if err != nil {
		return err
	}
	if !clean {
		return b.wholePass(ctx, i)
	}
	if _, err := r.advance(); err != io.EOF {
		return err
	}
	return nil
}

// wholePass reads every row, which finds the merged areas too.
func (b *book) wholePass(ctx context.Context, i int) error {
	rows, err := b.Rows(ctx, i)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for {
		if _, err := rows.Next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// skipData moves behind the rows without reading them; false if only a whole
// pass can tell where they end.
func (r *sheetRows) skipData() (bool, error) {
	for r.phase == beforeData {
		t, err := r.lx.next()
		if err != nil || t == tokEOF {
			return false, err
		}
		if t != tokStart {
			continue
		}
		if _, err := r.element(); err != nil {
			return false, err
		}
	}
	if r.phase == afterData {
		return true, nil
	}
	tag := "</sheetData"
	if r.prefix != "" {
		tag = "</" + r.prefix + ":sheetData"
	}
	return r.lx.skipTo(tag)
}

// addMerge takes the mergeCell that was just opened.
func (r *sheetRows) addMerge() error {
	ref, _ := r.lx.rawAttr("ref")
	m, ok := parseRange(ref)
	if !ok || m.LastCol > r.b.lim.Columns || m.LastRow > r.b.lim.Rows {
		return &syntaxError{msg: "合并单元格的范围有误"}
	}
	if len(r.merges) >= r.b.lim.Merges {
		return &limitError{msg: "合并单元格过多，超出了读取上限"}
	}
	r.merges = append(r.merges, m)
	return nil
}

// parseRange reads A1:B2, or A1 for a single cell; A:B and 1:2 are whole columns
// and rows.
func parseRange(b []byte) (grid.Range, bool) {
	first, last, two := bytes.Cut(b, []byte(":"))
	if !two {
		last = first
	}
	c1, r1, ok1 := parseRef(first)
	c2, r2, ok2 := parseRef(last)
	if two && !ok1 && !ok2 {
		return parseWhole(first, last)
	}
	return grid.Range{FirstRow: min(r1, r2), FirstCol: min(c1, c2), LastRow: max(r1, r2), LastCol: max(c1, c2)}, ok1 && ok2
}

// The last row and column that Excel has.
const (
	lastRow    = 1 << 20
	lastColumn = 1 << 14
)

// parseWhole reads the two ends of a range of whole columns or rows.
func parseWhole(first, last []byte) (grid.Range, bool) {
	if r1, ok := atoi(first); ok {
		r2, ok := atoi(last)
		return grid.Range{FirstRow: min(r1, r2), FirstCol: 1, LastRow: max(r1, r2), LastCol: lastColumn}, ok && min(r1, r2) > 0
	}
	c1, row1, ok1 := parseRef(append(bytes.Clone(first), '1'))
	c2, row2, ok2 := parseRef(append(bytes.Clone(last), '1'))
	return grid.Range{FirstRow: 1, FirstCol: min(c1, c2), LastRow: lastRow, LastCol: max(c1, c2)}, ok1 && ok2 && row1 == 1 && row2 == 1
}
