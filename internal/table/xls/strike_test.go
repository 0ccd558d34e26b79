package xls

import (
	"errors"
	"io"
	"testing"

	"hbupload/internal/table/grid"
)

// strikes tells of each row whether its first cell is struck through.
func strikes(t *testing.T, b grid.Book) string {
	t.Helper()
	rows, err := b.Rows(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	out := ""
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range row.Cells {
			out += map[bool]string{true: "x", false: "-"}[row.Cells[i].Struck]
		}
	}
}

// struckFonts are six fonts of which the one with the index 5 strikes through,
// since 4 is left out, and the formats 0 and 1, of which the latter has it.
func struckFonts(b *biff) {
	for i := range 6 {
		b.rec(recFont, 200, map[bool]int{true: 8}[i == 4], 0, 0)
	}
	b.rec(recXF, 0, 0, 0).rec(recXF, 5, 14, 0)
}

// TestStruckStyles: every kind of cell may have a format that strikes through.
func TestStruckStyles(t *testing.T) {
	t.Parallel()
	b := mustOpen(t, workbook(struckFonts, func(b *biff) {
		for xf := range 2 {
			b.rec(recNumber, xf, 0, xf, 1.0).rec(recRK, xf, 1, xf, uint32(7<<2|2)).rec(recMulRK, xf, 2, 0, uint32(7<<2|2), xf, uint32(7<<2|2), 3)
			b.rec(recBoolErr, xf, 4, xf, byte(1), byte(0)).rec(recLabel, xf, 5, xf, 1, byte(0), "a")
			b.rec(recFormula, xf, 6, xf, 2.0, 0, uint32(0)).rec(recFormula, xf, 7, xf, byte(1), byte(0), byte(1), byte(0), uint32(0xFFFF0000), 0, uint32(0))
		}
	}))
	if got := strikes(t, b); got != "--------xx-xxxxx" {
		t.Error(got)
	}
}

// TestStruckRuns: the parts of a text have fonts of their own from the first run
// on, that of the cell in front of it.
func TestStruckRuns(t *testing.T) {
	t.Parallel()
	const want = "x--" + "xx-" // of the format 0, then of the format 1
	runs := [][2]int{{0, 5}, {1, 6}, {0, 6}}
	b := mustOpen(t, workbook(func(b *biff) {
		struckFonts(b)
		b.rec(recSST, uint32(3), uint32(3), sharedRun(runs[0]), sharedRun(runs[1]), sharedRun(runs[2]))
	}, func(b *biff) {
		for i := range 6 {
			b.rec(recLabelSST, i, 0, i/3, uint32(i%3))
		}
	}))
	if got := strikes(t, b); got != want {
		t.Errorf("shared: %s", got)
	}
	b = mustOpen(t, workbook(struckFonts, func(b *biff) {
		for i := range 6 {
			b.rec(recRString, i, 0, i/3, 2, byte(0), "ab", 1, runs[i%3][0], runs[i%3][1])
		}
	}))
	if got := strikes(t, b); got != want {
		t.Errorf("rich: %s", got)
	}
	b, err := openBytes(bare(func(b *biff) {
		struckFonts(b)
		for i := range 6 {
			b.rec(recRString, i, 0, i/3, 2, "ab", byte(1), byte(runs[i%3][0]), byte(runs[i%3][1]))
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	if got := strikes(t, b); got != want {
		t.Errorf("BIFF5: %s", got)
	}
}

func sharedRun(run [2]int) []byte { return le(2, byte(8), 1, "ab", run[0], run[1]) }
