package workbook

import (
	"context"
	"slices"
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// AnswerKind is what a person ticked in 「待修改」.
type AnswerKind int

// The kinds of answers.
const (
	Learn  AnswerKind = iota // 以后都这样
	Verify                   // 已核实
)

// Answer is one tick in 「待修改」, as it stands there.
type Answer struct {
	Kind   AnswerKind
	At     spec.Place // of the tick
	Key    string     // 体检编号
	Rule   spec.RuleID
	Path   string // of the value in data.json, or the field's key
	Sheet  string // of the cell that the line is about
	Cell   string
	Word   string     // the local word, "" where there is nothing to learn
	Choice string     // what 可能是 says
	Chosen spec.Place // of 可能是
}

// Several reports whether 可能是 still shows more than one suggestion.
func (a *Answer) Several() bool { return strings.Contains(a.Choice, between) }

// Answers reads the ticks of an annotated copy, none of any other input.
func Answers(ctx context.Context, in *table.Input) ([]Answer, error) {
	var out []Answer
	for _, s := range in.Sheets() {
		if !strings.HasPrefix(s.Ref.Name, table.TodoSheet) {
			continue
		}
		ours, err := s.OurReport(ctx)
		if err != nil {
			return nil, err
		}
		if !ours {
			continue
		}
		found, err := ticksOf(ctx, s)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// ticksOf reads one 「待修改」.
func ticksOf(ctx context.Context, s *table.Sheet) ([]Answer, error) {
	var out []Answer
	var at map[string]int32
	err := eachRow(ctx, s, func(row *grid.Row) {
		if at == nil {
			at = todoColumns(row)
			return
		}
		out = append(out, ticks(s.Ref, row, at)...)
	})
	return out, err
}

// todoColumns finds the columns by their heads, nil in another row.
func todoColumns(row *grid.Row) map[string]int32 {
	at := map[string]int32{}
	for i := range row.Cells {
		if head := strings.TrimSpace(cellText(&row.Cells[i])); slices.Contains(todoHeads(), head) {
			at[head] = row.Cells[i].Col
		}
	}
	for _, head := range []string{headNearest, headLearn, headVerify, headRule} {
		if at[head] == 0 {
			return nil
		}
	}
	return at
}

// ticks are the answers of one row.
func ticks(ref *spec.SheetRef, row *grid.Row, at map[string]int32) []Answer {
	text := func(head string) string {
		cell := row.Cell(at[head])
		return strings.TrimSpace(cellText(&cell))
	}
	place := func(head string) spec.Place {
		return spec.Place{Sheet: ref, Row: row.Num, Col: at[head], Header: head}
	}
	a := Answer{Key: text(headKey), Rule: spec.RuleID(text(headRule)), Path: text(headPath), Sheet: text(headSheet), Cell: text(headCell),
		Word: text(headWord), Choice: text(headNearest), Chosen: place(headNearest)}
	var out []Answer
	if isYes(text(headLearn)) {
		a.Kind = Learn
		a.At = place(headLearn)
		out = append(out, a)
	}
	if isYes(text(headVerify)) {
		a.Kind = Verify
		a.At = place(headVerify)
		out = append(out, a)
	}
	return out
}

// isYes reports whether a tick is one: whatever a person writes there but a no.
func isYes(text string) bool {
	switch strings.ToLower(text) {
	case "", "否", "不", "不是", "没有", "无", "no", "n", "false", "0", "x", "×", "-", "—":
		return false
	}
	return true
}
