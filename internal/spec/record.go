package spec

import "strconv"

// SheetRef names a sheet of an input file; a Place points to it instead of
// repeating the names.
type SheetRef struct {
	File  string // the path as the user gave it; inside a folder or zip, with the member's name
	Name  string
	Input string // the FILE of the command line that it is a part of; "": File itself
}

// Place is a cell, or the spot where one is missing.
type Place struct {
	Sheet  *SheetRef // nil: the value has no cell (a constant, a derivation)
	Row    int32     // as the spreadsheet program shows it, 1-based
	Col    int32     // 1-based; 0: the sheet has no such column
	Header string    // the column's header as written, or the expected one
}

// Cell is the address as the spreadsheet program shows it ("F7"), or "".
func (p Place) Cell() string {
	if p.Col <= 0 || p.Row <= 0 {
		return ""
	}
	return ColumnName(int(p.Col)) + strconv.Itoa(int(p.Row))
}

// ColumnName is the letters of a 1-based column: 1 is A, 27 is AA.
func ColumnName(col int) string {
	var b [8]byte
	i := len(b)
	for col > 0 {
		col--
		i--
		b[i] = byte('A' + col%26)
		col /= 26
	}
	return string(b[i:])
}

// CellKind tells what the spreadsheet holds, which its shown text cannot.
type CellKind uint8

// The kinds of cells a value may come from.
const (
	CellNone    CellKind = iota // no cell: a constant or a derivation
	CellBlank                   // an empty cell
	CellText                    // text
	CellNumber                  // a number
	CellDate                    // a number with a date format
	CellBool                    // TRUE or FALSE
	CellError                   // #N/A, #REF! …
	CellFormula                 // a formula without a cached value
	CellCSV                     // a field of a text file, which has no type
)

// StepKind names one thing that was done to a value between its cell and
// data.json. Nothing else is ever done.
type StepKind string

// The steps of a value's chain.
const (
	StepWidth      StepKind = "width"       // full-width forms folded
	StepBlanks     StepKind = "blanks"      // NBSP and inner blanks dropped
	StepInvisible  StepKind = "invisible"   // zero-width and bidirectional characters dropped
	StepNull       StepKind = "null"        // a data base's word for nothing read as a blank
	StepApostrophe StepKind = "apostrophe"  // a leading ' or ="…" taken off
	StepUpper      StepKind = "upper"       // x → X
	StepNumber     StepKind = "number"      // shortest decimal of a number cell
	StepPercent    StepKind = "percent"     // ×100, as the person sees it
	StepDate       StepKind = "date"        // a date form or serial → YYYY-MM-DD
	StepEnum       StepKind = "enum"        // a name of the document's own tables → code
	StepName       StepKind = "name"        // a dictionary's name → code
	StepAlias      StepKind = "alias"       // a configured alias → name or code
	StepCodeBook   StepKind = "code-book"   // a word learned into 代码对照.xlsx → code
	StepZeros      StepKind = "zeros"       // a code that had lost leading zeros
	StepNarrowed   StepKind = "narrowed"    // one of several entries of a name, chosen by context
	StepList       StepKind = "list"        // a cell cut into several entries
	StepSymbol     StepKind = "symbol"      // the sign of a result moved to dataVersion
	StepConstant   StepKind = "constant"    // a constant of the configuration
	StepDerived    StepKind = "derived"     // computed from other values of the record
	StepInherited  StepKind = "inherited"   // from the first examination of the same person
	StepItemsTable StepKind = "items-table" // from the local table of items
	StepMapping    StepKind = "mapping"     // by the mapping file: constant, copy, split, value table
)

// Step is one link of the chain from a cell to what is sent.
type Step struct {
	Kind StepKind
	From string // the text before
	To   string // the text after
	Note string // why, for a person: the dictionary entry, the configuration key, the rule of derivation
}

// Fault says why a cell could not become a legal value. A value with a fault
// is not asked for again by the general checks: one finding per cause.
type Fault struct {
	Rule    RuleID
	Note    string   // what is wrong, for a person; never an identity number, phone or name in full
	Cause   string   // what faults of one kind have in common, for grouping; "" is Note
	Nearest []string // up to three entries of the dictionary, "code name"
	Word    string   // the local word that no code was found for; "" for other faults
	Advice  string   // which of the nearest this record may use, "" where any or unknown
}

// Value is one leaf of a record: what is sent, and how it came to be.
type Value struct {
	Text  string   // what is sent; "" is blank
	Parts []string // for list fields, the entries of Text in order
	Raw   string   // the cell as read, before anything was done to it
	Place Place    // the cell that a person must change
	Cell  CellKind
	Steps []Step
	Fault *Fault
	Doubt *Fault // a warning about a value that is sent all the same: text that may be damaged
}

// Blank reports whether there is nothing to send.
func (v *Value) Blank() bool { return v.Text == "" }

// Derive sets the value to text that stands in no cell and says why.
func (v *Value) Derive(kind StepKind, text, note string) {
	v.Steps = append(v.Steps[:len(v.Steps):len(v.Steps)], Step{Kind: kind, From: v.Text, To: text, Note: note})
	v.Text = text
}

// Has reports whether the chain contains a step of the kind.
func (v *Value) Has(kind StepKind) bool {
	for i := range v.Steps {
		if v.Steps[i].Kind == kind {
			return true
		}
	}
	return false
}

// Hazard is one ohEmpHazard.
type Hazard struct {
	Place  Place // its row
	values [numHazard]Value
}

// At is the value of a hazard field.
func (h *Hazard) At(f FieldID) *Value { return &h.values[f-numPerson] }

// Item is one ohItemResult with the name of its class.
type Item struct {
	Place  Place // its row
	Class  int   // index of its class in data.json, set by Group
	Index  int   // index within its class, set by Group
	values [numItem]Value
}

// At is the value of an item field.
func (it *Item) At(f FieldID) *Value { return &it.values[f-endHazard] }

// Record is one examination of one person: what becomes one data.json.
type Record struct {
	Key     string // the export's 体检编号, or SHEET!ROW
	Place   Place  // the person's row
	Hazards []Hazard
	Items   []Item
	Repeats []Item // further rows that say the same as one of Items, which is sent once
	Faults  []RowFault
	values  [numPerson]Value
}

// RowFault is what is wrong with one of a record's rows as a whole.
type RowFault struct {
	Place Place
	Fault Fault
}

// At is the value of a field of the person: a scalar, the personal history or
// a helper column.
func (r *Record) At(f FieldID) *Value { return &r.values[f] }

// CareType is the record's careTypeCode: the interface takes one, the same in
// every hazard.
func (r *Record) CareType() string {
	if len(r.Hazards) == 0 {
		return ""
	}
	return r.Hazards[0].At(CareTypeCode).Text
}

// Reset empties the record and keeps its memory, for readers that reuse it.
func (r *Record) Reset() {
	clear(r.values[:])
	clear(r.Hazards)
	clear(r.Items)
	clear(r.Repeats)
	r.Key = ""
	r.Place = Place{}
	r.Hazards = r.Hazards[:0]
	r.Items = r.Items[:0]
	r.Repeats = r.Repeats[:0]
	r.Faults = nil // those of a record that was copied stay its own
}

// CopyFrom makes r a copy of src that lasts beyond the next record: its rows are
// its own, the texts and steps, which never change, are shared.
func (r *Record) CopyFrom(src *Record) {
	hazards := r.Hazards[:0]
	hazards = append(hazards, src.Hazards...)
	items := r.Items[:0]
	items = append(items, src.Items...)
	repeats := r.Repeats[:0]
	repeats = append(repeats, src.Repeats...)
	*r = *src
	r.Hazards = hazards
	r.Items = items
	r.Repeats = repeats
}

// AddHazard appends an empty hazard and returns it. Its memory may be that of
// an earlier record: pointers to hazards do not outlive the next AddHazard.
func (r *Record) AddHazard() *Hazard {
	r.Hazards = append(r.Hazards, Hazard{})
	return &r.Hazards[len(r.Hazards)-1]
}

// AddItem appends an empty item and returns it, under the same terms.
func (r *Record) AddItem() *Item {
	r.Items = append(r.Items, Item{})
	return &r.Items[len(r.Items)-1]
}

// DropRepeats moves the items that say the same as an earlier one, field by
// field, to Repeats.
func (r *Record) DropRepeats() {
	kept := 0
	for i := range r.Items {
		if repeats(r.Items[:kept], &r.Items[i]) {
			r.Repeats = append(r.Repeats, r.Items[i])
			continue
		}
		if kept < i {
			r.Items[kept] = r.Items[i]
		}
		kept++
	}
	clear(r.Items[kept:])
	r.Items = r.Items[:kept]
}

func repeats(kept []Item, it *Item) bool {
	code := it.At(ItemCode)
	if code.Text == "" || code.Fault != nil {
		return false
	}
	for i := range kept {
		if kept[i].At(ItemCode).Text == code.Text && sameValues(&kept[i], it) {
			return true
		}
	}
	return false
}

// sameValues compares all fields of two items; what could not be read is not the
// same as anything.
func sameValues(a, b *Item) bool {
	for i := range a.values {
		if a.values[i].Text != b.values[i].Text || a.values[i].Fault != nil || b.values[i].Fault != nil {
			return false
		}
	}
	return true
}

// Group numbers the items by class: classes in the order of their first
// appearance, items in their order within the class. It returns the number of
// classes.
func (r *Record) Group() int {
	// The backing arrays stay on the stack: this runs once per record sent.
	var nameBuf [24]string
	var countBuf [24]int
	names := nameBuf[:0]
	counts := countBuf[:0]
	for i := range r.Items {
		it := &r.Items[i]
		name := it.At(ItemClassName).Text
		class := -1
		for c := range names {
			if names[c] == name {
				class = c
				break
			}
		}
		if class < 0 {
			class = len(names)
			names = append(names, name)
			counts = append(counts, 0)
		}
		it.Class = class
		it.Index = counts[class]
		counts[class]++
	}
	return len(names)
}
