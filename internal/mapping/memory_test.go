package mapping

import (
	"errors"
	"io"
	"testing"

	"pgregory.net/rapid"

	"hbupload/internal/table/grid"
)

// TestRowMemory: rows come back as they were and in their order, however often they
// are read; what does not fit is refused.
func TestRowMemory(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(genRow(), 0, 40).Draw(t, "rows")
		var m rowMemory
		for i := range rows {
			if !m.add(&rows[i], memoryBudget) {
				t.Fatal("does not fit")
			}
		}
		for range 2 {
			again := m.read()
			for i := range rows {
				row, err := again.next()
				if err != nil || row.Num != rows[i].Num || row.Hidden != rows[i].Hidden || len(row.Cells) != len(rows[i].Cells) {
					t.Fatalf("%v %v, want %v", row, err, rows[i])
				}
				for j, c := range row.Cells {
					if c != rows[i].Cells[j] {
						t.Fatalf("%+v, want %+v", c, rows[i].Cells[j])
					}
				}
			}
			if _, err := again.next(); !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
		}
		if len(rows) > 0 && m.add(&rows[0], m.size) {
			t.Fatal("more than the budget is kept")
		}
	})
}

// TestRowMemoryOfManyChunks: nothing is lost between the pieces of memory.
func TestRowMemoryOfManyChunks(t *testing.T) {
	t.Parallel()
	row := grid.Row{Cells: []grid.Cell{{Col: 1, Kind: grid.Text, Text: string(make([]byte, 1000))}}}
	var m rowMemory
	const n = 2000
	for i := range n {
		row.Num = int32(i)
		if !m.add(&row, memoryBudget) {
			t.Fatal("does not fit")
		}
	}
	again := m.read()
	for i := range n {
		if got, err := again.next(); err != nil || got.Num != int32(i) || len(got.Cells[0].Text) != 1000 {
			t.Fatal(i, got, err)
		}
	}
}
