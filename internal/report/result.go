package report

import (
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/push"
	"hbupload/internal/spec"
	"hbupload/internal/summary"
)

// Result is everything a finished (or stopped) command has to say.
type Result struct {
	Command  string
	ExitCode int
	Records  []push.Record
	Findings []spec.Finding
	Rows     Rows
	Cells    Cells
	Reports  []string
	Notes    []string // sentences about the run, shown before the summary
	Elapsed  time.Duration
	Timely   *summary.Timely  // of push: who was never sent and who is late
	Stop     *Problem         // why the run stopped early, nil if it did not
	NoRows   bool             // no input was read: rows say nothing
	Files    []FileOutcome    // of sync: what became of each file
	Profiles []ProfileOutcome // of sync --all-profiles
}

// Rows is where the rows of all inputs went.
type Rows struct {
	Read    int
	Used    int
	Skipped []SkippedRow
	Hidden  int
}

// Cells is where the values of all inputs went: Read = Used + SkippedRows + those
// of Unused.
type Cells struct {
	Read        int
	Used        int
	SkippedRows int
	Unused      []UnusedColumn
}

// UnusedColumn is a column that feeds nothing although rows that are used have
// values in it.
type UnusedColumn struct {
	Sheet  *spec.SheetRef
	Column string
	Values int
}

// Left is how many values feed nothing and stand in no skipped row.
func (c *Cells) Left() int {
	n := 0
	for i := range c.Unused {
		n += c.Unused[i].Values
	}
	return n
}

// Add takes in the cells of another input.
func (c *Cells) Add(more Cells) {
	c.Read += more.Read
	c.Used += more.Used
	c.SkippedRows += more.SkippedRows
	c.Unused = append(c.Unused, more.Unused...)
}

// SkippedRow is a row that became part of no record.
type SkippedRow struct {
	Sheet  *spec.SheetRef
	Row    int
	Reason string
}

// Problem is an error as a person or a script is told it.
type Problem struct {
	Kind    fault.Kind
	Message string
	Hint    string
	File    string
}
