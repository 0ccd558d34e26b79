package bundle

import "time"

// Facts is the whole bundle. Its fields are numbers, times, yes or no, and Words:
// a test looks through the type and finds nothing else.
type Facts struct {
	Format       int          `json:"format"`
	Made         time.Time    `json:"made"`
	Program      Program      `json:"program"`
	Checks       []Check      `json:"checks"`
	Settings     []Setting    `json:"settings"`
	Rules        []Rule       `json:"rules"`
	Aliases      map[Word]int `json:"aliases"` // words of people, counted by what they stand for
	Dictionaries []Dictionary `json:"dictionaries"`
	Ledger       *Ledger      `json:"ledger,omitempty"`
	Exports      []Export     `json:"exports"`
	Problems     []Problem    `json:"problems"` // what could not be looked at
}

// Program says which program this is and what it runs on.
type Program struct {
	Version   Word `json:"version"`
	Commit    Word `json:"commit"`
	Interface Word `json:"interface"`
	Go        Word `json:"go"`
	System    Word `json:"system"`
	Machine   Word `json:"machine"`
}

// Check is a line of doctor without its sentences.
type Check struct {
	Name   Word `json:"name"`
	Status Word `json:"status"`
}

// Setting is a key of the configuration.
type Setting struct {
	Key     Word     `json:"key"`
	From    Word     `json:"from"`
	Given   bool     `json:"given"`
	Number  *float64 `json:"number,omitempty"`
	Seconds bool     `json:"seconds,omitempty"`
	Choice  *Word    `json:"choice,omitempty"`
}

// Rule is a check whose severity the configuration sets.
type Rule struct {
	ID       Word `json:"id"`
	Field    Word `json:"field"`
	Severity Word `json:"severity"`
}

// Dictionary is a pulled dictionary.
type Dictionary struct {
	Code    Word      `json:"code"`
	Entries int       `json:"entries"`
	Pulled  time.Time `json:"pulled"`
	Sample  bool      `json:"sample,omitempty"`
}

// Ledger is what the ledger knows, without anybody.
type Ledger struct {
	Exists    bool         `json:"exists"`
	Shared    bool         `json:"shared"`
	Total     int          `json:"total"`
	States    map[Word]int `json:"states"`
	Unsettled int          `json:"unsettled"`
	Running   bool         `json:"running"`
	Elsewhere int          `json:"running_elsewhere"`
	Runs      []Run        `json:"runs"`
	Attempts  []Attempts   `json:"attempts"`
	Took      Took         `json:"took"`
}

// Run is a run that the ledger has noted.
type Run struct {
	Started  time.Time    `json:"started"`
	Seconds  float64      `json:"seconds"`
	Finished bool         `json:"finished"`
	Command  Word         `json:"command"`
	Tool     Word         `json:"tool"`
	Files    int          `json:"files"`
	Counts   map[Word]int `json:"counts"`
	ExitCode int          `json:"exit_code"`
}

// Attempts counts the latest attempts that ended alike.
type Attempts struct {
	Outcome Word `json:"outcome"`
	Status  int  `json:"http_status"`
	N       int  `json:"n"`
}

// Took is how long the latest attempts took.
type Took struct {
	N      int     `json:"n"`
	Median float64 `json:"median_ms"`
	P95    float64 `json:"p95_ms"`
	Max    float64 `json:"max_ms"`
}

// Export is an export that was looked at: its shape, and what the checks say.
type Export struct {
	Kind     Word         `json:"kind"`
	Bytes    int64        `json:"bytes"`
	Records  int          `json:"records"`
	States   map[Word]int `json:"states"`
	Sheets   []Sheet      `json:"sheets"`
	Rows     Rows         `json:"rows"`
	Unused   int          `json:"columns_unused"`
	Findings []Finding    `json:"findings"`
}

// Rows is where the rows went.
type Rows struct {
	Read    int          `json:"read"`
	Used    int          `json:"used"`
	Hidden  int          `json:"hidden"`
	Skipped map[Word]int `json:"skipped"`
}

// Sheet is the shape of a sheet: which columns feed which fields.
type Sheet struct {
	Columns []Column `json:"columns"`
}

// Column is a column that feeds fields.
type Column struct {
	Number int    `json:"column"`
	Fields []Word `json:"fields"`
}

// Finding counts the findings of a rule.
type Finding struct {
	Rule     Word `json:"rule"`
	Field    Word `json:"field"`
	Severity Word `json:"severity"`
	N        int  `json:"n"`
}

// Problem is something that could not be looked at, by the kind of the error.
type Problem struct {
	What Word `json:"what"`
	Kind Word `json:"kind"`
}
