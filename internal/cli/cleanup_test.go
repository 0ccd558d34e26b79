package cli

import (
	"os"
	"testing"
	"time"
)

// TestSweepLeftovers: at the next start nothing is left of what a kill cut short:
// of a token, of a record, of a report, of standard input; what is young, or not
// a file of ours, stays.
func TestSweepLeftovers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	for _, dir := range []string{"out", "reports", "data/tmp"} {
		if err := os.MkdirAll(b.path(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().Add(-2 * time.Hour)
	for name, stays := range map[string]bool{
		"data/.new-1.tmp": false, "data/tmp/spool-1.tmp": false, "out/.new-2.tmp": false, "reports/.hbupload-3.tmp": false, "reports/其他.tmp": true, "data/.new-.txt": true,
	} {
		for _, age := range []time.Time{old, time.Now()} {
			b.write(name, "half")
			if err := os.Chtimes(b.path(name), age, age); err != nil {
				t.Fatal(err)
			}
			b.want(0, "push", "../../testdata/standard.xlsx", "--limit", "2", "--report", b.path("reports"))
			b.want(0, "build", "../../testdata/standard.xlsx", "--limit", "2", "--no-report", "-o", b.path("out"))
			_, err := os.Stat(b.path(name))
			if want := stays || !age.Equal(old) && name != "data/tmp/spool-1.tmp"; (err == nil) != want {
				t.Errorf("%s of %v: there %v, want %v", name, age, err == nil, want)
			}
		}
	}
}
