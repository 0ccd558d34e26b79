package run

import (
	"context"
	"slices"
	"time"

	"hbupload/internal/ledger"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/summary"
)

// timely says of a finished push who was never sent and who is late. The ledger is
// asked about those withheld, which may have been sent before, and, where a deadline
// is set, about those accepted in earlier runs.
func timely(ctx context.Context, s *Session, led *ledger.Ledger, r *report.Result) error {
	t := &summary.Timely{People: len(r.Records), NeverSent: []string{}, Late: []string{}, Deadline: s.cfg.Sense.Deadline}
	today := summary.DayOf(s.Now())
	var ask []int
	for i := range r.Records {
		switch rec := &r.Records[i]; rec.State {
		case push.Accepted:
			if day := s.tally.Reported(rec.Place); day != 0 {
				t.Took(rec.Key, int(today-day))
			}
		case push.Skipped:
			if t.Deadline > 0 {
				ask = append(ask, i)
			}
		default:
			if rec.Attempts == 0 {
				ask = append(ask, i)
			} else {
				waits(s, t, rec, today)
			}
		}
	}
	keys := make([]string, len(ask))
	for k, i := range ask {
		keys[k] = r.Records[i].Key
	}
	known, err := knownKeys(ctx, led, keys)
	if err != nil {
		return err
	}
	for _, i := range ask {
		rec := &r.Records[i]
		first, sent := known[rec.Key]
		switch {
		case !first.IsZero():
			waits(s, t, rec, summary.DayOf(first))
		case rec.State == push.Skipped: // twice in the input, or adopted
		default:
			if !sent {
				t.NeverSent = append(t.NeverSent, rec.Key)
			}
			waits(s, t, rec, today)
		}
	}
	r.Timely = t
	return nil
}

// knownKeys are the exam numbers that the ledger has sent or adopted, each with when
// the platform first took it; zero where it did not, or where that is not known.
func knownKeys(ctx context.Context, led *ledger.Ledger, keys []string) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	for chunk := range slices.Chunk(keys, keysAtOnce) {
		views, err := led.History(ctx, ledger.Filter{Keys: chunk})
		if err != nil {
			return nil, err
		}
		for i := range views {
			if v := &views[i]; wasSent(v) {
				out[v.Key] = firstTaken(v)
			}
		}
	}
	return out, nil
}

// wasSent reports whether anything of a record ever left, or was adopted. A run that
// is stopped gives back claims of which nothing was sent.
func wasSent(v *ledger.SubmissionView) bool {
	left := func(a ledger.AttemptView) bool { return a.Outcome != ledger.ClassNotSent }
	return v.State == ledger.StateAccepted || slices.ContainsFunc(v.Attempts, left)
}

// keysAtOnce is how many exam numbers the ledger is asked about at once.
const keysAtOnce = 500

func firstTaken(v *ledger.SubmissionView) time.Time {
	first := time.Time{}
	for _, a := range v.Attempts {
		if a.Outcome == ledger.ClassAccepted && (first.IsZero() || a.Settled.Before(first)) {
			first = a.Settled
		}
	}
	return first
}

// waits notes how long a record waited until a day.
func waits(s *Session, t *summary.Timely, rec *push.Record, until int32) {
	if t.Deadline <= 0 {
		return
	}
	if day := s.tally.Reported(rec.Place); day != 0 {
		t.Waited(rec.Key, int(until-day))
	}
}
