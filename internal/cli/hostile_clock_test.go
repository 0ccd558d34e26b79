package cli

import (
	"testing"
	"time"

	"hbupload/internal/sandbox"
)

// TestAbsurdClock: a machine whose battery is dead neither sends anything twice
// nor falls over, whichever way its clock jumps between runs.
func TestAbsurdClock(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	for i, year := range []int{1970, 2100, 1601, 9999, 2026} {
		at := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		b.process.Now = func() time.Time { return at }
		code := b.run("push", "../../testdata/standard.xlsx", "--no-report", "--limit", "2")
		b.run("status")
		b.run("doctor")
		if n := b.calls[sandbox.PathUpload]; n > 2 || code == 1 {
			t.Errorf("clock %d of %d: exit %d, %d uploads of two records\n%s%s", i, year, code, n, b.out.String(), b.err.String())
		}
	}
}
