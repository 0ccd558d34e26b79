package summary

import (
	"context"
	"slices"
	"strings"
	"time"

	"hbupload/internal/ledger"
)

// Fill takes the records that were sent by the run, or in the days given, with the
// state they are in now. Without a run and days it is the latest run that sent
// something. Of all records only those it takes are kept.
func (r *Receipt) Fill(ctx context.Context, led *ledger.Ledger, from, to string, label func(ledger.State) string) error {
	all, err := led.Select(ctx, ledger.Filter{})
	if err != nil {
		return err
	}
	latest := r.Run == 0 && from == "" && to == ""
	var who []string
	err = all.Each(ctx, func(s *ledger.SubmissionView) error {
		if run := lastRun(s); latest && run > r.Run {
			*r = r.empty(run)
			who = nil
		}
		var last time.Time
		if last, who = r.sent(s, from, to, who); last.IsZero() {
			return nil
		}
		day := last.Local().Format(time.DateOnly)
		if r.From == "" || day < r.From {
			r.From = day
		}
		r.To = max(r.To, day)
		r.Rows = append(r.Rows, ReceiptRow{Key: shown(s.Key), State: string(s.State), Label: label(s.State), At: last.Local().Format(time.DateTime)})
		return nil
	})
	slices.Sort(who)
	r.Who = strings.Join(who, "、")
	return err
}

// sent is when the run, or somebody in the days, sent a record last, and adds to who
// did; a zero time where nobody did.
func (r *Receipt) sent(s *ledger.SubmissionView, from, to string, who []string) (last time.Time, all []string) {
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
	return last, who
}

// empty is the receipt of a run before any record is taken.
func (r *Receipt) empty(run int64) Receipt {
	return Receipt{Institution: r.Institution, Platform: r.Platform, Run: run, Printed: r.Printed, Tool: r.Tool}
}

// lastRun is the latest run that sent the record, 0 where none did.
func lastRun(s *ledger.SubmissionView) int64 {
	var last int64
	for _, a := range s.Attempts {
		last = max(last, a.RunID)
	}
	return last
}
