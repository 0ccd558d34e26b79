package workbook

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// maxListColumns bounds the hidden sheet: one column for each different list.
const maxListColumns = 16000

// lists keeps the choices of drop-downs on a hidden sheet, where they know no
// limit of length: one column for each different list.
type lists struct {
	f     *excelize.File
	sheet string
	at    map[string]string // the list's texts → its range
}

// newLists adds the hidden sheet. It has to be hidden at the end, when another
// sheet is the active one.
func newLists(f *excelize.File, title string) (*lists, error) {
	l := &lists{f: f, sheet: table.ListsSheet, at: map[string]string{}}
	if _, err := f.NewSheet(l.sheet); err != nil {
		return nil, err
	}
	return l, f.SetCellStr(l.sheet, "A1", table.ReportMark+title)
}

// source is the range of a list, "" if there is no room for it.
func (l *lists) source(label string, choices []string) (string, error) {
	key := strings.Join(choices, "\n")
	if at, ok := l.at[key]; ok {
		return at, nil
	}
	if len(choices) == 0 || len(l.at) >= maxListColumns {
		return "", nil
	}
	col := spec.ColumnName(len(l.at) + 1)
	err := l.f.SetCellStr(l.sheet, col+"2", label)
	for i, text := range choices {
		err = errors.Join(err, l.f.SetCellStr(l.sheet, col+strconv.Itoa(i+3), text))
	}
	l.at[key] = fmt.Sprintf("%s!$%s$3:$%s$%d", l.sheet, col, col, len(choices)+2)
	return l.at[key], err
}

// offer gives cells a drop-down. Other entries are not refused.
func (l *lists) offer(sheet, cells, label string, choices []string) error {
	source, err := l.source(label, choices)
	if source == "" || err != nil {
		return err
	}
	dv := excelize.NewDataValidation(true)
	dv.SetSqref(cells)
	dv.SetSqrefDropList(source)
	dv.ShowErrorMessage = false
	return l.f.AddDataValidation(sheet, dv)
}
