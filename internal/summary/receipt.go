package summary

import (
	"slices"
	"strings"
	"time"

	"hbupload/internal/ledger"
)

// Fill takes the records that were sent by the run, or in the days given, with the
// state they are in now.
func (r *Receipt) Fill(records []ledger.SubmissionView, from, to string, label func(ledger.State) string) {
	var who []string
	for i := range records {
		s := &records[i]
		last := time.Time{}
		for _, a := range s.Attempts {
			day := a.Started.Local().Format(time.DateOnly)
			if r.Run != 0 && a.RunID != r.Run || from != "" && day < from || to != "" && day > to {
				continue
			}
			if last.IsZero() || a.Started.After(last) {
				last = a.Started
			}
			if name := a.User + "@" + a.Host; !slices.Contains(who, name) {
				who = append(who, name)
			}
		}
		if last.IsZero() {
			continue
		}
		day := last.Local().Format(time.DateOnly)
		if r.From == "" || day < r.From {
			r.From = day
		}
		r.To = max(r.To, day)
		r.Rows = append(r.Rows, ReceiptRow{Key: shown(s.Key), State: string(s.State), Label: label(s.State), At: last.Local().Format(time.DateTime)})
	}
	slices.Sort(who)
	r.Who = strings.Join(who, "、")
}

// LastRun is the latest run that sent something, 0 where none did.
func LastRun(records []ledger.SubmissionView) int64 {
	var last int64
	for i := range records {
		for _, a := range records[i].Attempts {
			last = max(last, a.RunID)
		}
	}
	return last
}
