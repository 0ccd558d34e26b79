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
	Cells    spec.Cells
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
	Skipped []spec.SkippedRow
	Hidden  int
}

// Problem is an error as a person or a script is told it.
type Problem struct {
	Kind    fault.Kind
	Message string
	Hint    string
	File    string
}
