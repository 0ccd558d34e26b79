package sample

import (
	"strconv"
	"time"

	"hbupload/internal/spec"
)

// Kind is how a cell is stored in a workbook.
type Kind uint8

// The kinds of cells.
const (
	Text   Kind = iota // a string, "" is an empty cell
	Number             // a number without a special format
	Date               // a number with a date format
	Serial             // a date as a bare number, its format lost
)

// Cell is one cell and what it must become.
type Cell struct {
	Kind Kind
	Text string // what a text file shows; for Number its decimal
	Day  time.Time
	Sent string // the text of the leaf in data.json, after names, signs and derivations
}

// Blank is an empty cell from which nothing follows.
func Blank() Cell { return Cell{} }

// As is a text cell that is sent as it stands.
func As(text string) Cell { return Cell{Text: text, Sent: text} }

// Shown is a text cell that is sent as something else: a name as its code, a
// blank as what is derived.
func Shown(text, sent string) Cell { return Cell{Text: text, Sent: sent} }

// Derived is an empty cell whose value follows from others.
func Derived(sent string) Cell { return Cell{Sent: sent} }

// Num is a number cell.
func Num(n float64) Cell {
	text := strconv.FormatFloat(n, 'f', -1, 64)
	return Cell{Kind: Number, Text: text, Sent: text}
}

// On is a real date.
func On(day time.Time) Cell {
	return Cell{Kind: Date, Text: day.Format(time.DateOnly), Day: day, Sent: day.Format(time.DateOnly)}
}

// Written is a date written as text in some layout.
func Written(day time.Time, layout string) Cell {
	return Cell{Text: day.Format(layout), Sent: day.Format(time.DateOnly)}
}

// BareSerial is a date as the number of days of a 1900 workbook.
func BareSerial(day time.Time) Cell {
	n := int(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
	return Cell{Kind: Serial, Text: strconv.Itoa(n), Day: day, Sent: day.Format(time.DateOnly)}
}

// Day is a date without a clock.
func Day(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// Person is one person's rows on the three sheets, columns as
// spec.SheetFields has them.
type Person struct {
	Key     string
	Row     []Cell
	Hazards [][]Cell
	Items   [][]Cell
}

// columns finds a field's column on its sheet.
type columns struct {
	at [spec.NumSheets][256]int8
	n  [spec.NumSheets]int
}

func newColumns() *columns {
	c := &columns{}
	for s := range spec.NumSheets {
		for id := range c.at[s] {
			c.at[s][id] = -1
		}
		fields := spec.SheetFields(s)
		c.n[s] = len(fields)
		for i, f := range fields {
			c.at[s][f.ID] = int8(i)
		}
	}
	return c
}

// row is an empty row that begins with the exam key.
func (c *columns) row(s spec.SheetID, key string) []Cell {
	row := make([]Cell, c.n[s])
	row[c.at[s][spec.ExamKey]] = As(key)
	return row
}

func (c *columns) set(s spec.SheetID, row []Cell, id spec.FieldID, v Cell) {
	if at := c.at[s][id]; at >= 0 {
		row[at] = v
	}
}

func (c *columns) get(s spec.SheetID, row []Cell, id spec.FieldID) Cell {
	if at := c.at[s][id]; at >= 0 {
		return row[at]
	}
	return Cell{}
}
