package run

import (
	"testing"

	"hbupload/internal/fault"
	"hbupload/internal/mapping"
)

func TestEveryRowAndCellIsAccountedFor(t *testing.T) {
	t.Parallel()
	skipped := []mapping.SkippedRow{{Row: 2}, {Row: 5}}
	unused := []mapping.UnusedColumn{{Column: "备注", Values: 4}}
	whole := mapping.Cells{Read: 90, Used: 80, SkippedRows: 6, Unused: unused}
	for name, c := range map[string]struct {
		acc  mapping.Accounts
		lost bool
	}{
		"adds up":        {mapping.Accounts{Read: 20, Used: 18, Skipped: skipped, Cells: whole}, false},
		"a row is lost":  {mapping.Accounts{Read: 21, Used: 18, Skipped: skipped, Cells: whole}, true},
		"a row is twice": {mapping.Accounts{Read: 20, Used: 19, Skipped: skipped, Cells: whole}, true},
		"a cell is lost": {mapping.Accounts{Read: 20, Used: 18, Skipped: skipped, Cells: mapping.Cells{Read: 90, Used: 80, SkippedRows: 6}}, true},
	} {
		err := AddsUp("a.xlsx", &c.acc)
		if (err != nil) != c.lost || err != nil && !fault.Is(err, fault.Internal) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
