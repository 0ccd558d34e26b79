package mapping

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"hbupload/internal/ident"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// dataTable is one table of the layout with the sheets of the input that hold it.
type dataTable struct {
	*layout.Sheet
	rule   table.HeaderRule
	parts  []*part  // in the order of the input
	there  bool     // some sheet of it has a header
	sorted bool     // its rows are not in the order of the persons
	header []string // of its first sheet
	// doubtful: half of the header or more is nothing that the layout names, and may
	// be somebody's data.
	doubtful bool
}

// part is a sheet of the input that holds a table, or a part of one.
type part struct {
	index    int
	sheet    *table.Sheet
	repeated bool // several rows a person
	date1904 bool
	rule     table.HeaderRule
	bound    *boundSheet
	filter   *rowFilter // nil: all rows are read
	tally    tally
	memory   *rowMemory // nil: the sheet must be read
	seen     forms      // nil: not asked for yet
}

func newPart(t *dataTable, sheet *table.Sheet) *part {
	return &part{sheet: sheet, rule: t.rule, repeated: t.Repeated, date1904: sheet.Date1904()}
}

// title is the table's name for messages.
func (t *dataTable) title() string {
	switch {
	case t.Name != "":
		return t.Name
	case t.Pattern != nil:
		return "/" + t.Pattern.String() + "/"
	case t.OfFile():
		return t.fileTitle()
	}
	return spec.SheetPerson.String()
}

// fileTitle is the file that the table names.
func (t *dataTable) fileTitle() string {
	if t.FilePattern != nil {
		return "/" + t.FilePattern.String() + "/"
	}
	return t.File
}

// personal reports whether the table yields the persons.
func personal(s *layout.Sheet) bool {
	for _, r := range s.Person {
		if r.Field == spec.PatientName || r.Field == spec.IDCard {
			return true
		}
	}
	return false
}

// dataSheets are the sheets that are not this program's own: those that an
// annotated copy has beside the export's, and the template's hidden lists.
func dataSheets(ctx context.Context, in *table.Input) ([]*table.Sheet, error) {
	var out []*table.Sheet
	for _, sheet := range in.Sheets() {
		ours, err := sheet.Ours(ctx)
		if err != nil {
			return nil, err
		}
		if !ours {
			out = append(out, sheet)
		}
	}
	return out, nil
}

// recognise finds the sheets of each table: by their names, then by their
// headers. A further sheet of a table already found is read with it.
func (s *Source) recognise(ctx context.Context) error {
	if s.input.Format == table.FormatText && len(s.lay.Sheets) > 1 && s.lay.Sheets[0].Partial {
		return &Error{File: s.input.Path, Message: "单个文本文件只有一张表，标准导出需要「体检信息」「危害因素」「体检项目」三张表",
			Fix: "请改用三张表的 xlsx，或把三个 CSV 放在同一个文件夹（或 zip）里再传入；只有一张表的导出需要映射文件（hbupload map init 生成，--mapping 指定）"}
	}
	sheets, err := dataSheets(ctx, s.input)
	if err != nil {
		return err
	}
	for i, ls := range s.lay.Sheets {
		t := &dataTable{Sheet: ls, rule: headerRule(ls)}
		s.tables = append(s.tables, t)
		if personal(ls) {
			s.primary = i
		}
	}
	taken := s.byName(sheets)
	if err := s.byHeader(ctx, sheets, taken); err != nil {
		return err
	}
	for _, t := range s.tables {
		if len(t.parts) == 0 && (!t.Partial || personal(t.Sheet)) {
			return s.noSheet(t, sheets)
		}
		s.order(t, sheets)
	}
	return nil
}

// headerRule distinguishes the header of a table from other rows.
func headerRule(ls *layout.Sheet) table.HeaderRule {
	rule := table.HeaderRule{Known: ls.Known(), MinKnown: min(2, max(1, len(ls.Refs()))), Rows: ls.HeaderRows}
	if len(ls.Key) > 0 {
		rule.IsKey = ls.Key[0].Matcher()
	}
	return rule
}

// byName takes the sheets that have the names of tables: those of tables that name
// their file before others, exact ones before patterns; an only sheet is the first
// table's whatever its name.
func (s *Source) byName(sheets []*table.Sheet) map[*table.Sheet]*dataTable {
	taken := map[*table.Sheet]*dataTable{}
	for _, filed := range []bool{true, false} {
		for _, exact := range []bool{true, false} {
			for _, t := range s.tables {
				if t.OfFile() == filed && (t.Name != "") == exact {
					s.takeNamed(t, sheets, taken)
				}
			}
		}
	}
	if t := s.tables[0]; len(sheets) == 1 && len(taken) == 0 && !t.Partial && s.opts.Sheet == "" {
		taken[sheets[0]] = t
		t.parts = append(t.parts, &part{sheet: sheets[0], rule: t.rule})
	}
	return taken
}

// takeNamed gives a table the sheets that have its name. One without a name takes
// the first sheet, of each file that it names; the others must show that they are of
// its kind.
func (s *Source) takeNamed(t *dataTable, sheets []*table.Sheet, taken map[*table.Sheet]*dataTable) {
	nameless := t.Name == "" && t.Pattern == nil
	for _, sheet := range sheets {
		if taken[sheet] != nil || !s.named(t, sheet) {
			continue
		}
		again := func(p *part) bool { return !t.OfFile() || p.sheet.Ref.File == sheet.Ref.File }
		if nameless && slices.ContainsFunc(t.parts, again) {
			continue
		}
		taken[sheet] = t
		t.parts = append(t.parts, newPart(t, sheet))
	}
}

// fileName is the file of a sheet, from the folder or zip on.
func (s *Source) fileName(sheet *table.Sheet) string {
	name := strings.ReplaceAll(sheet.Ref.File, `\`, "/")
	dir := strings.TrimRight(strings.ReplaceAll(s.input.Path, `\`, "/"), "/") + "/"
	if inside, ok := strings.CutPrefix(name, dir); ok {
		return inside
	}
	return path.Base(name)
}

// named reports whether a sheet has the name of a table, or for the persons the
// one that the operator gave.
func (s *Source) named(t *dataTable, sheet *table.Sheet) bool {
	if s.opts.Sheet != "" && personal(t.Sheet) {
		return t.FitsFile(s.fileName(sheet)) && spec.HeaderKey(s.opts.Sheet) == spec.HeaderKey(sheet.Ref.Name)
	}
	return t.Fits(sheet.Ref.Name) && t.FitsFile(s.fileName(sheet)) && !(s.opts.Sheet != "" && spec.HeaderKey(s.opts.Sheet) == spec.HeaderKey(sheet.Ref.Name))
}

// byHeader takes the sheets of other names whose headers can only be those of one
// table. What is left is named as unused.
func (s *Source) byHeader(ctx context.Context, sheets []*table.Sheet, taken map[*table.Sheet]*dataTable) error {
	for i, sheet := range sheets {
		if taken[sheet] != nil || s.usedByTable(sheet.Ref.Name) {
			continue
		}
		form, err := isForm(ctx, sheet)
		if err != nil {
			return err
		}
		if form {
			s.forms = append(s.forms, i+1)
			continue
		}
		t, err := s.kind(ctx, sheet)
		if err != nil {
			return err
		}
		if t == nil {
			if err := s.leftOver(ctx, sheet); err != nil {
				return err
			}
			title := s.sheetTitle(sheet)
			if ident.Telling(title) {
				title = fmt.Sprintf("第 %d 张表（表名里有号码）", i+1)
			}
			s.acc.Unrecognised = append(s.acc.Unrecognised, title)
			continue
		}
		taken[sheet] = t
		t.parts = append(t.parts, newPart(t, sheet))
	}
	for _, n := range s.forms {
		s.acc.Unrecognised = append(s.acc.Unrecognised, fmt.Sprintf("第 %d 张表（%s）", n, formWord))
	}
	return nil
}

func (s *Source) usedByTable(name string) bool {
	for _, t := range s.lay.Tables {
		if t.File == "" && t.Sheet != "" && spec.HeaderKey(t.Sheet) == spec.HeaderKey(name) {
			return true
		}
	}
	return false
}

// signMinimum is how many known headers, the exam key among them, make a sheet
// of an unknown name worth a closer look.
const signMinimum = 4

// kind is the table whose header a sheet of another name certainly has, nil if
// there is none. With several it is unknown which of them it is.
func (s *Source) kind(ctx context.Context, sheet *table.Sheet) (*dataTable, error) {
	var found []*dataTable
	for _, t := range s.tables {
		if s.opts.Sheet != "" && personal(t.Sheet) || !t.Partial && len(t.parts) == 0 {
			continue
		}
		certain, err := s.certain(ctx, t, sheet)
		if err != nil {
			return nil, err
		}
		if certain {
			found = append(found, t)
		}
	}
	switch {
	case len(found) == 0:
		return nil, nil
	case found[0].Partial:
		return found[0], nil
	case len(found) > 1 || means(found[0].Sheet) && !continues(sheet.Ref.Name, found[0].parts[0].sheet.Ref.Name):
		return nil, &Error{File: sheet.Ref.File, Message: fmt.Sprintf("「%s」与「%s」的表头相同，映射里没有说它怎样读", sheet.Ref.Name, found[0].parts[0].sheet.Ref.Name),
			Fix: "请在映射文件的 sheets 里写明这张表，或从导出文件里删去它"}
	}
	return found[0], nil
}

// means reports whether a table's rules say something that stands in none of its
// columns, which another sheet of the same columns need not mean.
func means(ls *layout.Sheet) bool {
	for _, g := range append(slices.Clone(ls.Hazards), ls.Items...) {
		for _, r := range g.Rules {
			if slices.ContainsFunc(r.Cases, func(c *layout.Case) bool { return len(c.Columns) == 0 }) {
				return true
			}
		}
	}
	return false
}

// certain reports whether a sheet's header can only be that of the table.
func (s *Source) certain(ctx context.Context, t *dataTable, sheet *table.Sheet) (bool, error) {
	next := slices.ContainsFunc(t.parts, func(p *part) bool { return continues(sheet.Ref.Name, p.sheet.Ref.Name) })
	rule := t.rule
	rule.NeedKey = len(t.Key) > 0
	rule.MinKnown = max(2, min(signMinimum, len(t.Refs())))
	if t.Partial && next {
		rule.MinKnown = len(t.Signs) + 1
	}
	b, header, err := looked(ctx, t, sheet, rule)
	switch {
	case b == nil || err != nil:
		return false, err
	case !t.Partial:
		return len(b.lacking) == 0 && len(t.Compare("", columnNames(header)).Gone) == 0, nil
	case !b.feeds(t.Signs) || next || len(t.parts) == 0:
		return b.feeds(t.Signs), nil
	}
	first, _, err := looked(ctx, t, t.parts[0].sheet, t.rule)
	if first == nil || err != nil {
		return first == nil, err
	}
	return b.fields()*4 >= first.fields()*3, nil // a list of some of the columns is another sheet
}

// looked binds a table to the header of a sheet; nil if it has none.
func looked(ctx context.Context, t *dataTable, sheet *table.Sheet, rule table.HeaderRule) (*binder, table.Header, error) {
	scan, err := sheet.Scan(ctx, rule)
	if errors.Is(err, table.ErrNoHeader) {
		return nil, table.Header{}, nil
	}
	if err != nil {
		return nil, table.Header{}, err
	}
	header := scan.Header()
	b := newBinder(t, newPart(t, sheet), header)
	b.bind()
	return b, header, scan.Close()
}

func columnNames(h table.Header) []string {
	out := make([]string, len(h.Columns))
	for i, c := range h.Columns {
		out[i] = c.Name
	}
	return out
}

// order puts a table's sheets into the order of the input, and says that they are
// one table.
func (s *Source) order(t *dataTable, sheets []*table.Sheet) {
	slices.SortStableFunc(t.parts, func(a, b *part) int { return slices.Index(sheets, a.sheet) - slices.Index(sheets, b.sheet) })
}

// noSheet says what was looked for and what is there.
func (s *Source) noSheet(t *dataTable, sheets []*table.Sheet) error {
	var names []string
	for i, sheet := range sheets {
		if slices.Contains(s.forms, i+1) {
			names = append(names, fmt.Sprintf("第 %d 张表（%s）", i+1, formWord))
			continue
		}
		names = append(names, "「"+sheet.Ref.Name+"」")
	}
	want := t.title()
	if s.opts.Sheet != "" && personal(t.Sheet) {
		want = s.opts.Sheet
	}
	e := &Error{File: s.input.Path, Message: fmt.Sprintf("没有可识别的表：需要「%s」，文件里有 %s", want, strings.Join(names, "")),
		Fix: "请用 hbupload template 生成标准工作簿对照表名和表头；其他格式的导出需要映射文件（hbupload map init 生成，--mapping 指定）"}
	switch {
	case !t.Partial:
		if t.OfFile() && want != t.fileTitle() {
			want = t.fileTitle() + " " + want
		}
		e.Message = fmt.Sprintf("没有映射文件第 %d 行所说的表「%s」，文件里有 %s", t.Line, want, strings.Join(names, ""))
		e.Fix = "请核对是不是这份映射所对应的导出，或修改映射文件里的 sheet"
	case len(s.forms) == len(sheets):
		e.Fix = fixForm
	case slices.ContainsFunc(s.tables, func(t *dataTable) bool { return len(t.parts) > 0 }):
		e.Fix = "「" + want + "」在另一个文件里时，请把几个文件一起写在命令后面，或放进一个文件夹并指定这个文件夹；" + e.Fix
	}
	return e
}
