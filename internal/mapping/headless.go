package mapping

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// How much of a sheet without a header is compared with a table, and how much of it
// must look alike.
const (
	sampledRows   = 40 // of the table
	comparedRows  = 5  // of the sheet
	leastCells    = 3  // of a row that says anything
	alikeOfTen    = 7  // cells of ten
	telltaleDigit = 3  // digits of a number that is no count and no grade
)

// goesOn reports how many cells of a sheet without a header are as a table's: column
// by column the same kinds of text, among them a number of the same form; 0 where the
// rows are not. An export that begins a new sheet when one is full repeats neither
// name nor header.
func goesOn(ctx context.Context, sheet *table.Sheet, p *part) (int, error) {
	rows, err := headless(ctx, sheet, p)
	if len(rows) == 0 || err != nil {
		return 0, err
	}
	seen, err := p.shapes(ctx)
	if err != nil {
		return 0, err
	}
	alike := 0
	for i := range rows {
		n := rowLike(&rows[i], seen)
		if n == 0 {
			return 0, nil
		}
		alike += n
	}
	return alike, nil
}

// headless are the first rows of a sheet, none if it has a header.
func headless(ctx context.Context, sheet *table.Sheet, p *part) ([]grid.Row, error) {
	scan, err := sheet.Scan(ctx, p.rule)
	if err == nil {
		return nil, scan.Close()
	}
	if !errors.Is(err, table.ErrNoHeader) {
		return nil, err
	}
	rows, err := sheet.Rows(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []grid.Row
	for len(out) < comparedRows {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if table.Values(row) > 0 {
			kept := *row
			kept.Cells = slices.Clone(row.Cells)
			out = append(out, kept)
		}
	}
	return out, nil
}

// forms are those of a table's first values, by column.
type forms map[int32]map[string]bool

// shapes are the table's forms. Every sheet that is left over is compared with them.
func (p *part) shapes(ctx context.Context) (forms, error) {
	if p.seen != nil {
		return p.seen, nil
	}
	scan, err := p.sheet.Scan(ctx, p.rule)
	if err != nil {
		return nil, err
	}
	defer func() { _ = scan.Close() }()
	seen := forms{}
	for range sampledRows {
		row, err := scan.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for i := range row.Cells {
			c := &row.Cells[i]
			if !table.HasValue(c) {
				continue
			}
			if seen[c.Col] == nil {
				seen[c.Col] = map[string]bool{}
			}
			seen[c.Col][shape(c)] = true
		}
	}
	p.seen = seen
	return seen, nil
}

// rowLike is how many cells of a row have a form seen in their column, 0 where the
// row is not one of the table.
func rowLike(row *grid.Row, seen forms) int {
	cells := 0
	same := 0
	told := false
	for i := range row.Cells {
		c := &row.Cells[i]
		if !table.HasValue(c) {
			continue
		}
		cells++
		if form := shape(c); seen[c.Col][form] {
			same++
			told = told || strings.Count(form, "9") >= telltaleDigit
		}
	}
	if !told || cells < leastCells || same*10 < cells*alikeOfTen {
		return 0
	}
	return same
}

// shape is the form of a value: TJ0001 is A9999, a text of Chinese is 汉, a short
// number #.
func shape(c *grid.Cell) string {
	const short = 6
	text := strings.TrimSpace(c.Text)
	if len(text) < short && strings.Trim(text, "0123456789.-") == "" {
		return "#"
	}
	var b strings.Builder
	last := rune(0)
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			r = '9'
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			r = 'A'
		case isHan(r):
			r = '汉'
		}
		if r != last || r == '9' {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}
