package mapping

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"hbupload/internal/fault"
	"hbupload/internal/ident"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

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

// Kind is fault.Input.
func (e *HeaderError) Kind() fault.Kind { return fault.Input }

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
	if slices.ContainsFunc(names, ident.Telling) {
		return fmt.Sprintf("%d 列（其中有的像是个人信息，不列出）", len(names))
	}
	if len(names) <= listShown {
		return strings.Join(names, "、")
	}
	return fmt.Sprintf("%s 等 %d 列", strings.Join(names[:listShown], "、"), len(names))
}

// bind reads the header of each sheet and ties the rules of its table to its
// columns. Sheets without any row drop out.
func (s *Source) bind(ctx context.Context) error {
	var lacking []string
	index := 0
	for _, t := range s.tables {
		var parts []*part
		for _, p := range t.parts {
			more, err := s.bindPart(ctx, t, p, len(parts) > 0)
			if err != nil {
				return err
			}
			lacking = append(lacking, more...)
			if p.bound != nil {
				p.index = index
				index++
				parts = append(parts, p)
				s.twinNotes(p)
			}
		}
		t.parts = parts
		t.there = len(parts) > 0
		s.compare(t)
	}
	if len(lacking) > 0 {
		return &HeaderError{File: s.input.Path, Mapping: s.lay.Name, Differs: s.differs, Lacking: lacking}
	}
	s.complete()
	return nil
}

// compare notes how the header has changed since the mapping was made, and which
// sheets are one table.
func (s *Source) compare(t *dataTable) {
	name := t.title()
	switch {
	case len(t.parts) > 0:
		name = t.parts[0].sheet.Ref.Name
	case t.header == nil:
		t.header = t.Columns
	}
	d := t.Compare(name, t.header)
	if t.doubtful {
		for i := range d.New {
			d.New[i] = fmt.Sprintf("（第 %d 个不认识的列）", i+1) // it may be somebody's data
		}
	}
	if len(d.Gone)+len(d.New) > 0 {
		s.differs = append(s.differs, d)
	}
	if len(t.parts) < 2 {
		return
	}
	var names []string
	for _, p := range t.parts {
		names = append(names, s.sheetTitle(p.sheet))
	}
	s.acc.Joined = append(s.acc.Joined, "「"+strings.Join(names, "」「")+"」是同一种表，按先后顺序合在一起读取")
}

// sheetTitle names a sheet, with its file where another has the same name.
func (s *Source) sheetTitle(sheet *table.Sheet) string {
	for _, other := range s.input.Sheets() {
		if other != sheet && other.Ref.Name == sheet.Ref.Name {
			return strings.TrimPrefix(strings.TrimPrefix(sheet.Ref.File, s.input.Path), "/") + " " + sheet.Ref.Name
		}
	}
	return sheet.Ref.Name
}

// bindPart binds one sheet; what it lacks of the first sheet of a table is
// returned, of a further one an error that names both.
func (s *Source) bindPart(ctx context.Context, t *dataTable, p *part, further bool) (lacking []string, err error) {
	scan, err := p.sheet.Scan(ctx, p.rule)
	var none *table.NoHeaderError
	switch {
	case errors.As(err, &none) && none.Rows == 0:
		return nil, nil
	case errors.As(err, &none) && further:
		return nil, apart(p.sheet, t.parts[0], "没有表头")
	case errors.As(err, &none):
		return s.noHeader(ctx, t, p, none)
	case err != nil:
		return nil, err
	}
	header := scan.Header()
	if err := scan.Close(); err != nil {
		return nil, err
	}
	if t.Partial && plainly(p, header) {
		if err := refuseForm(ctx, p.sheet); err != nil {
			return nil, err
		}
	}
	b := newBinder(t, p, header)
	if s.lay != nil {
		b.tables = s.lay.Tables
	}
	p.bound = b.bind()
	if len(t.Where) > 0 {
		p.filter = &rowFilter{eval: newEvaluator(s.code, s.lay), where: t.Where, cols: p.bound.where}
	}
	if further {
		return nil, s.same(t, p, b)
	}
	t.header = columnNames(header)
	t.doubtful = plainly(p, header)
	return b.lacking, nil
}

// plainly reports whether a header is one that may be a form's first row: half of
// its cells are no headers.
func plainly(p *part, header table.Header) bool {
	known := 0
	for _, c := range header.Columns {
		if p.rule.Known(c.Key) {
			known++
		}
	}
	return known*2 <= len(header.Columns)
}

// same makes sure that a further sheet of a table means by its columns what the
// first one does.
func (s *Source) same(t *dataTable, p *part, b *binder) error {
	first := t.parts[0]
	if len(b.lacking) > 0 {
		return apart(p.sheet, first, "缺少 "+shortList(b.lacking))
	}
	for _, ref := range t.Refs() {
		if ref.Number == 0 {
			continue
		}
		if at := int(ref.Number); headerAt(b.header, ref.Number) != first.bound.headers[ref.Number] {
			return apart(p.sheet, first, spec.ColumnName(at)+" 列的表头不同")
		}
	}
	if t.Partial && !b.feeds(t.Signs) && slices.ContainsFunc(t.Signs, func(f spec.FieldID) bool { return first.bound.reading(f) }) {
		return apart(p.sheet, first, "缺少 "+signNames(t, p))
	}
	return nil
}

func headerAt(h table.Header, col int32) string {
	for _, c := range h.Columns {
		if c.Col == col {
			return c.Key
		}
	}
	return ""
}

// signNames are the labels of the columns that a sheet of the standard workbook
// is known by and this one lacks.
func signNames(t *dataTable, p *part) string {
	var names []string
	for _, f := range t.Signs {
		if !p.bound.reading(f) {
			names = append(names, f.Label())
		}
	}
	return shortList(names)
}

// reading reports whether a column of the sheet feeds a field.
func (b *boundSheet) reading(id spec.FieldID) bool {
	fed := false
	b.eachRule(func(r *boundRule) { fed = fed || r.Field == id && r.place.Col != 0 })
	return fed
}

// eachRule visits all rules of the sheet.
func (b *boundSheet) eachRule(visit func(*boundRule)) {
	lists := [][]*boundRule{b.person, b.every}
	for _, g := range append(slices.Clone(b.hazards), b.items...) {
		lists = append(lists, g.rules)
	}
	for _, rules := range lists {
		for _, r := range rules {
			visit(r)
		}
	}
}

// noHeader reports every column as lacking: the header is another one.
func (s *Source) noHeader(ctx context.Context, t *dataTable, p *part, none *table.NoHeaderError) ([]string, error) {
	var lacking []string
	for _, ref := range t.Refs() {
		lacking = append(lacking, ref.Label())
	}
	if len(t.Columns) > 0 {
		t.header = columnNames(none.Best)
		t.doubtful = plainly(p, none.Best)
		return lacking, nil
	}
	e := &Error{File: p.sheet.Ref.File, Message: fmt.Sprintf("「%s」里没有找到映射文件所说的表头", p.sheet.Ref.Name),
		Fix: "应有 " + shortList(lacking) + "；表头不在开头时，在映射文件里用 header: 行号 指明"}
	if t.Partial {
		e.Message = fmt.Sprintf("「%s」里没有找到表头", p.sheet.Ref.Name)
		e.Fix = "表头应包含 " + strings.Join(lacking[:min(len(lacking), sampleHeaders)], "、") + " 等列名；请对照 hbupload template 生成的标准工作簿"
	}
	form, err := isForm(ctx, p.sheet)
	if err != nil {
		return nil, err
	}
	if form {
		e.Message = fmt.Sprintf("「%s」是%s，不是一行一人的表", p.sheet.Ref.Name, formWord)
		e.Fix = fixForm
	}
	return nil, e
}

// refuseForm is the error of a sheet that is a form.
func refuseForm(ctx context.Context, sheet *table.Sheet) error {
	form, err := isForm(ctx, sheet)
	if err != nil || !form {
		return err
	}
	return &Error{File: sheet.Ref.File, Message: fmt.Sprintf("「%s」是%s，不是一行一人的表", sheet.Ref.Name, formWord), Fix: fixForm}
}

// RefuseForm is the error of an input of which a sheet is a form: a mapping that only
// resembles it, itself made from somebody's form, would read labels for people.
func (s *Source) RefuseForm(ctx context.Context) error {
	for _, t := range s.tables {
		for _, p := range t.parts {
			if err := refuseForm(ctx, p.sheet); err != nil {
				return err
			}
		}
	}
	return nil
}

// sampleHeaders is how many headers a message names.
const sampleHeaders = 4

// complete adds to each sheet rules without a case for the fields that nothing
// feeds: their values know the sheet that lacks them.
func (s *Source) complete() {
	fed := map[spec.FieldID]bool{}
	every := map[spec.FieldID]bool{}
	for _, t := range s.tables {
		for _, r := range t.Person {
			fed[r.Field] = true
		}
		for _, r := range t.EveryHazard {
			every[r.Field] = true
		}
	}
	for i, t := range s.tables {
		for _, p := range t.parts {
			if i == s.primary {
				p.bound.person = lacked(p, p.bound.person, fed, spec.SectionPerson, spec.SectionHistory, spec.SectionHelper)
			}
			for _, g := range p.bound.hazards {
				if !g.Merge {
					g.rules = lacked(p, g.rules, every, spec.SectionHazard)
				}
			}
			for _, g := range p.bound.items {
				g.rules = lacked(p, g.rules, nil, spec.SectionItem)
			}
		}
	}
}

func lacked(p *part, rules []*boundRule, fed map[spec.FieldID]bool, sections ...spec.Section) []*boundRule {
	for _, f := range spec.Fields(sections...) {
		if f.ID == spec.ExamKey || fed[f.ID] || slices.ContainsFunc(rules, func(r *boundRule) bool { return r.Field == f.ID }) {
			continue
		}
		place := spec.Place{Sheet: p.sheet.Ref, Header: f.Label}
		rules = append(rules, &boundRule{Rule: &layout.Rule{Field: f.ID}, field: f, place: place})
	}
	return rules
}
