package cli

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"hbupload/internal/summary"
)

// TestLateByTheClock: reports of 8 March and 23 September with a deadline of
// 30 days; who was accepted in time stays in time whenever it is asked.
func TestLateByTheClock(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.configure("sense: {deadline: 30}\n")
	export, err := os.ReadFile("../../testdata/standard.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	b.write("a.xlsx", string(export))
	b.want(0, "dict", "pull")
	at := func(month time.Month, day, hour int) {
		b.process.Now = func() time.Time { return time.Date(2024, month, day, hour, 59, 0, 0, time.Local) }
	}
	timely := func(key string) summary.Timely {
		b.want(0, "push", b.path("a.xlsx"), "--only", key, "--json")
		var doc struct{ Timely summary.Timely }
		if err := json.Unmarshal(b.out.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		return doc.Timely
	}
	at(time.April, 7, 23)
	if got := timely("TJ0001"); got.MostDays != 30 || len(got.Late) != 0 {
		t.Errorf("on the last day: %+v", got)
	}
	at(time.October, 24, 0)
	if got := timely("TJ0002"); got.MostDays != 31 || !slices.Equal(got.Late, []string{"TJ0002"}) {
		t.Errorf("the other, a day later: %+v", got)
	}
	at(time.December, 1, 0)
	if got := timely("TJ0001"); len(got.Late) != 0 || len(got.NeverSent) != 0 {
		t.Errorf("accepted in time, asked later: %+v", got)
	}
	if got := timely("TJ0002"); !slices.Equal(got.Late, []string{"TJ0002"}) {
		t.Errorf("accepted late, asked later: %+v", got)
	}
}
