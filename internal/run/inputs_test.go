package run

import (
	"testing"

	"hbupload/internal/fault"
	"hbupload/internal/mapping"
	"hbupload/internal/spec"
)

func TestEveryRowAndCellIsAccountedFor(t *testing.T) {
	t.Parallel()
	skipped := []spec.SkippedRow{{Row: 2}, {Row: 5}}
	unused := []spec.UnusedColumn{{Column: "备注", Values: 4}}
	whole := spec.Cells{Read: 90, Used: 80, SkippedRows: 6, Unused: unused}
	for name, c := range map[string]struct {
		acc  mapping.Accounts
		lost bool
	}{
		"adds up":        {mapping.Accounts{Read: 20, Used: 18, Skipped: skipped, Cells: whole}, false},
		"a row is lost":  {mapping.Accounts{Read: 21, Used: 18, Skipped: skipped, Cells: whole}, true},
		"a row is twice": {mapping.Accounts{Read: 20, Used: 19, Skipped: skipped, Cells: whole}, true},
		"a cell is lost": {mapping.Accounts{Read: 20, Used: 18, Skipped: skipped, Cells: spec.Cells{Read: 90, Used: 80, SkippedRows: 6}}, true},
	} {
		err := AddsUp("a.xlsx", &c.acc)
		if (err != nil) != c.lost || err != nil && !fault.Is(err, fault.Internal) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
