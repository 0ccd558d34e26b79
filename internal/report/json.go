package report

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"unicode"
	"unicode/utf16"

	"hbupload/internal/fault"
	"hbupload/internal/push"
	"hbupload/internal/spec"
	"hbupload/internal/summary"
)

// document is the shape of --json (help: 约定 3.2).
type document struct {
	Command  string          `json:"command"`
	OK       bool            `json:"ok"`
	ExitCode int             `json:"exit_code"`
	Error    *problemJSON    `json:"error,omitempty"`
	Counts   map[string]int  `json:"counts"`
	Records  []recordJSON    `json:"records"`
	Findings []findingJSON   `json:"findings"`
	Rows     rowsJSON        `json:"rows"`
	Cells    cellsJSON       `json:"cells"`
	Reports  []string        `json:"reports"`
	Notes    []string        `json:"notes,omitempty"`
	Timely   *summary.Timely `json:"timely,omitempty"`
	Files    []FileOutcome   `json:"files,omitzero"` // of sync, empty or not
	Profiles []profileJSON   `json:"profiles,omitempty"`
	Elapsed  float64         `json:"elapsed_seconds"`
}

type problemJSON struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	File    string `json:"file,omitempty"`
}

type recordJSON struct {
	Key      string `json:"key"`
	State    string `json:"state"`
	File     string `json:"file"`
	Sheet    string `json:"sheet"`
	Row      int    `json:"row"`
	SHA256   string `json:"sha256,omitempty"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	Attempts int    `json:"attempts"`
}

type findingJSON struct {
	Key      string   `json:"key"`
	File     string   `json:"file"`
	Sheet    string   `json:"sheet"`
	Row      int      `json:"row"`
	Column   string   `json:"column"`
	Cell     string   `json:"cell"`
	Field    string   `json:"field"`
	Rule     string   `json:"rule"`
	Severity string   `json:"severity"`
	Message  string   `json:"message"`
	Nearest  []string `json:"nearest,omitempty"`
}

type rowsJSON struct {
	Read    int           `json:"read"`
	Used    int           `json:"used"`
	Hidden  int           `json:"hidden"`
	Skipped []skippedJSON `json:"skipped"`
}

type cellsJSON struct {
	Read        int          `json:"read"`
	Used        int          `json:"used"`
	Unused      []unusedJSON `json:"unused"`
	SkippedRows int          `json:"skipped_rows"`
}

type unusedJSON struct {
	File   string `json:"file"`
	Sheet  string `json:"sheet"`
	Column string `json:"column"`
	Values int    `json:"values"`
}

func newCellsJSON(c *spec.Cells) cellsJSON {
	out := cellsJSON{Read: c.Read, Used: c.Used, Unused: []unusedJSON{}, SkippedRows: c.SkippedRows}
	for _, u := range c.Unused {
		out.Unused = append(out.Unused, unusedJSON{File: u.Sheet.File, Sheet: u.Sheet.Name, Column: u.Column, Values: u.Values})
	}
	return out
}

type skippedJSON struct {
	File   string `json:"file"`
	Sheet  string `json:"sheet"`
	Row    int    `json:"row"`
	Reason string `json:"reason"`
}

// JSON writes the result as exactly one JSON document.
func JSON(w io.Writer, r *Result) error {
	doc := document{Command: r.Command, OK: r.ExitCode == fault.ExitOK, ExitCode: r.ExitCode, Counts: counts(r), Records: []recordJSON{}, Findings: []findingJSON{},
		Reports: append([]string{}, r.Reports...), Notes: r.Notes, Timely: r.Timely, Files: r.Files, Profiles: profilesJSON(r.Profiles), Elapsed: math.Round(r.Elapsed.Seconds()*1000) / 1000,
		Cells: newCellsJSON(&r.Cells),
		Rows:  rowsJSON{Read: r.Rows.Read, Used: r.Rows.Used, Hidden: r.Rows.Hidden, Skipped: []skippedJSON{}}}
	if doc.Files == nil && r.Command == "sync" {
		doc.Files = []FileOutcome{}
	}
	if r.Stop != nil {
		doc.Error = &problemJSON{Kind: r.Stop.Kind.String(), Message: r.Stop.Message, Hint: r.Stop.Hint, File: r.Stop.File}
	}
	for _, s := range r.Rows.Skipped {
		doc.Rows.Skipped = append(doc.Rows.Skipped, skippedJSON{File: s.Sheet.File, Sheet: s.Sheet.Name, Row: int(s.Row), Reason: s.Reason})
	}
	return Stream(w, doc, recordList(r), findingList(r))
}

func recordList(r *Result) List {
	return List{"records", func(write func(any) error) error {
		for i := range r.Records {
			if err := write(newRecordJSON(&r.Records[i])); err != nil {
				return err
			}
		}
		return nil
	}}
}

func findingList(r *Result) List {
	return List{"findings", func(write func(any) error) error {
		for i := range r.Findings {
			if err := write(newFindingJSON(&r.Findings[i])); err != nil {
				return err
			}
		}
		return nil
	}}
}

// Encode writes any value as the one document of --json. Characters that a
// terminal obeys instead of showing are written as JSON's own escapes: the
// document says the same and is harmless to look at.
func Encode(w io.Writer, v any) error { return Stream(w, v) }

// escaped replaces control and format characters, which stand in strings only.
func escaped(text []byte) []byte {
	invisible := func(r rune) bool { return r > '~' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }
	if bytes.IndexFunc(text, invisible) < 0 {
		return text
	}
	var b bytes.Buffer
	for _, r := range string(text) {
		switch {
		case !invisible(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}

// counts are those of help: 约定 3.2: every state, and the warnings.
func counts(r *Result) map[string]int {
	out := map[string]int{"records": len(r.Records), "warnings": 0}
	for _, s := range push.States() {
		out[string(s)] = 0
	}
	for i := range r.Records {
		out[string(r.Records[i].State)]++
	}
	told := make([]int, len(r.Records))
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Severity == spec.Warning {
			out["warnings"]++
			if f.Record >= 0 && f.Record < len(told) {
				told[f.Record]++
			}
		}
	}
	// An echo that differs is a warning on its record too, and no finding.
	for i := range r.Records {
		out["warnings"] += max(0, int(r.Records[i].Warnings)-told[i])
	}
	return out
}

func newRecordJSON(r *push.Record) recordJSON {
	out := recordJSON{Key: r.Key, State: string(r.State), Row: int(r.Place.Row), SHA256: r.SHA256(), Message: r.Message, Hint: r.Hint(), Attempts: int(r.Attempts)}
	if s := r.Place.Sheet; s != nil {
		out.File = s.File
		out.Sheet = s.Name
	}
	return out
}

func newFindingJSON(f *spec.Finding) findingJSON {
	out := findingJSON{Key: f.Key, Row: int(f.Place.Row), Column: f.Place.Header, Cell: f.Place.Cell(), Field: f.Path, Rule: string(f.Rule),
		Severity: string(f.Severity), Message: f.Message, Nearest: f.Nearest}
	if s := f.Place.Sheet; s != nil {
		out.File = s.File
		out.Sheet = s.Name
	}
	return out
}
