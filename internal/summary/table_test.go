package summary

import (
	"context"
	"slices"
	"testing"
	"time"

	"hbupload/internal/ledger"
)

// pinned are meanings by code: the names say something else.
type pinned struct{}

func (pinned) IsSuspected(code string) bool        { return code == "91" }
func (pinned) IsContraindication(code string) bool { return code == "92" }
func (pinned) IsOtherAbnormal(code string) bool    { return code == "93" }

func TestColumnOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code, name string
		want       int
	}{
		{"91", "目前未见异常", suspected}, {"92", "疑似职业病", contraindication}, {"93", "复查", otherAbnormal},
		{"1", "目前未见异常", normal}, {"2", "复查", recheck}, {"3", "疑似职业病", otherConclusion}, {"4", "", otherConclusion},
	} {
		if got := ColumnOf(pinned{}, c.code, c.name); got != c.want {
			t.Errorf("%+v: %s", c, Columns()[got])
		}
	}
	if len(Columns()) != columns {
		t.Error("columns without a name")
	}
}

// TestCounter: a hazard listed twice counts once, with the gravest conclusion, and
// every person examined has one conclusion.
func TestCounter(t *testing.T) {
	t.Parallel()
	var c Counter
	c.Add("在岗", []Hazard{{"苯", normal}, {"噪声", recheck}, {"苯", suspected}, {"苯", normal}}, 1)
	c.Add("在岗", []Hazard{{"苯", normal}}, 2)
	lines := c.Lines()
	if len(lines) != 2 || lines[1].Hazard != "苯" || lines[1].Examined != 3 || !slices.Equal(lines[1].Counts, []int{2, 0, 1, 0, 0, 0}) {
		t.Errorf("%+v", lines)
	}
	if s := Sum(lines); s.Examined != 4 || !slices.Equal(s.Counts, []int{2, 1, 1, 0, 0, 0}) {
		t.Errorf("%+v", s)
	}
}

// held is a ledger of accepted records.
type held []ledger.AcceptedView

func (h held) EachAccepted(_ context.Context, _ ledger.Filter, yield func(ledger.AcceptedView) error) error {
	for _, v := range h {
		if err := yield(v); err != nil {
			return err
		}
	}
	return nil
}

// TestAccount: what the ledger has as accepted is in the table, or it is said why not.
func TestAccount(t *testing.T) {
	t.Parallel()
	person := func(id int64, key, day string, state ledger.State, same bool) Person {
		return Person{Key: key, Examined: day, Care: "在岗", Hazards: []Hazard{{"苯", normal}},
			Standing: ledger.Standing{SubmissionID: id, State: state, SameContent: same}}
	}
	people := []Person{person(1, "A1", "2026-02-01", ledger.StateAccepted, true), person(2, "A2", "2026-01-01", ledger.StateAccepted, true),
		person(3, "A3", "2026-02-02", ledger.StateAccepted, false), person(4, "A4", "2026-02-02", ledger.StateRejected, true), person(0, "A5", "2026-02-02", "", false)}
	at := func(day string) ledger.Acceptance {
		when, _ := time.ParseInLocation(time.DateOnly, day, time.Local)
		return ledger.Acceptance{At: when, First: when}
	}
	led := held{{SubmissionID: 1}, {SubmissionID: 2}, {SubmissionID: 3}, {SubmissionID: 7, Key: "B7", Acceptance: at("2026-03-01")},
		{SubmissionID: 8, Key: "B8", Acceptance: at("2026-01-31")}, {SubmissionID: 9, Key: "130102199001011234"}}
	table := NewTable(people, "2026-02-01", "2026-02-28")
	if err := table.Settle(context.Background(), led, people); err != nil {
		t.Fatal(err)
	}
	a := table.Ledger
	if a.Accepted != table.People+a.LeftOut+a.Earlier+len(a.NotInFiles) || table.People != 1 || a.LeftOut != 2 || a.Earlier != 1 {
		t.Errorf("%d counted, %+v", table.People, a)
	}
	if len(a.NotInFiles) != 2 || a.NotInFiles[0].Key != "B7" || a.NotInFiles[1].Key == "130102199001011234" {
		t.Errorf("%+v", a.NotInFiles)
	}
	if len(table.Left) != 4 || table.Read != table.People+len(table.Left) {
		t.Errorf("%+v", table.Left)
	}
}

// TestTimely: late is later than the deadline, and without one nobody is.
func TestTimely(t *testing.T) {
	t.Parallel()
	tm := &Timely{People: 3, Deadline: 30}
	tm.Took("A1", 30)
	tm.Took("A2", 31)
	tm.Waited("A3", 400)
	if !slices.Equal(tm.Late, []string{"A2", "A3"}) || tm.Accepted != 2 || tm.MostKey != "A2" || tm.MostDays != 31 || len(tm.Words()) != 2 {
		t.Errorf("%+v", tm)
	}
	none := &Timely{}
	none.Took("A1", 4000)
	if len(none.Late) != 0 || none.Words() != nil {
		t.Errorf("%+v", none)
	}
	if Day("2026-03-01")-Day("2026-02-28") != 1 || Day("1.3.2026") != 0 {
		t.Error("days")
	}
}
