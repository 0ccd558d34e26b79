package bundle

import (
	"cmp"
	"context"
	"slices"
	"time"

	"hbupload/internal/ledger"
)

// Origin says which program makes a bundle, where and when.
type Origin struct {
	Version, Commit, Interface, Go, System, Machine string
	Now                                             time.Time
}

// attemptsRead bounds how many records' attempts are looked at.
const attemptsRead = 500

// AddLedger takes over counts, the latest runs and how the latest attempts ended.
func (f *Facts) AddLedger(ctx context.Context, led *ledger.Ledger, shared bool) error {
	v, err := led.Status(ctx)
	if err != nil {
		return err
	}
	out := &Ledger{Exists: v.Exists, Shared: shared, Total: v.Total, States: map[Word]int{}, Unsettled: v.Unsettled, Running: v.Running != nil, Elsewhere: len(v.Elsewhere), Runs: []Run{}, Attempts: []Attempts{}}
	for s, n := range v.Counts {
		out.States[stateWord(string(s))] += n
	}
	for i := range v.Runs {
		out.Runs = append(out.Runs, newRun(&v.Runs[i]))
	}
	subs, err := led.History(ctx, ledger.Filter{Limit: attemptsRead})
	if err != nil {
		return err
	}
	out.attempts(subs)
	f.Ledger = out
	return nil
}

// stateWord is a state of a record, or a figure beside them.
func stateWord(text string) Word {
	return one(text, "accepted", "rejected", "invalid", "in_doubt", "undelivered", "changed", "skipped", "pending", "valid", "built", "claimed", "records", "warnings")
}

func newRun(r *ledger.RunView) Run {
	out := Run{Started: r.Started.UTC(), Finished: !r.Finished.IsZero(), Command: one(r.Command, "push", "sync", "adopt", "hbupload", "resolve", "reconcile"),
		Tool: version(r.Tool), Files: len(r.Files), Counts: map[Word]int{}, ExitCode: r.ExitCode}
	if out.Finished {
		out.Seconds = r.Finished.Sub(r.Started).Seconds()
	}
	for s, n := range r.Counts {
		out.Counts[stateWord(s)] += n
	}
	return out
}

func (l *Ledger) attempts(subs []ledger.SubmissionView) {
	counts := map[Attempts]int{}
	var took []time.Duration
	for i := range subs {
		for _, a := range subs[i].Attempts {
			counts[Attempts{Outcome: outcomeWord(a.Outcome), Status: a.HTTPStatus}]++
			if a.Duration > 0 {
				took = append(took, a.Duration)
			}
		}
	}
	for a, n := range counts {
		a.N = n
		l.Attempts = append(l.Attempts, a)
	}
	slices.SortFunc(l.Attempts, func(a, b Attempts) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Outcome.text, b.Outcome.text), cmp.Compare(a.Status, b.Status))
	})
	l.Took = newTook(took)
}

// outcomeWord is a class of outcomes, "" for an attempt without an answer.
func outcomeWord(c ledger.Class) Word {
	if c == "" {
		return Word{}
	}
	var all []string
	for _, known := range []ledger.Class{ledger.ClassAccepted, ledger.ClassRejected, ledger.ClassNotProcessed, ledger.ClassUnknown, ledger.ClassDeadToken, ledger.ClassWrongAddress, ledger.ClassNotSent} {
		all = append(all, string(known))
	}
	return one(string(c), all...)
}

func newTook(all []time.Duration) Took {
	out := Took{N: len(all)}
	if out.N == 0 {
		return out
	}
	slices.Sort(all)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	out.Median = ms(all[(out.N-1)/2])
	out.P95 = ms(all[(out.N-1)*95/100])
	out.Max = ms(all[out.N-1])
	return out
}

func sortRules(all []Rule) {
	slices.SortFunc(all, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.ID.text, b.ID.text), cmp.Compare(a.Field.text, b.Field.text))
	})
}
