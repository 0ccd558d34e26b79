package mapping

import (
	"fmt"
	"reflect"
	"testing"

	"hbupload/internal/spec"
	"hbupload/internal/table/grid"
)

// TestRecall: a cell that is remembered gives the value of one that is coded, and
// cells that differ in anything are told apart.
func TestRecall(t *testing.T) {
	t.Parallel()
	var cells []grid.Cell
	for _, text := range []string{"1", "1.0", "男", " 男 ", "阴性", "5.2", "５.２", "45000", "2024-05-01", "", "1-3", "无", "?", "\u200b1", "0.10", "10%", "这是一段比四十个字节还要长得多的检查结果文字说明"} {
		cells = append(cells, grid.Cell{Kind: grid.Text, Text: text}, grid.Cell{Kind: grid.Untyped, Text: text}, grid.Cell{Kind: grid.Text, Text: text, Struck: true})
	}
	for _, n := range []float64{1, 0.1, 5.2, 45000, 45000.5} {
		text := fmt.Sprint(n)
		cells = append(cells, grid.Cell{Kind: grid.Number, Text: text, Num: n}, grid.Cell{Kind: grid.Number, Text: text, Num: n, Percent: true, Format: "0%"},
			grid.Cell{Kind: grid.Date, Text: text, Num: n, Format: "yyyy-mm-dd"}, grid.Cell{Kind: grid.Number, Text: text, Num: n + 1})
	}
	c := testCoder(t, Options{}, false)
	for _, date1904 := range []bool{false, true} {
		c.date1904 = date1904
		for range 2 { // the second time from memory
			for _, f := range spec.Fields() {
				for i := range cells {
					var got, want spec.Value
					c.value(&got, &f, &cells[i])
					c.valueOf(&want, &f, &cells[i], cellKind(cells[i].Kind))
					if !reflect.DeepEqual(plainValue(got), plainValue(want)) {
						t.Fatalf("%s, cell %+v:\n got %+v\nwant %+v", f.Label, cells[i], got, want)
					}
				}
			}
		}
	}
}

// plainValue makes no difference between no steps and an empty list of them.
func plainValue(v spec.Value) spec.Value {
	if len(v.Steps) == 0 {
		v.Steps = nil
	}
	if len(v.Parts) == 0 {
		v.Parts = nil
	}
	return v
}
