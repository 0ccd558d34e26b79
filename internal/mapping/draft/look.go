package draft

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// The bounds of a first look.
const (
	maxRows     = 50_000     // rows of a sheet that are looked at
	maxCells    = 20_000_000 // cells of a sheet that are looked at
	maxDistinct = 300        // different values of a column that are kept
)

// seen is how often a value stands in a column.
type seen struct {
	count  int
	people int
	last   int // the person who had it last
}

func (s *seen) add(person int) {
	s.count++
	if s.last != person {
		s.people++
		s.last = person
	}
}

// column is a column with what stands in it.
type column struct {
	table.Column
	values []string // different ones, in order
	have   map[string]*seen
	all    seen // of all its values
	used   bool
	fixed  bool   // no plain rule of its own
	field  string // what it was taken for
	sure   int
	word   string // its key as words are compared
	bare   string // likewise without a unit, once asked for
}

// newColumn is a column that stands for several of the export.
func newColumn(name string) *column {
	c := &column{have: map[string]*seen{}}
	c.Name = name
	c.Key = spec.HeaderKey(name)
	c.word = wordKey(name)
	return c
}

// note counts a value.
func (c *column) note(text string, person int) {
	c.all.add(person)
	s := c.have[text]
	if s == nil {
		if len(c.values) >= maxDistinct {
			return
		}
		s = &seen{}
		c.have[text] = s
		c.values = append(c.values, text)
	}
	s.add(person)
}

// takeIn adds the values of another column.
func (c *column) takeIn(o *column) {
	c.all.count += o.all.count
	c.all.people = max(c.all.people, o.all.people)
	for _, text := range o.values {
		s := c.have[text]
		if s == nil {
			s = &seen{}
			c.have[text] = s
			c.values = append(c.values, text)
		}
		s.count += o.have[text].count
		s.people = max(s.people, o.have[text].people)
	}
}

// people is how many people the values concern that fit.
func (c *column) people(fit func(string) bool) int {
	n := 0
	for _, text := range c.values {
		if fit(text) {
			n += c.have[text].people
		}
	}
	return min(n, c.all.people)
}

// sheet is a sheet under examination.
type sheet struct {
	src    *table.Sheet
	rows   int
	people int
	head   []int32
	cols   []*column
	byKey  map[string]*column
	lines  []string // of the mapping file
	shape  string

	numbered   map[string]string // header without its number → header with {n}
	ends       map[spec.FieldID]string
	items      []string // names of the wide groups
	tickedRule string   // of ticked hazards
	told       bool     // the mapping names its header rows
	key        *column
	keyTable   string  // by which its key becomes the exam key
	mark       *column // with the key: first or re-examination, where both have one number
	again      *column // that only re-examinations fill
}

// column is the column of a header.
func (s *sheet) column(name string) *column { return s.byKey[spec.HeaderKey(name)] }

func (s *sheet) names() []string {
	var out []string
	for _, c := range s.cols {
		out = append(out, c.Name)
	}
	return out
}

// drafter proposes a mapping.
type drafter struct {
	opts    mapping.Options
	lex     *mapping.Lexicon
	all     []*table.Sheet
	words   map[spec.FieldID][]string
	fields  map[spec.FieldID]*field
	known   map[string]bool
	items   map[string]string
	spelled map[string][]spelling // headers in pinyin

	sheets  []*sheet
	unread  []string
	further []Sheet // that are read with one before
	forms   int
	primary *sheet
	fed     map[spec.FieldID]bool // fields that some rule feeds

	out            Draft
	ranges         *rangeSheet
	unmarkedPeople int                 // who have numbers without a mark
	moreTables     []string            // lines of tables that stand in sheets
	initials       map[string][]string // of the dictionary's items
	tables         map[string]*words
	tableIDs       []string // in the order of their first use
	itemAt         map[string]int
	films          map[string]bool // local names of chest films
}

// Propose looks at an export and drafts a mapping for it. Dictionaries are needed
// for words and items.
func Propose(ctx context.Context, in *table.Input, name string, opts mapping.Options) (*Draft, error) {
	d := &drafter{opts: opts, lex: mapping.NewLexicon(in, opts), words: localWords(), fields: map[spec.FieldID]*field{}, known: map[string]bool{}, items: itemWords(),
		fed: map[spec.FieldID]bool{}, tables: map[string]*words{}, itemAt: map[string]int{}, films: map[string]bool{}}
	d.out.Name = name
	d.out.Input = in.Path
	d.spell()
	d.vocabulary()
	var err error
	if d.all, err = d.lex.Sheets(ctx); err != nil {
		return nil, err
	}
	for i, src := range d.all {
		if err := d.consider(ctx, i+1, src); err != nil {
			return nil, err
		}
	}
	if err := d.nothing(in.Path); err != nil {
		return nil, err
	}
	if err := d.place(ctx); err != nil {
		return nil, err
	}
	return d.finish(), nil
}

// nothing is the error of an export without any header.
func (d *drafter) nothing(path string) error {
	switch {
	case len(d.sheets) > 0:
		return nil
	case d.forms > 0:
		return &mapping.Error{File: path, Message: fmt.Sprintf("里面的 %d 张表是%s，不是一行一人的表", d.forms, mapping.FormName), Fix: mapping.FixForm}
	}
	return &mapping.Error{File: path, Message: "没有找到像表头的行（至少要认出三个列名）", Fix: "请确认文件里有姓名、身份证号、体检日期等列名；表头不在前 60 行时请先删去上面的内容"}
}

// consider looks at one sheet. One that can only be a further part of a sheet before
// is read with that.
func (d *drafter) consider(ctx context.Context, number int, src *table.Sheet) error {
	form, err := mapping.IsForm(ctx, src)
	if err != nil {
		return err
	}
	if form {
		// Nothing of it may be written into a mapping: its labels stand beside somebody's data.
		d.forms++
		d.unread = append(d.unread, fmt.Sprintf("第 %d 张表（%s）", number, mapping.FormName))
		return nil
	}
	s, err := d.look(ctx, src)
	if err != nil {
		return err
	}
	if s == nil {
		d.unread = append(d.unread, d.title(src))
		return nil
	}
	for _, first := range d.sheets {
		if mapping.Continues(src.Ref.Name, first.src.Ref.Name) && slices.Equal(first.names(), s.names()) {
			d.further = append(d.further, Sheet{File: d.file(src), Name: src.Ref.Name, HeaderRows: s.head, Rows: s.rows, Shape: "与" + d.title(first.src) + "同样，合在一起读", Columns: []Column{}})
			return nil
		}
	}
	d.sheets = append(d.sheets, s)
	return nil
}

// file is that of a sheet where there are several that hold workbooks.
func (d *drafter) file(src *table.Sheet) string {
	if src.Text {
		return "" // its name is that of the sheet
	}
	for _, other := range d.all {
		if other.Ref.File != src.Ref.File {
			return d.lex.FileName(src)
		}
	}
	return ""
}

// title names a sheet with its file.
func (d *drafter) title(src *table.Sheet) string {
	return strings.TrimSpace(d.file(src) + " 「" + src.Ref.Name + "」")
}

// ambiguous reports whether another sheet has the same name in another file.
func (d *drafter) ambiguous(s *sheet) bool {
	return slices.ContainsFunc(d.sheets, func(o *sheet) bool {
		return o != s && spec.HeaderKey(o.src.Ref.Name) == spec.HeaderKey(s.src.Ref.Name)
	})
}

// vocabulary is every header that means something, for finding the header row.
func (d *drafter) vocabulary() {
	for s := range spec.NumSheets {
		for key := range spec.Headers(s) {
			d.known[key] = true
		}
	}
	for _, list := range d.words {
		for _, w := range list {
			d.known[wordKey(w)] = true
		}
	}
	for _, w := range slices.Concat(rangeWords(), againWords(), otherHazardWords()) {
		d.known[wordKey(w)] = true
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

// isKnown tells a header that means something, numbered ones, those in pinyin and
// the columns of wide groups too.
func (d *drafter) isKnown(key string) bool {
	key = wordKey(key)
	if d.known[key] || d.known[strings.TrimRight(key, "0123456789")] || len(key) >= minSpelled && d.spelled[key] != nil {
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
func (d *drafter) look(ctx context.Context, src *table.Sheet) (*sheet, error) {
	return d.lookAt(ctx, src, nil)
}

// lookAt is look where the header stands in told rows.
func (d *drafter) lookAt(ctx context.Context, src *table.Sheet, head []int32) (*sheet, error) {
	rule := table.HeaderRule{Known: d.isKnown, MinKnown: 2, Rows: head, IsKey: func(key string) bool { return key == spec.HeaderKey(spec.ExamKey.Label()) }}
	scan, err := src.Scan(ctx, rule)
	if errors.Is(err, table.ErrNoHeader) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = scan.Close() }()
	s := &sheet{src: src, head: scan.Header().Rows, told: head != nil, byKey: map[string]*column{}, numbered: map[string]string{}, ends: map[spec.FieldID]string{}}
	at := map[int32]*column{}
	for _, c := range scan.Header().Columns {
		col := &column{Column: c, word: wordKey(c.Name), have: map[string]*seen{}}
		at[c.Col] = col
		s.cols = append(s.cols, col)
		if s.byKey[c.Key] == nil {
			s.byKey[c.Key] = col
		}
	}
	persons := counter{lex: d.lex}
	if c, sure := d.find(s, spec.ExamKey); sure >= surePart {
		persons.key = c.Col
	}
	for cells := 0; s.rows < maxRows && cells < maxCells; {
		row, err := scan.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if s.rows == 0 && head == nil && d.isRangeRow(s, row, at) {
			return d.lookAt(ctx, src, []int32{s.head[0], row.Num})
		}
		s.rows++
		cells += len(row.Cells)
		d.values(row, at, persons.of(row))
	}
	s.people = persons.n
	return s, nil
}

// counter numbers the persons of a sheet: a row whose key is blank or that of the
// row above belongs to the same person.
type counter struct {
	lex  *mapping.Lexicon
	key  int32 // column, 0: each row is a person
	last string
	n    int
}

func (p *counter) of(row *grid.Row) int {
	if p.key == 0 {
		p.n++
		return p.n
	}
	cell := row.Cell(p.key)
	if key := p.lex.Key(&cell); p.n == 0 || key != "" && key != p.last {
		p.n++
		p.last = strings.Clone(key)
	}
	return p.n
}

// values notes what stands in the columns.
func (d *drafter) values(row *grid.Row, at map[int32]*column, person int) {
	for i := range row.Cells {
		c := &row.Cells[i]
		col := at[c.Col]
		if col == nil {
			continue
		}
		if text := d.lex.Shown(c); text != "" {
			col.note(strings.Clone(text), person)
		}
	}
}

// pairs counts what stands in a column together with others: the names of items
// with their results.
type pairs struct {
	name, result, unit, low, high *column
	have                          map[string]*pair
	names                         []string
}

// pair is an item's name with its results.
type pair struct {
	seen
	unit, limits string
	results      *column
}

// maxNames bounds the items of a sheet with a row an item.
const maxNames = 5000

// eachRow reads the first rows of a sheet again.
func (s *sheet) eachRow(ctx context.Context, visit func(row *grid.Row)) error {
	scan, err := s.src.Scan(ctx, table.HeaderRule{Rows: s.head, Known: func(key string) bool { return s.byKey[key] != nil }, MinKnown: 1})
	if err != nil {
		return err
	}
	defer func() { _ = scan.Close() }()
	for range maxRows {
		row, err := scan.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		visit(row)
	}
	return nil
}

// count reads the sheet again for the items that have results.
func (d *drafter) count(ctx context.Context, s *sheet, p *pairs) error {
	p.have = map[string]*pair{}
	persons := counter{lex: d.lex}
	if s.key != nil {
		persons.key = s.key.Col
	}
	return s.eachRow(ctx, func(row *grid.Row) { d.pair(p, row, persons.of(row)) })
}

func (d *drafter) pair(p *pairs, row *grid.Row, person int) {
	text := func(c *column) string {
		if c == nil {
			return ""
		}
		cell := row.Cell(c.Col)
		return d.lex.Shown(&cell)
	}
	name := text(p.name)
	result := text(p.result)
	if name == "" || result == "" {
		return
	}
	one := p.have[name]
	if one == nil {
		if len(p.names) >= maxNames {
			return
		}
		name = strings.Clone(name)
		one = &pair{results: newColumn("")}
		p.have[name] = one
		p.names = append(p.names, name)
	}
	one.add(person)
	one.results.note(strings.Clone(result), person)
	if one.unit == "" {
		one.unit = strings.Clone(text(p.unit))
	}
	if one.limits == "" {
		one.limits = strings.Clone(joinLimits(text(p.low), text(p.high)))
	}
}

// joinLimits is a range of two limits, or one that stands in one cell.
func joinLimits(low, high string) string {
	if low == "" || high == "" {
		return low + high
	}
	return low + "-" + high
}

// itemName is how the table of local item names is called.
const itemTable = "本院项目"

// skip is the word that leaves an item out.
const skip = layout.Skip
