package mapping

import (
	"bytes"
	"errors"
	"io"
	"os"
	"reflect"
	"sort"
	"testing"

	"pgregory.net/rapid"

	"hbupload/internal/table/grid"
)

// genRow draws a row as a reader yields it.
func genRow() *rapid.Generator[grid.Row] {
	return rapid.Custom(func(t *rapid.T) grid.Row {
		row := grid.Row{Num: rapid.Int32Range(1, 1<<20).Draw(t, "num"), Hidden: rapid.Bool().Draw(t, "hidden")}
		for col := int32(1); col <= rapid.Int32Range(0, 6).Draw(t, "cols"); col++ {
			c := grid.Cell{Col: col, Kind: rapid.SampledFrom([]grid.Kind{grid.Blank, grid.Text, grid.Number, grid.Date, grid.Bool, grid.Error, grid.Formula, grid.Untyped}).Draw(t, "kind"),
				Text: rapid.String().Draw(t, "text"), Cached: rapid.Bool().Draw(t, "cached"), Struck: rapid.Bool().Draw(t, "struck")}
			if c.Kind == grid.Bool {
				c.Num = rapid.SampledFrom([]float64{0, 1}).Draw(t, "truth")
			}
			if c.Kind == grid.Number || c.Kind == grid.Date {
				c.Num, c.Format, c.Percent = rapid.Float64().Draw(t, "value"), rapid.StringN(0, 8, -1).Draw(t, "format"), rapid.Bool().Draw(t, "percent")
			}
			row.Cells = append(row.Cells, c)
		}
		return row
	})
}

// TestRowEncoding: a row comes back as it was, with everything that the coding
// of cells looks at.
func TestRowEncoding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := genRow().Draw(t, "row")
		var got grid.Row
		got.Cells = append(got.Cells, grid.Cell{Text: "of an earlier row"})
		if err := readRow(appendRow(nil, &want), &got); err != nil {
			t.Fatal(err)
		}
		if got.Num != want.Num || got.Hidden != want.Hidden || len(got.Cells) != len(want.Cells) {
			t.Fatalf("%+v\n%+v", got, want)
		}
		for i := range want.Cells {
			if got.Cells[i] != want.Cells[i] {
				t.Fatalf("%+v\n%+v", got.Cells[i], want.Cells[i])
			}
		}
	})
}

// FuzzReadRow: damaged data is an error or a row, never a panic, and what is
// read can be written again.
func FuzzReadRow(f *testing.F) {
	row := grid.Row{Num: 7, Cells: []grid.Cell{{Col: 1, Kind: grid.Text, Text: "噪声"}, {Col: 3, Kind: grid.Number, Num: 4.5, Text: "4.5", Format: "0.0", Percent: true}}}
	f.Add(appendRow(nil, &row))
	f.Add([]byte{})
	f.Add([]byte{0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		var row, again grid.Row
		if readRow(data, &row) != nil {
			return
		}
		if err := readRow(appendRow(nil, &row), &again); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(appendRow(nil, &row), appendRow(nil, &again)) {
			t.Fatalf("%+v\n%+v", row, again)
		}
	})
}

// TestSorter: any rows, any budget: sorted by person, stable, nothing lost,
// nothing left on disk.
func TestSorter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s := newSorter(dir)
		s.budget = rapid.SampledFrom([]int{1, 40, 200, 1000, sortBudget}).Draw(t, "budget")
		type added struct{ ordinal, num int32 }
		var want []added
		for i := int32(0); i < rapid.Int32Range(0, 60).Draw(t, "rows"); i++ {
			a := added{rapid.Int32Range(0, 12).Draw(t, "ordinal"), i + 1}
			row := grid.Row{Num: a.num, Cells: []grid.Cell{{Col: 1, Kind: grid.Text, Text: rapid.StringN(0, 20, -1).Draw(t, "text")}}}
			if err := s.add(a.ordinal, int(i%3), &row); err != nil {
				t.Fatal(err)
			}
			want = append(want, a)
		}
		sort.SliceStable(want, func(i, j int) bool { return want[i].ordinal < want[j].ordinal })
		m := s.merge()
		defer m.close()
		var got []added
		for {
			ordinal, _, row, err := m.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, added{ordinal, row.Num})
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v\nwant %v", got, want)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Fatalf("%d files with a name while sorting", len(left))
		}
	})
}

// TestSorterWithoutDisk: a folder that cannot be written is an error, not
// fewer rows.
func TestSorterWithoutDisk(t *testing.T) {
	t.Parallel()
	s := newSorter("/nowhere/at/all")
	s.budget = 1
	if err := s.add(1, 0, &grid.Row{Num: 1, Cells: []grid.Cell{{Col: 1, Kind: grid.Text, Text: "x"}}}); err == nil {
		t.Error("no error")
	}
}
