package mapping

import (
	"context"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"hbupload/internal/pattern"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// formWord is how a sheet is called that is filled in like a paper form: labels
// with the values beside them, one person a sheet.
const formWord = "表单式导出"

const fixForm = "表单式导出（一人一张、一人一块，或人在列、项目在行，标签旁边写内容）不是一行一人的表，读不了；请从体检系统导出列表式的表：第一行是列名，下面一行一人"

// The bounds of the search for a form.
const (
	formRows  = 40 // rows looked at
	formPairs = 3  // labels with a value beside them that make a form
)

// isForm reports whether a sheet is a form and no table: its known labels have
// values beside them, in several columns of one row or in several rows of one
// column, where a table has labels side by side and values below. Nothing of a
// form may be shown: what looks like a header is somebody's data.
func isForm(ctx context.Context, sheet *table.Sheet) (bool, error) {
	rows, err := sheet.Rows(ctx)
	if err != nil {
		return false, err
	}
	defer func() { _ = rows.Close() }()
	f := formCount{labels: formLabels()}
	for n := 0; n < formRows; {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, err
		}
		if table.Values(row) > 0 {
			n++
			f.row(row)
		}
	}
	return f.is(), nil
}

// formLabels are the headers of all fields.
func formLabels() map[string]bool {
	out := map[string]bool{}
	for id := range spec.NumSheets {
		for key := range spec.Headers(id) {
			out[key] = true
		}
	}
	return out
}

// formCount counts labels by what stands to the right of them.
type formCount struct {
	labels map[string]bool
	pairs  int  // a label with something beside it that is none
	side   int  // a label with a label beside it, or nothing
	data   bool // what stands beside a label looks like somebody's data
	table  bool // a row of it is the header of a table
}

// row looks at the labels of one row. A row of which more than half is labels is
// the header of a table.
func (f *formCount) row(row *grid.Row) {
	var texts []string
	for i := range row.Cells {
		if c := &row.Cells[i]; table.HasValue(c) {
			texts = append(texts, c.Text)
		}
	}
	known := 0
	pairs := 0
	for i, text := range texts {
		if !f.label(text) {
			continue
		}
		known++
		if i+1 < len(texts) && !f.label(texts[i+1]) {
			pairs++
			f.data = f.data || reData.MatchString(strings.TrimSpace(texts[i+1]))
		}
	}
	if known > 2 && known*2 > len(texts)+1 {
		f.table = true
	}
	f.pairs += pairs
	f.side += known - pairs
}

func (f *formCount) label(text string) bool {
	const longest = 60
	if len(text) > longest || !utf8.ValidString(text) {
		return false
	}
	return f.labels[spec.HeaderKey(strings.TrimRight(strings.TrimSpace(text), ":："))]
}

func (f *formCount) is() bool {
	return !f.table && f.data && f.pairs >= formPairs && f.pairs > f.side*2
}

// reData is what no label looks like: a sex, a date, a number, a code.
var reData = pattern.New(`^(男|女)$|[0-9]{4}|^[A-Za-z]*[0-9][0-9A-Za-z./-]*$`)
