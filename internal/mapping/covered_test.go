package mapping

import (
	"testing"

	"hbupload/internal/table/grid"
)

// TestCoveredKeys: a merged key counts for the rows it covers and for no other; a
// broken cell is never covered; the merged areas are asked for once, and only if a
// key is blank.
func TestCoveredKeys(t *testing.T) {
	t.Parallel()
	asked := 0
	c := &covered{col: 2, merges: func() ([]grid.Range, error) {
		asked++
		return []grid.Range{{FirstRow: 4, FirstCol: 2, LastRow: 6, LastCol: 2}, {FirstRow: 8, FirstCol: 3, LastRow: 9, LastCol: 4}}, nil
	}}
	for _, k := range []struct {
		row  int32
		kind grid.Kind
		key  string
		want string
	}{
		{3, grid.Text, "A", "A"},
		{4, grid.Text, "B", "B"},
		{5, grid.Blank, "", "B"},
		{6, grid.Blank, "", "B"},
		{7, grid.Blank, "", ""},
		{8, grid.Text, "C", "C"},
		{9, grid.Blank, "", ""}, // merged in other columns
		{10, grid.Error, "", ""},
	} {
		if k.row == 4 && asked > 0 {
			t.Error("merged areas asked for before a key was blank")
		}
		row := &grid.Row{Num: k.row, Cells: []grid.Cell{{Col: 2, Kind: k.kind}}}
		if got, err := c.of(row, k.key); got != k.want || err != nil {
			t.Errorf("row %d: %q, %v, want %q", k.row, got, err, k.want)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}
