package mapping

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// mapped is an input that is read by a mapping file.
type mapped struct {
	lay     *layout.Layout
	sheets  []*mappedSheet
	primary int // of sheets, the one with the persons
	wanted  map[string]bool
	donors  map[string][]donor // identity number → first examinations
	differs []layout.Difference
}

// mappedSheet is one sheet of the export with the part of the mapping that
// describes it.
type mappedSheet struct {
	*layout.Sheet
	sheet  *table.Sheet // nil: the sheet is there and has no row at all
	rule   table.HeaderRule
	bound  *boundSheet
	sorted bool
	header []string
}

// HeaderError is an input whose header is not the one a mapping was made for.
type HeaderError struct {
	File    string
	Mapping string
	Differs []layout.Difference
	Lacking []string // columns that rules need
}

// Error implements error.
func (e *HeaderError) Error() string {
	return fmt.Sprintf("%s：表头与映射“%s”不符，缺少映射用到的列 %s", e.File, e.Mapping, shortList(e.Lacking))
}

// Kind classifies the error for the exit code.
func (e *HeaderError) Kind() string { return "input" }

// Hint shows the difference.
func (e *HeaderError) Hint() string {
	var lines []string
	for _, d := range e.Differs {
		lines = append(lines, DifferenceText(d))
	}
	return strings.Join(append(lines, "导出换了格式时，请修改映射文件中的列名（同一列的新旧名称可写成 column: [旧名, 新名]），或用 hbupload map init 重新生成"), "\n")
}

// DifferenceText is a header's change in one line.
func DifferenceText(d layout.Difference) string {
	s := "「" + d.Sheet + "」"
	if len(d.Gone) > 0 {
		s += "少了 " + shortList(d.Gone) + "；"
	}
	if len(d.New) > 0 {
		s += "多了 " + shortList(d.New)
	}
	return strings.TrimSuffix(s, "；")
}

// listShown is how many columns a message names.
const listShown = 8

func shortList(names []string) string {
	if len(names) <= listShown {
		return strings.Join(names, "、")
	}
	return fmt.Sprintf("%s 等 %d 列", strings.Join(names[:listShown], "、"), len(names))
}

// openMapped finds the sheets that a mapping describes and binds its rules to
// their columns.
func (s *Source) openMapped(ctx context.Context, in *table.Input) error {
	m := &mapped{lay: s.opts.Layout, primary: -1}
	s.mapped = m
	taken := map[*table.Sheet]bool{}
	sheets, err := dataSheets(ctx, in)
	if err != nil {
		return err
	}
	for _, ls := range m.lay.Sheets {
		ms, err := findMapped(in, sheets, ls, s.opts.Sheet, taken)
		if err != nil {
			return err
		}
		taken[ms.sheet] = true
		if personal(ls) {
			m.primary = len(m.sheets)
		}
		m.sheets = append(m.sheets, ms)
	}
	for _, sheet := range sheets {
		if !taken[sheet] && !usedByTable(m.lay, sheet.Ref.Name) {
			s.acc.Unrecognised = append(s.acc.Unrecognised, sheet.Ref.Name)
		}
	}
	if err := loadTables(ctx, m.lay, in); err != nil {
		return err
	}
	var lacking []string
	for _, ms := range m.sheets {
		more, err := ms.bind(ctx, s)
		if err != nil {
			return err
		}
		lacking = append(lacking, more...)
		if d := ms.Compare(ms.sheetName(), ms.header); len(d.Gone)+len(d.New) > 0 {
			m.differs = append(m.differs, d)
		}
	}
	if len(lacking) > 0 {
		return &HeaderError{File: in.Path, Mapping: m.lay.Name, Differs: m.differs, Lacking: lacking}
	}
	return nil
}

// personal tells the sheet that yields the persons.
func personal(s *layout.Sheet) bool {
	for _, r := range s.Person {
		if r.Field == spec.PatientName || r.Field == spec.IDCard {
			return true
		}
	}
	return false
}

func usedByTable(lay *layout.Layout, name string) bool {
	for _, t := range lay.Tables {
		if t.File == "" && t.Sheet != "" && spec.HeaderKey(t.Sheet) == spec.HeaderKey(name) {
			return true
		}
	}
	return false
}

// findMapped is the sheet of the input that a part of the mapping describes.
func findMapped(in *table.Input, sheets []*table.Sheet, ls *layout.Sheet, forced string, taken map[*table.Sheet]bool) (*mappedSheet, error) {
	ms := &mappedSheet{Sheet: ls}
	var names []string
	for _, sheet := range sheets {
		names = append(names, "「"+sheet.Ref.Name+"」")
		fits := ls.Fits(sheet.Ref.Name) || len(sheets) == 1
		if forced != "" && personal(ls) {
			fits = spec.HeaderKey(forced) == spec.HeaderKey(sheet.Ref.Name)
		}
		if ms.sheet == nil && fits && !taken[sheet] {
			ms.sheet = sheet
		}
	}
	if ms.sheet == nil {
		want := ls.Name
		if ls.Pattern != nil {
			want = "/" + ls.Pattern.String() + "/"
		}
		if forced != "" && personal(ls) {
			want = forced
		}
		return nil, &Error{File: in.Path, Message: fmt.Sprintf("没有映射文件第 %d 行所说的表「%s」，文件里有 %s", ls.Line, want, strings.Join(names, "")),
			Fix: "请核对是不是这份映射所对应的导出，或修改映射文件里的 sheet"}
	}
	known := ls.Known()
	ms.rule = table.HeaderRule{Known: known, MinKnown: min(2, max(1, len(ls.Refs()))), Rows: ls.HeaderRows}
	if len(ls.Key) > 0 {
		ms.rule.IsKey = ls.Key[0].Matcher()
	}
	return ms, nil
}

func (ms *mappedSheet) sheetName() string {
	if ms.sheet == nil {
		return ms.Name
	}
	return ms.sheet.Ref.Name
}

// bind reads the sheet's header and ties the rules to its columns. It returns
// the columns that rules need and the header lacks.
func (ms *mappedSheet) bind(ctx context.Context, s *Source) (lacking []string, err error) {
	scan, err := ms.sheet.Scan(ctx, ms.rule)
	var none *table.NoHeaderError
	switch {
	case errors.As(err, &none) && none.Rows == 0 && !personal(ms.Sheet):
		ms.sheet, ms.header = nil, ms.Columns
		return nil, nil
	case errors.As(err, &none):
		return ms.noHeader(none)
	case err != nil:
		return nil, err
	}
	header := scan.Header()
	if err := scan.Close(); err != nil {
		return nil, err
	}
	for _, c := range header.Columns {
		ms.header = append(ms.header, c.Name)
	}
	b := newBinder(ms, s, header)
	ms.bound = b.bind()
	return b.lacking, nil
}

// noHeader reports every column as lacking: the header is another one.
func (ms *mappedSheet) noHeader(none *table.NoHeaderError) ([]string, error) {
	for _, c := range none.Best.Columns {
		ms.header = append(ms.header, c.Name)
	}
	var lacking []string
	for _, ref := range ms.Refs() {
		lacking = append(lacking, ref.Label())
	}
	if len(ms.Columns) == 0 {
		return nil, &Error{File: ms.sheet.Ref.File, Message: fmt.Sprintf("「%s」里没有找到映射文件所说的表头", ms.sheet.Ref.Name),
			Fix: "应有 " + shortList(lacking) + "；表头不在开头时，在映射文件里用 header: 行号 指明"}
	}
	return lacking, nil
}

// Mapping names the mapping by which the input is read, "" for the standard
// workbook.
func (s *Source) Mapping() string {
	if s.mapped == nil {
		return ""
	}
	return s.mapped.lay.Name
}

// Differences are the changes of the header since the mapping was made that do
// not keep it from working.
func (s *Source) Differences() []layout.Difference {
	if s.mapped == nil {
		return nil
	}
	return s.mapped.differs
}

// Fingerprint is that of the input's headers as the mapping sees them; "" for
// the standard workbook.
func (s *Source) Fingerprint() string {
	if s.mapped == nil {
		return ""
	}
	var headers [][]string
	for _, ms := range s.mapped.sheets {
		headers = append(headers, ms.header)
	}
	return layout.Fingerprint(headers)
}
