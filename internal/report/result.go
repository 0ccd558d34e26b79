package report

import (
	"time"

	"hbupload/internal/push"
	"hbupload/internal/spec"
)

// Result is everything a finished (or stopped) command has to say.
type Result struct {
	Command  string
	ExitCode int
	Records  []push.Record
	Findings []spec.Finding
	Rows     Rows
	Reports  []string
	Notes    []string // sentences about the run, shown before the summary
	Elapsed  time.Duration
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

// SkippedRow is a row that became part of no record.
type SkippedRow struct {
	Sheet  *spec.SheetRef
	Row    int
	Reason string
}

// Problem is an error as a person or a script is told it.
type Problem struct {
	Kind    string
	Message string
	Hint    string
	File    string
}
