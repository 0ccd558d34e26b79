package run

import (
	"testing"

	"hbupload/internal/ledger"
)

// TestWasSent: a claim that an interrupted run gave back is no sending.
func TestWasSent(t *testing.T) {
	t.Parallel()
	tries := func(outcomes ...ledger.Class) *ledger.SubmissionView {
		v := &ledger.SubmissionView{State: ledger.StateUndelivered}
		for _, o := range outcomes {
			v.Attempts = append(v.Attempts, ledger.AttemptView{Outcome: o})
		}
		return v
	}
	for name, c := range map[string]struct {
		v    *ledger.SubmissionView
		want bool
	}{
		"nothing":            {tries(), false},
		"given back":         {tries(ledger.ClassNotSent), false},
		"given back, tried":  {tries(ledger.ClassNotSent, ledger.ClassNotProcessed), true},
		"refused":            {tries(ledger.ClassRejected), true},
		"without an outcome": {tries(""), true},
		"adopted":            {&ledger.SubmissionView{State: ledger.StateAccepted}, true},
	} {
		if got := wasSent(c.v); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
