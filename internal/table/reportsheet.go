package table

import (
	"context"
	"errors"
	"io"
	"strings"
)

// The two sheets that an annotated copy has beside the user's own, and the
// words with which the first cell of each begins. They are ours to replace,
// and no data.
const (
	TodoSheet    = "待修改"
	ResultsSheet = "结果"
	ReportMark   = "hbupload·"
)

// OurReport tells whether the sheet is one that an annotated copy added: by its
// name and its first cell, so that a user's own sheet of that name stays his.
func (s *Sheet) OurReport(ctx context.Context) (bool, error) {
	if name := s.Ref.Name; !strings.HasPrefix(name, TodoSheet) && !strings.HasPrefix(name, ResultsSheet) {
		return false, nil
	}
	rows, err := s.Rows(ctx)
	if err != nil {
		return false, located(err, s.Ref.File)
	}
	defer func() { _ = rows.Close() }()
	row, err := rows.Next()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, located(err, s.Ref.File)
	}
	first := row.Cell(1)
	return row.Num == 1 && strings.HasPrefix(first.Text, ReportMark), nil
}
