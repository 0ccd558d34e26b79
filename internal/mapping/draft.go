package mapping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// Draft is a proposed mapping of an export: a file that runs, with questions.
type Draft struct {
	YAML      []byte
	Sheets    []DraftSheet
	Unread    []string // sheets without a header, with their files where there are several
	Questions []Question
}

// DraftSheet is what was found of one sheet.
type DraftSheet struct {
	File       string        `json:"file,omitempty"` // where there are several
	Name       string        `json:"sheet"`
	HeaderRows []int32       `json:"header"`
	Rows       int           `json:"rows"`
	Shape      string        `json:"shape"` // what a row is, for a person
	Columns    []DraftColumn `json:"columns"`
}

// DraftColumn is a column with the field that it seems to carry.
type DraftColumn struct {
	Header     string   `json:"header"`
	Field      string   `json:"field,omitempty"` // the field's label
	Confidence int      `json:"confidence,omitempty"`
	Samples    []string `json:"samples"` // up to three, masked
}

// Question is something only a person can answer.
type Question struct {
	Text       string   `json:"question"`
	Where      string   `json:"where"`
	Candidates []string `json:"candidates"`
}

// The bounds of a first look.
const (
	draftRows     = 3000 // rows whose values are looked at
	draftDistinct = 300  // different values of a column that are kept
)

// draftColumn is a column with what stands in it.
type draftColumn struct {
	table.Column
	values []string // different ones, in order
	have   map[string]bool
	filled int
	used   bool
	field  string // what it was taken for
	sure   int
}

// draftSheet is a sheet under examination.
type draftSheet struct {
	sheet *table.Sheet
	rows  int
	head  []int32
	cols  []*draftColumn
	lines []string // of the mapping file
	shape string

	numbered map[string]string // header without its number → header with {n}
	ends     map[spec.FieldID]string
	items    []string // names of the wide groups
	key      *draftColumn
}

// drafter proposes a mapping.
type drafter struct {
	opts      Options
	code      *coder
	words     map[spec.FieldID][]string
	fields    map[spec.FieldID]*draftField
	known     map[string]bool
	items     map[string]string
	sheets    []*draftSheet
	unread    []string
	forms     int
	names     *Source // of the files
	primary   *draftSheet
	fed       map[spec.FieldID]bool // fields that some rule feeds
	questions []Question
	tables    []string // lines of the named tables
	itemTable map[string]string
}

// Propose looks at an export and drafts a mapping for it. Dictionaries are
// needed for value tables and items.
func Propose(ctx context.Context, in *table.Input, name string, opts Options) (*Draft, error) {
	code := newCoder(opts, in.Date1904)
	d := &drafter{opts: opts, code: code, words: localWords(), fields: map[spec.FieldID]*draftField{}, known: map[string]bool{}, items: itemWords(),
		fed: map[spec.FieldID]bool{}, itemTable: map[string]string{}}
	d.vocabulary()
	d.names = &Source{input: in}
	sheets, err := dataSheets(ctx, in)
	if err != nil {
		return nil, err
	}
	for i, sheet := range sheets {
		if err := d.consider(ctx, i+1, sheet); err != nil {
			return nil, err
		}
	}
	if len(d.sheets) == 0 && d.forms > 0 {
		return nil, &Error{File: in.Path, Message: fmt.Sprintf("里面的 %d 张表是%s，不是一行一人的表", d.forms, formWord), Fix: fixForm}
	}
	if len(d.sheets) == 0 {
		return nil, &Error{File: in.Path, Message: "没有找到像表头的行（至少要认出三个列名）", Fix: "请确认文件里有姓名、身份证号、体检日期等列名；表头不在前 60 行时请先删去上面的内容"}
	}
	d.place()
	return d.write(in, name), nil
}

// consider looks at one sheet. One that can only be a further part of a sheet before
// is read with that.
func (d *drafter) consider(ctx context.Context, number int, sheet *table.Sheet) error {
	form, err := isForm(ctx, sheet)
	if err != nil {
		return err
	}
	if form {
		// Nothing of it may be written into a mapping: its labels stand beside somebody's data.
		d.forms++
		d.unread = append(d.unread, fmt.Sprintf("第 %d 张表（%s）", number, formWord))
		return nil
	}
	s, err := d.look(ctx, sheet)
	if err != nil {
		return err
	}
	if s == nil {
		d.unread = append(d.unread, d.title(sheet))
		return nil
	}
	further := func(first *draftSheet) bool {
		return continues(sheet.Ref.Name, first.sheet.Ref.Name) && slices.Equal(first.names(), s.names())
	}
	if !slices.ContainsFunc(d.sheets, further) {
		d.sheets = append(d.sheets, s)
	}
	return nil
}

// file is that of a sheet where there are several that hold workbooks.
func (d *drafter) file(sheet *table.Sheet) string {
	if sheet.Text {
		return "" // its name is that of the sheet
	}
	for _, other := range d.names.input.Sheets() {
		if other.Ref.File != sheet.Ref.File {
			return d.names.fileName(sheet)
		}
	}
	return ""
}

// title names a sheet with its file.
func (d *drafter) title(sheet *table.Sheet) string {
	return strings.TrimSpace(d.file(sheet) + " 「" + sheet.Ref.Name + "」")
}

// ambiguous reports whether another sheet bears the same name in another file.
func (d *drafter) ambiguous(s *draftSheet) bool {
	return slices.ContainsFunc(d.sheets, func(o *draftSheet) bool {
		return o != s && spec.HeaderKey(o.sheet.Ref.Name) == spec.HeaderKey(s.sheet.Ref.Name)
	})
}

// vocabulary is every header that means something, for finding the header row.
func (d *drafter) vocabulary() {
	for s := range spec.NumSheets {
		for key := range spec.Headers(s) {
			d.known[key] = true
		}
	}
	for _, words := range d.words {
		for _, w := range words {
			d.known[spec.HeaderKey(w)] = true
		}
	}
	for _, w := range append(rangeWords(), againWords()...) {
		d.known[spec.HeaderKey(w)] = true
	}
	for w := range d.items {
		d.known[w] = true
	}
	if dict := d.opts.Dicts.Dict(spec.DictItem); dict != nil {
		for _, e := range dict.Entries {
			d.known[spec.HeaderKey(e.Name)] = true
		}
	}
}

// isKnown tells a header that means something, numbered ones and the columns
// of wide groups too.
func (d *drafter) isKnown(key string) bool {
	if d.known[key] || d.known[strings.TrimRight(key, "0123456789")] {
		return true
	}
	for _, ends := range groupEnds() {
		for _, end := range ends {
			if head, ok := strings.CutSuffix(key, end); ok && d.known[head] {
				return true
			}
		}
	}
	return false
}

// look reads the header and the first rows of a sheet; nil if it has none.
func (d *drafter) look(ctx context.Context, sheet *table.Sheet) (*draftSheet, error) {
	rule := table.HeaderRule{Known: d.isKnown, MinKnown: 2, IsKey: func(key string) bool { return key == spec.HeaderKey(spec.ExamKey.Label()) }}
	scan, err := sheet.Scan(ctx, rule)
	if errors.Is(err, table.ErrNoHeader) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = scan.Close() }()
	s := &draftSheet{sheet: sheet, head: scan.Header().Rows, numbered: map[string]string{}, ends: map[spec.FieldID]string{}}
	at := map[int32]*draftColumn{}
	for _, c := range scan.Header().Columns {
		col := &draftColumn{Column: c, have: map[string]bool{}}
		s.cols, at[c.Col] = append(s.cols, col), col
	}
	for s.rows < draftRows {
		row, err := scan.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		s.rows++
		d.values(row, at)
	}
	return s, nil
}

// values notes what stands in the columns.
func (d *drafter) values(row *grid.Row, at map[int32]*draftColumn) {
	for i := range row.Cells {
		c := &row.Cells[i]
		col := at[c.Col]
		if col == nil || c.Kind == grid.Blank || c.Kind == grid.Error || c.Kind == grid.Formula {
			continue
		}
		var scratch spec.Value
		text := trimmed(d.code.shown(&scratch, c))
		if text == "" {
			continue
		}
		col.filled++
		if !col.have[text] && len(col.values) < draftDistinct {
			col.have[text] = true
			col.values = append(col.values, text)
		}
	}
}

// find is the unused column that carries a field best, with a confidence in
// percent.
func (d *drafter) find(s *draftSheet, id spec.FieldID) (*draftColumn, int) {
	var best *draftColumn
	most := 0
	for _, c := range s.cols {
		if c.used {
			continue
		}
		if sure := d.confidence(c, id); sure > most {
			best, most = c, sure
		}
	}
	return best, most
}

// confidence is how well a column's header and values fit a field.
func (d *drafter) confidence(c *draftColumn, id spec.FieldID) int {
	f := d.fields[id]
	if f == nil {
		f = newDraftField(id, d.words[id])
		d.fields[id] = f
	}
	sure := f.sure[c.Key]
	if sure == 0 && len([]rune(f.Label)) >= 3 && strings.Contains(c.Key, f.label) {
		sure = 60
	}
	if sure == 0 && id != spec.IDCard {
		return 0
	}
	return d.evidence(c, &f.Field, sure)
}

// draftField is a field with what each of its headers is worth in percent.
type draftField struct {
	spec.Field
	label string
	sure  map[string]int
}

func newDraftField(id spec.FieldID, words []string) *draftField {
	f := &draftField{Field: id.Field(), sure: map[string]int{}}
	f.label = spec.HeaderKey(f.Label)
	for i, w := range words {
		f.sure[spec.HeaderKey(w)] = max(75, 92-i)
	}
	for _, a := range f.Aliases {
		f.sure[spec.HeaderKey(a)] = 95
	}
	f.sure[f.label], f.sure[spec.HeaderKey(f.Key)] = 98, 98
	return f
}

// evidence weighs what stands in the column.
func (d *drafter) evidence(c *draftColumn, f *spec.Field, sure int) int {
	if len(c.values) == 0 {
		return sure * 9 / 10
	}
	good := 0
	n := min(len(c.values), 40)
	for _, text := range c.values[:n] {
		if d.legal(f, text) {
			good++
		}
	}
	switch {
	case f.ID == spec.IDCard && good*2 > n:
		return max(sure, 85)
	case f.Kind == spec.KindDate && good == 0 && sure > 0:
		return sure * 6 / 10
	case (f.Kind == spec.KindCode || f.Kind == spec.KindEnum) && good == 0 && sure > 0:
		if sure < 95 {
			return sure * 7 / 10
		}
		return sure * 8 / 10
	}
	return sure
}
