package table

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
)

// The two sheets that an annotated copy has beside the user's own, the hidden
// one that the drop-downs of the template take their entries from, and the
// words with which the first cell of each begins. They are no data.
const (
	TodoSheet    = "待修改"
	ResultsSheet = "结果"
	ListsSheet   = "字典"
	ReportMark   = "hbupload·"
)

// OurReport reports whether the sheet is one that an annotated copy added, and
// the next one replaces: by its name and its first cell, so that a user's own
// sheet of that name stays his.
func (s *Sheet) OurReport(ctx context.Context) (bool, error) {
	return s.marked(ctx, TodoSheet, ResultsSheet)
}

// Ours reports whether the sheet is one of those that this program adds.
func (s *Sheet) Ours(ctx context.Context) (bool, error) {
	return s.marked(ctx, TodoSheet, ResultsSheet, ListsSheet)
}

func (s *Sheet) marked(ctx context.Context, names ...string) (bool, error) {
	if !slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(s.Ref.Name, name) }) {
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
