package mapping

import (
	"fmt"

	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/table/grid"
)

// Accounts is where every row and every cell of an input went:
// Read = Used + len(Skipped).
type Accounts struct {
	Read         int
	Used         int
	Skipped      []spec.SkippedRow // orphans included
	Orphans      []spec.Orphan
	Hidden       int      // of the rows read, those the spreadsheet hides
	Ignored      []string // "sheet：header" of columns that feed nothing
	Unrecognised []string // names of sheets that feed nothing
	Missing      []string // names of the layout's tables that are not there, or empty
	Joined       []string // sentences on sheets that are read as one table
	Twins        []string // sentences on columns that are one field's
	NotDone      int      // items of wide sheets left out because their result is blank
	Cells        spec.Cells
}

// tally is what a reading made of one sheet.
type tally struct {
	read     int
	hidden   int
	skipped  []table.Skipped
	filled   []int // values of the rows yielded, by column
	passed   int   // values in skipped rows
	used     int   // rows that became part of a record
	orphans  int   // rows that belong to no person
	left     []table.Skipped
	orphaned []int // values in orphans and rows left out, by column
}

// count takes over what a finished scan counted.
func (t *tally) count(scan *table.Scan) {
	t.read = scan.Read()
	t.hidden = scan.Hidden()
	t.skipped = scan.Skipped()
	t.filled = scan.Filled()
	t.passed = scan.PassedOver()
}

// ReasonFiltered is why a row is passed over that the mapping's where does not admit.
const ReasonFiltered = "filtered"

// leaveOut notes a row that the mapping does not read.
func (t *tally) leaveOut(row *grid.Row) {
	t.left = append(t.left, table.Skipped{Row: row.Num, Reason: ReasonFiltered})
	t.passOver(row)
}

// orphan notes a row that belongs to no person.
func (t *tally) orphan(row *grid.Row) {
	t.orphans++
	t.passOver(row)
}

// passOver counts the cells of a row as those of a skipped one.
func (t *tally) passOver(row *grid.Row) {
	for i := range row.Cells {
		c := &row.Cells[i]
		if !table.HasValue(c) {
			continue
		}
		for int(c.Col) >= len(t.orphaned) {
			t.orphaned = append(t.orphaned, 0)
		}
		t.orphaned[c.Col]++
	}
}

// account adds up the rows and cells of all sheets.
func (p *pass) account() {
	for _, t := range p.tables {
		if !t.there {
			p.acc.Missing = append(p.acc.Missing, t.title())
			continue
		}
		for _, one := range t.parts {
			p.acc.rows(one)
			p.acc.cells(one)
		}
	}
}

func (a *Accounts) rows(p *part) {
	a.Read += p.tally.read
	a.Used += p.tally.used
	a.Hidden += p.tally.hidden
	for _, sk := range append(p.tally.skipped, p.tally.left...) {
		a.Skipped = append(a.Skipped, spec.SkippedRow{Sheet: p.sheet.Ref, Row: sk.Row, Reason: sk.Reason})
	}
	for _, name := range p.bound.ignored {
		a.Ignored = append(a.Ignored, p.sheet.Ref.Name+"："+name)
	}
}

// cells counts each value once, by its column: what a rule or the key reads is
// used, the rest is named.
func (a *Accounts) cells(p *part) {
	a.Cells.SkippedRows += p.tally.passed
	a.Cells.Read += p.tally.passed
	for col := range p.tally.filled {
		n := p.tally.filled[col]
		a.Cells.Read += n
		if col < len(p.tally.orphaned) {
			a.Cells.SkippedRows += p.tally.orphaned[col]
			n -= p.tally.orphaned[col]
		}
		switch {
		case n == 0:
		case p.bound.reads[int32(col)]:
			a.Cells.Used += n
		default:
			name, named := p.bound.unused[int32(col)]
			if !named {
				name = nameless(int32(col))
				a.Ignored = append(a.Ignored, p.sheet.Ref.Name+"："+name)
			}
			a.Cells.Unused = append(a.Cells.Unused, spec.UnusedColumn{Sheet: p.sheet.Ref, Column: name, Values: n})
		}
	}
}

// nameless is a column without a header.
func nameless(col int32) string {
	return fmt.Sprintf("%s 列（没有表头）", spec.ColumnName(int(col)))
}
