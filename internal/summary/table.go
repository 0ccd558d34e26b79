package summary

import (
	"cmp"
	"context"
	"slices"
	"time"

	"hbupload/internal/ledger"
)

// Table is hazards against conclusions, of the records that the platform has accepted.
type Table struct {
	From    string         `json:"from"`
	To      string         `json:"to"`
	Lines   []Line         `json:"lines"`
	People  int            `json:"people"` // records counted: those of the ledger
	Read    int            `json:"read"`
	LeftOut map[string]int `json:"left_out"` // why → people
	Left    []LeftOut      `json:"left_out_records"`
	Ledger  Account        `json:"ledger"`
}

// LeftOut is a person of the exports who is not counted.
type LeftOut struct {
	Key    string `json:"key"`
	Reason string `json:"reason"`
}

// Account says where the records are that the ledger has as accepted: Accepted =
// People of the table + LeftOut + Earlier + NotInFiles.
type Account struct {
	Accepted   int      `json:"accepted"`
	LeftOut    int      `json:"left_out"`     // in the exports, and not counted
	Earlier    int      `json:"earlier"`      // in no export, and accepted before the first day that is asked for
	NotInFiles []Absent `json:"not_in_files"` // in no export; the ledger does not keep when they were examined
}

// Absent is an accepted record that stands in none of the exports.
type Absent struct {
	Key  string `json:"key"`
	File string `json:"file"`
	At   string `json:"accepted_at"` // "" where it was sent elsewhere
}

// NewTable counts the people examined from one day to another; "" is open.
func NewTable(people []Person, from, to string) *Table {
	t := &Table{From: from, To: to, LeftOut: map[string]int{}, Read: len(people), Left: []LeftOut{}, Ledger: Account{NotInFiles: []Absent{}}}
	var c Counter
	for i := range people {
		p := &people[i]
		if why := p.leftOut(from, to); why != "" {
			t.LeftOut[why]++
			t.Left = append(t.Left, LeftOut{shown(p.Key), why})
			continue
		}
		t.People++
		c.Add(p.Care, p.Hazards, 1)
	}
	t.Lines = c.Lines()
	return t
}

func (p *Person) leftOut(from, to string) string {
	switch {
	case p.Examined == "" || from != "" && p.Examined < from || to != "" && p.Examined > to:
		return "体检日期不在这段时间"
	case p.SubmissionID == 0:
		return "没有上传过"
	case p.State != ledger.StateAccepted:
		return "没有被平台接收（" + p.State.Label() + "）"
	case !p.SameContent:
		return "导出里的内容和平台已接收的不同"
	}
	return ""
}

// Accepted is what is asked of the ledger about all its records (ledger.Ledger).
type Accepted interface {
	EachAccepted(ctx context.Context, f ledger.Filter, yield func(ledger.AcceptedView) error) error
}

// Settle holds the table against all that the ledger has as accepted.
func (t *Table) Settle(ctx context.Context, led Accepted, people []Person) error {
	read := map[int64]bool{}
	for i := range people {
		if p := &people[i]; p.SubmissionID != 0 {
			read[p.SubmissionID] = true
		}
	}
	err := led.EachAccepted(ctx, ledger.Filter{States: []ledger.State{ledger.StateAccepted}}, func(v ledger.AcceptedView) error {
		t.Ledger.Accepted++
		day := ""
		if at := cmp.Or(v.Acceptance.At, v.Acceptance.First); !at.IsZero() {
			day = at.Local().Format(time.DateOnly)
		}
		switch {
		case read[v.SubmissionID]:
			t.Ledger.LeftOut++
		case day != "" && day < t.From:
			t.Ledger.Earlier++ // nobody is accepted before the examination
		default:
			t.Ledger.NotInFiles = append(t.Ledger.NotInFiles, Absent{shown(v.Key), v.File, day})
		}
		return nil
	})
	t.Ledger.LeftOut -= t.People
	return err
}

// Title is what the table is about.
func (t *Table) Title() string {
	if t.From == "" && t.To == "" {
		return "不限体检日期，已被平台接收的"
	}
	return "体检日期 " + cmp.Or(t.From, "最早") + " 至 " + cmp.Or(t.To, "最晚") + "，已被平台接收的"
}

// Reasons are those of LeftOut in order.
func (t *Table) Reasons() []string {
	var out []string
	for why := range t.LeftOut {
		out = append(out, why)
	}
	slices.Sort(out)
	return out
}

// Sum adds the lines up.
func (t *Table) Sum() Line { return Sum(t.Lines) }

// shownKeys is how many exam numbers of a reason the page shows.
const shownKeys = 100

// Keys are the exam numbers of those left out for a reason, as many as are shown.
func (t *Table) Keys(why string) []string {
	var out []string
	for _, l := range t.Left {
		if l.Reason == why && len(out) < shownKeys {
			out = append(out, l.Key)
		}
	}
	return out
}

// AbsentKeys are the exam numbers of those in no export, as many as are shown.
func (t *Table) AbsentKeys() []string {
	var out []string
	for _, a := range t.Ledger.NotInFiles[:min(shownKeys, len(t.Ledger.NotInFiles))] {
		out = append(out, a.Key)
	}
	return out
}
