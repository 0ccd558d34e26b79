package report

import (
	"strings"

	"hbupload/internal/spec"
	"hbupload/internal/summary"
	"hbupload/internal/workbook"
)

// Tally keeps of each record what the page for the head of department counts,
// and nothing personal: the employer, the examined hazards, the conclusions.
// It holds a few dozen bytes a person, each text once.
type Tally struct {
	// Name is a dictionary entry's name, "" if there is none.
	Name func(dict, code string) string
	// KeepNames makes the tally remember each person's name, for the annotated
	// workbook alone: the page never shows it.
	KeepNames bool
	// KeepRows makes the tally remember each person's rows, for Select.
	KeepRows bool
	// Meanings put conclusions into columns; nil: there is no table of hazards.
	Meanings summary.Meanings

	texts []string
	at    map[string]int32
	rows  []tallied
	names []byte // of all people, one behind the other: most differ, and a map would cost ten times as much
	last  int    // where Select found the last one
}

// tallied is one record.
type tallied struct {
	sheet                            *spec.SheetRef
	row                              int32
	employer, hazards, ends, careFor int32
	counted                          int32 // what the table of hazards counts: care, hazards, columns
	reported                         int32 // the day of the report (summary.Day)
	nameFrom                         int32 // in names, with KeepNames
	nameBytes                        uint8
	spans                            []span // the person's own rows in the other sheets
}

// span is consecutive rows of a sheet.
type span struct {
	sheet    *spec.SheetRef
	from, to int32
}

// PersonAt is the name of the person whose own row is at p, "" if it is not kept.
func (t *Tally) PersonAt(p spec.Place) string {
	if t == nil || !t.KeepNames {
		return ""
	}
	i := t.find(p, t.last)
	if i < 0 {
		return ""
	}
	t.last = i
	row := &t.rows[i]
	return string(t.names[row.nameFrom : int(row.nameFrom)+int(row.nameBytes)])
}

// maxName is how many bytes of a name are kept.
const maxName = 120

// NewTally is an empty tally. name may be nil.
func NewTally(name func(dict, code string) string) *Tally {
	return &Tally{Name: name, at: map[string]int32{}}
}

// Add takes the record of an ordinal; a second reading of the input overwrites
// the first.
func (t *Tally) Add(ordinal int, rec *spec.Record) {
	row := tallied{sheet: rec.Place.Sheet, row: rec.Place.Row, employer: t.intern(strings.TrimSpace(rec.At(spec.EmpOrgName).Text))}
	row.hazards = t.intern(t.hazardTexts(rec, spec.HazardCode))
	row.ends = t.intern(t.hazardTexts(rec, spec.ResultOptionCode))
	row.careFor = t.intern(t.hazardTexts(rec, spec.CareTypeCode))
	row.reported = summary.Day(rec.At(spec.PreparerDate).Text)
	row.counted = t.intern(t.countedText(rec))
	if t.KeepNames {
		name := workbook.Prefix(strings.TrimSpace(rec.At(spec.PatientName).Text), maxName)
		row.nameFrom = int32(len(t.names))
		row.nameBytes = uint8(len(name))
		t.names = append(t.names, name...)
	}
	if t.KeepRows {
		for i := range rec.Hazards {
			row.spans = extend(row.spans, rec.Hazards[i].Place)
		}
		for i := range rec.Items {
			row.spans = extend(row.spans, rec.Items[i].Place)
		}
	}
	if ordinal <= len(t.rows) {
		t.rows = append(t.rows[:ordinal], row)
	}
}

func extend(spans []span, p spec.Place) []span {
	if n := len(spans); n > 0 && spans[n-1].sheet == p.Sheet && spans[n-1].to+1 == p.Row {
		spans[n-1].to++
		return spans
	}
	return append(spans, span{p.Sheet, p.Row, p.Row})
}

// hazardTexts are the names of a field over a record's hazards, each once. What
// could not be coded is not named: it may be anything.
func (t *Tally) hazardTexts(rec *spec.Record, id spec.FieldID) string {
	var names []string
	for i := range rec.Hazards {
		v := rec.Hazards[i].At(id)
		name := ""
		if v.Fault == nil && v.Text != "" && t.Name != nil {
			name = t.Name(id.Field().Dict, v.Text)
		}
		if name == "" {
			name = unknown
		}
		names = append(names, name)
	}
	return strings.Join(distinct(names), "\n")
}

// unknown stands for what the input does not say or what cannot be coded.
const unknown = "（未填或无法识别）"

func distinct(in []string) []string {
	var out []string
	for _, s := range in {
		seen := false
		for _, o := range out {
			seen = seen || o == s
		}
		if !seen {
			out = append(out, s)
		}
	}
	return out
}

func (t *Tally) intern(s string) int32 {
	n, ok := t.at[s]
	if !ok {
		s = strings.Clone(s)
		n = int32(len(t.texts))
		t.texts = append(t.texts, s)
		t.at[s] = n
	}
	return n
}

// find is the record of a row. The records asked for come in the order of the
// input, so that from is where the last one was found.
func (t *Tally) find(p spec.Place, from int) int {
	for n := range t.rows {
		i := (from + n) % len(t.rows)
		if t.rows[i].sheet == p.Sheet && t.rows[i].row == p.Row {
			return i
		}
	}
	return -1
}

// Select selects the rows of the person whose own row is at p, on all sheets.
func (t *Tally) Select(s *workbook.Selection, p spec.Place) {
	i := t.find(p, t.last)
	if i < 0 {
		return
	}
	t.last = i
	s.Add(p)
	for _, sp := range t.rows[i].spans {
		for row := sp.from; row <= sp.to; row++ {
			s.Add(spec.Place{Sheet: sp.sheet, Row: row})
		}
	}
}
