package ledger

import (
	"errors"
	"fmt"
	"testing"
)

// situations are all the facts a record can be in, by name.
func situations() map[string]facts {
	return map[string]facts{
		"none":                   {},
		"undelivered":            {State: StateUndelivered},
		"rejected":               {State: StateRejected},
		"in_doubt":               {State: StateInDoubt},
		"in_doubt+A":             {State: StateInDoubt, HasAccepted: true},
		"in_doubt+resend":        {State: StateInDoubt, Resend: true},
		"accepted":               {State: StateAccepted, HasAccepted: true},
		"accepted+same":          {State: StateAccepted, HasAccepted: true, SamePerson: true},
		"claimed<none":           {State: StateClaimed},
		"claimed<undelivered":    {State: StateClaimed, Prior: StateUndelivered},
		"claimed<rejected":       {State: StateClaimed, Prior: StateRejected},
		"claimed<in_doubt":       {State: StateClaimed, Prior: StateInDoubt, Resend: true},
		"claimed<in_doubt+A":     {State: StateClaimed, Prior: StateInDoubt, HasAccepted: true},
		"claimed<accepted":       {State: StateClaimed, Prior: StateAccepted, HasAccepted: true},
		"claimed<accepted, same": {State: StateClaimed, Prior: StateAccepted, HasAccepted: true, SamePerson: true},
	}
}

// steps of the truth table: "-" is a refusal, else state and marks (A accepted
// content known, r resend, s same person). The order is that of Actions().
func truthTable() map[string][10]string {
	return map[string][10]string{
		//                        claim         accepted      rejected      not-proc.     unknown       adopt         sent          resend        same-person    recover
		"none":                   {"claimed", "-", "-", "-", "-", "accepted A", "-", "-", "-", "-"},
		"undelivered":            {"claimed", "-", "-", "-", "-", "accepted A", "-", "-", "-", "-"},
		"rejected":               {"claimed", "-", "-", "-", "-", "accepted A", "-", "-", "-", "-"},
		"in_doubt":               {"claimed", "-", "-", "-", "-", "accepted A", "accepted A", "in_doubt r", "in_doubt s", "-"},
		"in_doubt+A":             {"claimed A", "-", "-", "-", "-", "accepted A", "accepted A", "accepted Ar", "in_doubt As", "-"},
		"in_doubt+resend":        {"claimed r", "-", "-", "-", "-", "accepted A", "accepted A", "in_doubt r", "in_doubt rs", "-"},
		"accepted":               {"claimed A", "-", "-", "-", "-", "accepted A", "-", "-", "accepted As", "-"},
		"accepted+same":          {"claimed As", "-", "-", "-", "-", "accepted A", "-", "-", "accepted As", "-"},
		"claimed<none":           {"-", "accepted A", "rejected", "undelivered", "in_doubt", "-", "-", "-", "-", "in_doubt"},
		"claimed<undelivered":    {"-", "accepted A", "rejected", "undelivered", "in_doubt", "-", "-", "-", "-", "in_doubt"},
		"claimed<rejected":       {"-", "accepted A", "rejected", "undelivered", "in_doubt", "-", "-", "-", "-", "in_doubt"},
		"claimed<in_doubt":       {"-", "accepted A", "rejected", "in_doubt r", "in_doubt", "-", "-", "-", "-", "in_doubt"},
		"claimed<in_doubt+A":     {"-", "accepted A", "accepted A", "in_doubt A", "in_doubt A", "-", "-", "-", "-", "in_doubt A"},
		"claimed<accepted":       {"-", "accepted A", "accepted A", "accepted A", "in_doubt A", "-", "-", "-", "-", "in_doubt A"},
		"claimed<accepted, same": {"-", "accepted A", "accepted As", "accepted As", "in_doubt As", "-", "-", "-", "-", "in_doubt As"},
	}
}

func show(f facts) string {
	marks := ""
	for _, m := range []struct {
		on   bool
		mark string
	}{{f.HasAccepted, "A"}, {f.Resend, "r"}, {f.SamePerson, "s"}} {
		if m.on {
			marks += m.mark
		}
	}
	if marks == "" {
		return string(f.State)
	}
	return string(f.State) + " " + marks
}

// TestEveryStateTimesEveryAction is the reference of state transition.
func TestEveryStateTimesEveryAction(t *testing.T) {
	t.Parallel()
	table := truthTable()
	if len(table) != len(situations()) {
		t.Fatalf("%d rows for %d situations", len(table), len(situations()))
	}
	for name, f := range situations() {
		for i, a := range Actions() {
			t.Run(fmt.Sprintf("%s/%s", name, a), func(t *testing.T) {
				t.Parallel()
				after, err := step(f, a)
				got := show(after)
				if err != nil {
					got = "-"
					var refusal *Refusal
					if !errors.As(err, &refusal) || refusal.Reason == "" || refusal.From != f.State || refusal.Action != a {
						t.Errorf("refusal %+v does not say what and why", err)
					}
					if after != f {
						t.Errorf("a refused step changed %+v to %+v", f, after)
					}
				} else if after.State != StateClaimed && after.Prior != StateNone {
					t.Errorf("%+v remembers a claim that is over", after)
				}
				if got != table[name][i] {
					t.Errorf("got %q, want %q", got, table[name][i])
				}
			})
		}
	}
}

// TestEveryClassHasAnAction: what nobody understands is a doubt.
func TestEveryClassHasAnAction(t *testing.T) {
	t.Parallel()
	for class, want := range map[Class]Action{
		ClassAccepted: ActSettleAccepted, ClassRejected: ActSettleRejected, ClassUnknown: ActSettleUnknown,
		ClassNotProcessed: ActSettleNotProcessed, ClassDeadToken: ActSettleNotProcessed,
		ClassWrongAddress: ActSettleNotProcessed, ClassNotSent: ActSettleNotProcessed,
		"": ActSettleUnknown, "something new": ActSettleUnknown,
	} {
		if got := class.Action(); got != want {
			t.Errorf("%q = %s, want %s: what nobody understands is a doubt", class, got, want)
		}
	}
}

func TestUnknownActionIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := step(facts{State: StateInDoubt}, "dance"); err == nil {
		t.Error("an unknown action was taken")
	}
}

// Actions lists every action, for tables and tests.
func Actions() []Action {
	return []Action{ActClaim, ActSettleAccepted, ActSettleRejected, ActSettleNotProcessed, ActSettleUnknown,
		ActAdopt, ActMarkSent, ActMarkResend, ActMarkSamePerson, ActRecover}
}
