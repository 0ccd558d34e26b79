package workbook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/mapping/draft"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// AnswerError is a workbook with answers that do not fit: a finding at the cell of each.
type AnswerError struct {
	file     string
	findings []spec.Finding
	fixes    []string // what to do, of each
}

// Error implements error: the first answer, and how many there are.
func (e *AnswerError) Error() string {
	text := e.file + place1(e.findings[0].Place) + "：" + e.findings[0].Message
	if n := len(e.findings); n > 1 {
		text += fmt.Sprintf("（共 %d 处填得不对）", n)
	}
	return text
}

// Kind decides the exit code.
func (e *AnswerError) Kind() fault.Kind { return fault.Config }

// Hint lists what to do about the first and the other answers, one a line.
func (e *AnswerError) Hint() string {
	lines := []string{}
	if e.fixes[0] != "" {
		lines = append(lines, e.fixes[0])
	}
	for i := 1; i < len(e.findings); i++ {
		line := place1(e.findings[i].Place) + "：" + e.findings[i].Message
		if e.fixes[i] != "" {
			line += "；" + e.fixes[i]
		}
		lines = append(lines, line)
	}
	return strings.Join(append(lines, "改好保存后再执行一次"), "\n")
}

// Findings are the answers that do not fit, each at its cell.
func (e *AnswerError) Findings() []spec.Finding { return e.findings }

func (e *AnswerError) add(p spec.Place, message, fix string) {
	e.findings = append(e.findings, spec.Finding{Record: -1, Place: p, Field: spec.NoField, Rule: spec.AnswerUnclear, Severity: spec.Error, Message: message, Cause: message})
	e.fixes = append(e.fixes, fix)
}

// orNil is the error, nil without findings.
func (e *AnswerError) orNil() error {
	if len(e.findings) == 0 {
		return nil
	}
	return e
}

// place1 names a cell as a person looks for it.
func place1(p spec.Place) string {
	return "「" + p.Sheet.Name + "」" + p.Cell()
}

// ReadMapping is the mapping that a filled-in mapping workbook describes, as YAML.
// Dictionaries may be nil.
func ReadMapping(ctx context.Context, path string, dicts *dict.Set) (string, error) {
	r, err := readForms(ctx, path)
	if err != nil {
		return "", err
	}
	return r.apply(dicts)
}

// IsMapping reports whether an input is a mapping workbook and nothing else.
func IsMapping(in *table.Input) bool {
	found := 0
	for _, s := range in.Sheets() {
		if s.Ref.File != in.Sheets()[0].Ref.File {
			return false
		}
		switch s.Ref.Name {
		case sheetQuestions, sheetColumns, sheetWords, sheetItems, sheetText:
			found++
		}
	}
	return found == 5
}

// MappingAnswers are the answers in a mapping workbook as far as they can be read.
func MappingAnswers(ctx context.Context, path string) ([]draft.Answer, error) {
	r, err := readForms(ctx, path)
	if err != nil {
		return nil, err
	}
	return r.answers, nil
}

// readForms reads the sheets of a mapping workbook.
func readForms(ctx context.Context, path string) (_ *mappingReader, err error) {
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	r := &mappingReader{path: path, bad: &AnswerError{file: path}}
	for _, s := range in.Sheets() {
		if err := r.sheet(ctx, s); err != nil {
			return nil, err
		}
	}
	if r.text == nil {
		return nil, fault.New(fault.Config, "不是映射工作簿：没有「"+sheetText+"」表").In(path).Next("请给出 hbupload map init 写出的“导出" + MappingSuffix + "”，没有时先执行 hbupload map init 导出文件")
	}
	return r, nil
}

// mappingReader collects the answers of a mapping workbook.
type mappingReader struct {
	path    string
	text    *spec.SheetRef // of 「高级」
	lines   []string
	answers []draft.Answer
	places  []spec.Place // of the answers
	bad     *AnswerError
}

// apply makes the mapping.
func (r *mappingReader) apply(dicts *dict.Set) (string, error) {
	text, faults, err := draft.Apply(strings.Join(r.lines, "\n")+"\n", r.answers, dicts)
	if err != nil {
		return "", r.inText(err)
	}
	for _, f := range faults {
		r.bad.add(r.places[f.Answer], f.Message, f.Fix)
	}
	if err := r.bad.orNil(); err != nil {
		return "", err
	}
	if _, err := layout.Parse(r.path, []byte(text)); err != nil {
		// The kept text is right and the answers fit one by one: read it alone to
		// see whether it is the text that a person changed.
		if _, own := layout.Parse(r.path, []byte(strings.Join(r.lines, "\n")+"\n")); own != nil {
			return "", r.inText(own)
		}
		return "", err
	}
	return text, nil
}

// inText points what is wrong with the mapping's own text at the rows of 「高级」.
func (r *mappingReader) inText(err error) error {
	var wrong *layout.Error
	if !errors.As(err, &wrong) {
		return err
	}
	for _, p := range wrong.Problems {
		r.bad.add(spec.Place{Sheet: r.text, Row: int32(max(p.Line, 1) + textRow - 1), Col: 1}, p.Message, "")
	}
	return r.bad.orNil()
}

// sheet reads one sheet of the workbook; those of other names are the person's own.
func (r *mappingReader) sheet(ctx context.Context, s *table.Sheet) error {
	f := &formReader{mapping: r, ref: s.Ref, seen: map[string]bool{}}
	take := f.row
	switch s.Ref.Name {
	case sheetQuestions, sheetColumns, sheetWords, sheetItems:
	case sheetText:
		r.text = s.Ref
		take = r.line
	default:
		return nil
	}
	if err := eachRow(ctx, s, take); err != nil {
		return err
	}
	if r.text != s.Ref && f.columns == nil {
		r.bad.add(spec.Place{Sheet: s.Ref, Row: formHead, Col: 1}, "找不到表头和隐藏的“编号”列", "请不要删去列；可重新执行 hbupload map init 生成")
	}
	return nil
}

// eachRow hands over the rows of a sheet.
func eachRow(ctx context.Context, s *table.Sheet, take func(*grid.Row)) error {
	rows, err := s.Rows(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		take(row)
	}
}

// line takes a row of 「高级」.
func (r *mappingReader) line(row *grid.Row) {
	if row.Num < textRow {
		return
	}
	var b strings.Builder
	for i := range row.Cells {
		b.WriteString(cellText(&row.Cells[i]))
	}
	for len(r.lines) < int(row.Num)-textRow {
		r.lines = append(r.lines, "")
	}
	r.lines = append(r.lines, b.String())
}

// cellText is what a person sees in a cell of ours, all of which are texts; a
// number is what somebody typed over one.
func cellText(c *grid.Cell) string {
	if c.Kind == grid.Blank {
		return ""
	}
	return c.Text
}

// formReader reads the answers of a form.
type formReader struct {
	mapping *mappingReader
	ref     *spec.SheetRef
	columns []formAnswer // nil until the head was found
	seen    map[string]bool
}

// formAnswer is where the answers of one column stand.
type formAnswer struct {
	head               string
	answer, id, before int32 // columns
}

// row takes a row: the head, or a thing with its answers.
func (f *formReader) row(row *grid.Row) {
	if f.columns == nil {
		f.columns = formAnswers(row)
		return
	}
	for i := range f.columns {
		f.answer(row, &f.columns[i])
	}
}

// answer takes one cell.
func (f *formReader) answer(row *grid.Row, c *formAnswer) {
	text := func(col int32) string {
		cell := row.Cell(col)
		return strings.TrimSpace(cellText(&cell))
	}
	answer := text(c.answer)
	key := text(c.id)
	was := text(c.before)
	if answer == was {
		return
	}
	at := spec.Place{Sheet: f.ref, Row: row.Num, Col: c.answer, Header: c.head}
	switch {
	case key == "":
		f.mapping.bad.add(at, "这一格不在这里改", "请改回“"+was+"”（原来是空的就清空），在原有的行里回答；要增加的写在「高级」里，语法见 hbupload help 映射")
	case f.seen[key]:
		f.mapping.bad.add(at, "这一行与上面的一行重复", "请删去其中一行")
	default:
		f.seen[key] = true
		f.mapping.answers = append(f.mapping.answers, draft.Answer{ID: key, Text: answer})
		f.mapping.places = append(f.mapping.places, at)
	}
}

// formAnswers finds the columns by their heads, nil in another row.
func formAnswers(row *grid.Row) []formAnswer {
	at := map[string]int32{}
	for i := range row.Cells {
		at[strings.TrimSpace(cellText(&row.Cells[i]))] = row.Cells[i].Col
	}
	var out []formAnswer
	for i := range row.Cells {
		head, ok := strings.CutPrefix(strings.TrimSpace(cellText(&row.Cells[i])), headID)
		if ok && at[head] > 0 && at[headBefore+head] > 0 {
			out = append(out, formAnswer{head, at[head], row.Cells[i].Col, at[headBefore+head]})
		}
	}
	return out
}
