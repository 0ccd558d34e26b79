package reconcile

import (
	"testing"

	"hbupload/internal/ledger"
)

// TestPresentOtherwise: a row that may be the person under a number written otherwise
// keeps a record from being sent again; only a number that fits settles it.
func TestPresentOtherwise(t *testing.T) {
	t.Parallel()
	const number = "130102199003078217"
	for name, c := range map[string]struct {
		number, name string
		want         ledger.How
	}{
		"15 digits":                  {"130102900307821", "测试一", ""},
		"15 digits, another day":     {"130102900307822", "李四", ledger.AsResend},
		"another paper":              {"E12345678", "测试一", ""},
		"another paper, another one": {"E12345678", "李四", ledger.AsResend},
		"two gaps":                   {"13**02********8217", "测试一", ledger.AsSent},
		"two gaps, shorter":          {"13**02****8217", "测**", ""},
		"dashes":                     {"130102--------8217", "测**", ledger.AsSent},
		"shortened without a sign":   {"1301028217", "测**", ""},
		"dots":                       {"130102......8217", "测**", ledger.AsSent},
		"an ellipsis":                {"130102…8217", "测**", ledger.AsSent},
		"masked, somebody else's":    {"130102…8218", "测**", ledger.AsResend},
		"a digit off, masked name":   {"130102199003078216", "测**", ""},
		"a digit off, no name":       {"130102199003078216", "", ""},
		"a digit off, another name":  {"130102199003078216", "李**", ledger.AsResend},
		"a digit lost, masked name":  {"13010219900307817", "测*", ""},
		"a digit more, masked name":  {"1301021990030782171", "测*", ""},
		"two digits swapped":         {"130102199003078127", "测**", ""},
		"a namesake":                 {"130102197001011239", "测试一", ""},
	} {
		o := doubtful(0)
		o.Number = number
		r := shown(o)
		r.Number = c.number
		r.Name = c.name
		rows := []Row{r, shown(doubtful(9))}
		got := Compare(rows, []Ours{o})
		got.Judge(&List{Rows: rows}, Options{Complete: true})
		settled := ledger.How("")
		for _, m := range got.Matches {
			settled += m.Settled
		}
		if settled != c.want {
			t.Errorf("%s: settled %q, want %q: %+v", name, settled, c.want, got.Matches)
		}
	}
}

// TestNamesakeElsewhere: a row that is certainly another record's keeps nobody back.
func TestNamesakeElsewhere(t *testing.T) {
	t.Parallel()
	a := doubtful(0)
	b := doubtful(1)
	b.Name = a.Name
	b.Number = "130102197001011239"
	rows := []Row{shown(b)}
	c := Compare(rows, []Ours{a, b})
	c.Judge(&List{Rows: rows}, Options{Complete: true})
	for _, m := range c.Matches {
		if want := map[int]ledger.How{0: ledger.AsResend, 1: ledger.AsSent}[m.Ours]; m.Settled != want {
			t.Errorf("%+v, want %q", m, want)
		}
	}
}
