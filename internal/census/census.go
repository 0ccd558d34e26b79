package census

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"

	"hbupload/internal/spec"
)

// Census collects. It is not safe for concurrent use. One census serves one
// run; a pass that begins anew needs a new census.
type Census struct {
	hash    hasher
	entries []entry
	orphans []spec.Orphan
	keys    []byte // the exam keys, one behind the other
	sheets  []sheet
	byRef   map[spec.SheetRef]int32
	byFile  map[string]int32
	columns map[column]*tally

	keyLabel, cardLabel, cardPath string // spec's words, asked once
}

// sheet is a sheet that records or orphans come from.
type sheet struct {
	ref    *spec.SheetRef
	file   int32
	header [2]string // of the key's and of the identity number's column
}

// entry is what is kept of a record; a test bounds its size. 64 bits tell any two of
// a hundred thousand records apart but in one of some billion runs.
type entry struct {
	identity uint64 // 0: the record has none, its parts are not complete
	content  uint64
	card     uint64 // kind and number of the document; 0: blank
	name     uint64 // 0: it has none
	day      uint64 // the identity without careTypeCode; 0: none
	row      uint64 // the person row's values
	keyHash  uint64 // of file and key
	keyEnd   uint32 // the key ends there in Census.keys; it begins where the one before ends
	ordinal  int32
	line     int32 // its row
	sheet    int32
	keyCol   int16
	cardCol  int16
	flag     byte // peFlag: '0' a first examination, '1' a re-examination
	suspect  bool // the number ends as numbers do that passed through a spreadsheet's number
}

// column is a column of identity numbers.
type column struct {
	sheet int32
	col   int16
}

// tally counts a column: all numbers, and those that end in 000.
type tally struct{ all, suspect int }

// New begins a census.
func New() *Census {
	return &Census{
		hash:    hasher{seed: maphash.MakeSeed()},
		byRef:   map[spec.SheetRef]int32{},
		byFile:  map[string]int32{},
		columns: map[column]*tally{},

		keyLabel:  spec.ExamKey.Label(),
		cardLabel: spec.IDCard.Label(),
		cardPath:  spec.IDCard.Path(0, 0),
	}
}

// Grow makes room for n more records.
func (c *Census) Grow(n int) {
	const keyBytes = 12 // of most exam keys
	c.entries = slices.Grow(c.entries, n)
	c.keys = slices.Grow(c.keys, n*keyBytes)
}

// Add takes the record with the given ordinal, which must grow from call to
// call. content is the SHA-256 of its data.json; the zero value, for a record
// that cannot be encoded, stands for the values themselves. The record is not
// kept.
func (c *Census) Add(ordinal int, rec *spec.Record, content [32]byte) {
	card := rec.At(spec.IDCard)
	key := c.keyPlace(rec)
	s := c.sheet(rec.Place.Sheet)
	e := entry{
		ordinal: int32(ordinal),
		line:    rec.Place.Row,
		sheet:   s,
		keyCol:  int16(key.Col),
		cardCol: int16(card.Place.Col),
		row:     c.hash.person(rec),
		content: c.hash.content(rec, content),
	}
	c.sheets[s].header = [2]string{key.Header, card.Place.Header}
	c.keys = append(c.keys, rec.Key...)
	e.keyEnd = uint32(len(c.keys))
	e.keyHash = c.hash.key(c.sheets[s].file, rec.Key)
	if flag := rec.At(spec.PeFlag).Text; flag != "" {
		e.flag = flag[0]
	}
	if name := rec.At(spec.PatientName).Text; name != "" {
		e.name = c.hash.name(name)
	}
	if card.Text != "" {
		e.card = c.hash.texts(rec.At(spec.IDType).Text, card.Text)
		e.identity, e.day = c.hash.identity(rec)
	}
	c.count(&e, card)
	c.entries = append(c.entries, e)
}

// Orphan takes a row of a child sheet that belongs to nobody.
func (c *Census) Orphan(o spec.Orphan) {
	// The keys may be parts of their rows, which must not stay in memory with them.
	o.Key = strings.Clone(o.Key)
	for i, key := range o.Withholds {
		o.Withholds[i] = strings.Clone(key)
	}
	c.orphans = append(c.orphans, o)
}

// Mark is how far a census has come.
type Mark struct{ entries, orphans, keys, sheets, files int }

// Mark is where Rewind goes back to.
func (c *Census) Mark() Mark {
	return Mark{len(c.entries), len(c.orphans), len(c.keys), len(c.sheets), len(c.byFile)}
}

// Rewind forgets what was added since a mark, sheets and their columns
// included: an input that is read anew, or not at all.
func (c *Census) Rewind(m Mark) {
	c.entries = c.entries[:m.entries]
	c.orphans = c.orphans[:m.orphans]
	c.keys = c.keys[:m.keys]
	for at := range c.columns {
		if int(at.sheet) >= m.sheets {
			delete(c.columns, at)
		}
	}
	for ref, i := range c.byRef {
		if int(i) >= m.sheets {
			delete(c.byRef, ref)
		}
	}
	for file, i := range c.byFile {
		if int(i) >= m.files {
			delete(c.byFile, file)
		}
	}
	c.sheets = c.sheets[:m.sheets]
}

// count adds the record's number to the statistic of its column.
func (c *Census) count(e *entry, card *spec.Value) {
	digits := numberOf(card)
	if digits == "" {
		return
	}
	at := column{e.sheet, e.cardCol}
	t := c.columns[at]
	if t == nil {
		t = &tally{}
		c.columns[at] = t
	}
	t.all++
	if card.Cell != spec.CellText && card.Cell != spec.CellCSV {
		return
	}
	// What the cell alone convicts is a finding already.
	if card.Fault != nil && card.Fault.Rule == spec.IDCardPrecisionLost {
		return
	}
	if mangled(digits) {
		e.suspect = true
		t.suspect++
	}
}

// sheet is the index of a sheet, told by its names.
func (c *Census) sheet(ref *spec.SheetRef) int32 {
	if ref == nil {
		ref = &spec.SheetRef{}
	}
	if i, ok := c.byRef[*ref]; ok {
		return i
	}
	n := c.input(ref)
	i := int32(len(c.sheets))
	c.sheets = append(c.sheets, sheet{ref: ref, file: n})
	c.byRef[*ref] = i
	return i
}

// input numbers the inputs: keys are theirs alone.
func (c *Census) input(ref *spec.SheetRef) int32 {
	name := cmp.Or(ref.Input, ref.File)
	n, ok := c.byFile[name]
	if !ok {
		n = int32(len(c.byFile))
		c.byFile[name] = n
	}
	return n
}

// key is the exam key of the i-th entry.
func (c *Census) key(i int) string {
	from := uint32(0)
	if i > 0 {
		from = c.entries[i-1].keyEnd
	}
	return string(c.keys[from:c.entries[i].keyEnd])
}

// keyPlace is the cell of the exam key, or the row where there is no such cell.
func (c *Census) keyPlace(rec *spec.Record) spec.Place {
	if p := rec.At(spec.ExamKey).Place; p.Header != "" || p.Col != 0 {
		return p
	}
	return spec.Place{Sheet: rec.Place.Sheet, Row: rec.Place.Row, Header: c.keyLabel}
}
