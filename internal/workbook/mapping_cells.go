package workbook

import (
	"context"
	"errors"
	"slices"
	"strings"

	"hbupload/internal/mapping/draft"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// Cells are the cells of a mapping workbook in which the sources of fields stand, by
// the fields' labels.
type Cells map[string]string

// Of is where the source of a field stands: the answer to its question, else the
// column that is read as it. What is read item by item or not as a whole is found on
// the sheet that is about it.
func (c Cells) Of(label string) string {
	if label == spec.ItemCode.Label() {
		return "「" + sheetItems + "」"
	}
	for _, name := range append([]string{label}, draft.WholeWords(label)...) {
		if at := c[name]; at != "" && name != "" {
			return at
		}
	}
	if slices.ContainsFunc(spec.Fields(spec.SectionItem), func(f spec.Field) bool { return f.Label == label }) {
		return "「" + sheetItems + "」"
	}
	return "「" + sheetText + "」"
}

// headWhere is the column of 「问题」 that names the field.
const headWhere = "字段"

// MappingCells finds the cells of a mapping workbook that say where fields come from.
func MappingCells(ctx context.Context, path string) (at Cells, err error) {
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	at = Cells{}
	for _, name := range []string{sheetColumns, sheetQuestions} { // an answer goes before a column
		for _, s := range in.Sheets() {
			if s.Ref.Name == name {
				if err := at.add(ctx, s); err != nil {
					return nil, err
				}
			}
		}
	}
	return at, nil
}

// add notes the cells of one sheet.
func (c Cells) add(ctx context.Context, s *table.Sheet) error {
	answer := headField
	label := headField
	if s.Ref.Name == sheetQuestions {
		answer = headAnswer
		label = headWhere
	}
	var heads map[string]int32
	seen := map[string]bool{}
	return eachRow(ctx, s, func(row *grid.Row) {
		text := func(head string) string {
			cell := row.Cell(heads[head])
			return strings.TrimSpace(cellText(&cell))
		}
		if heads == nil {
			heads = headsOf(row, answer, label)
			return
		}
		if name := text(label); name != "" && text(answer) != "" && !seen[name] {
			seen[name] = true
			c[name] = place1(spec.Place{Sheet: s.Ref, Row: row.Num, Col: heads[answer]})
		}
	})
}

// headsOf finds columns by their heads, nil in another row.
func headsOf(row *grid.Row, want ...string) map[string]int32 {
	at := map[string]int32{}
	for i := range row.Cells {
		if head := strings.TrimSpace(cellText(&row.Cells[i])); slices.Contains(want, head) {
			at[head] = row.Cells[i].Col
		}
	}
	for _, head := range want {
		if at[head] == 0 {
			return nil
		}
	}
	return at
}
