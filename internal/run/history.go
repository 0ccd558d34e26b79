package run

import (
	"fmt"
	"time"

	"hbupload/internal/ledger"
)

// RunJSON is a run of the ledger as --json shows it.
type RunJSON struct {
	ID       int64          `json:"id"`
	Started  time.Time      `json:"started"`
	Finished *time.Time     `json:"finished,omitempty"`
	User     string         `json:"user"`
	Host     string         `json:"host"`
	Tool     string         `json:"tool"`
	Dict     string         `json:"dictionary"`
	Files    []string       `json:"files"`
	Counts   map[string]int `json:"counts"`
	ExitCode int            `json:"exit_code"`
}

// NewRunJSON is nil for no run.
func NewRunJSON(r *ledger.RunView) *RunJSON {
	if r == nil {
		return nil
	}
	out := &RunJSON{ID: r.ID, Started: r.Started, User: r.User, Host: r.Host, Tool: r.Tool, Dict: r.Dict, Files: r.Files, Counts: r.Counts, ExitCode: r.ExitCode}
	if !r.Finished.IsZero() {
		out.Finished = &r.Finished
	}
	return out
}

type attemptJSON struct {
	Run      int64      `json:"run"`
	Number   int        `json:"number"`
	Started  time.Time  `json:"started"`
	Settled  *time.Time `json:"settled,omitempty"`
	Outcome  string     `json:"outcome"`
	Status   int        `json:"http_status,omitempty"`
	Message  string     `json:"message,omitempty"`
	Note     string     `json:"note,omitempty"`
	SHA256   string     `json:"sha256"`
	User     string     `json:"user"`
	Host     string     `json:"host"`
	Tool     string     `json:"tool"`
	Dict     string     `json:"dictionary"`
	Duration float64    `json:"seconds"`
}

// SubmissionJSON is a record with its attempts and marks as --json shows it.
type SubmissionJSON struct {
	ID       int64          `json:"id"`
	Key      string         `json:"key"`
	File     string         `json:"file"`
	State    string         `json:"state"`
	Updated  time.Time      `json:"updated"`
	Adopted  bool           `json:"adopted,omitempty"`
	Attempts []attemptJSON  `json:"attempts"`
	Marks    []markJSON     `json:"marks"`
	Verified []verifiedJSON `json:"verified,omitempty"`
}

// verifiedJSON is a warning that somebody has looked into (已核实).
type verifiedJSON struct {
	Rule   string    `json:"rule"`
	At     time.Time `json:"at"`
	User   string    `json:"user"`
	Host   string    `json:"host"`
	SHA256 string    `json:"file_sha256"`
}

type markJSON struct {
	At     time.Time `json:"at"`
	User   string    `json:"user"`
	Host   string    `json:"host"`
	Action string    `json:"action"`
	By     string    `json:"by,omitempty"`
	List   string    `json:"list_sha256,omitempty"`
}

// NewSubmissionJSON puts a record of the ledger into the form of --json.
func NewSubmissionJSON(s *ledger.SubmissionView) SubmissionJSON {
	out := SubmissionJSON{ID: s.ID, Key: s.Key, File: s.File, State: string(s.State), Updated: s.Updated, Adopted: s.Adopted, Attempts: []attemptJSON{}, Marks: []markJSON{}}
	for _, t := range s.Attempts {
		j := attemptJSON{Run: t.RunID, Number: t.Number, Started: t.Started, Outcome: string(t.Outcome), Status: t.HTTPStatus, Message: t.Message, Note: t.Note,
			SHA256: fmt.Sprintf("%x", t.Content), User: t.User, Host: t.Host, Tool: t.Tool, Dict: t.Dict, Duration: t.Duration.Seconds()}
		if !t.Settled.IsZero() {
			settled := t.Settled
			j.Settled = &settled
		}
		out.Attempts = append(out.Attempts, j)
	}
	for _, m := range s.Marks {
		j := markJSON{At: m.At, User: m.User, Host: m.Host, Action: string(m.Action), List: m.List}
		if m.List != "" {
			j.By = "reconcile"
		}
		out.Marks = append(out.Marks, j)
	}
	for _, v := range s.Verified {
		out.Verified = append(out.Verified, verifiedJSON{v.Rule, v.At, v.User, v.Host, v.Source})
	}
	return out
}
