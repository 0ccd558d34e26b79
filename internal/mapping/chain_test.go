package mapping

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/meaning"
	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

// chained tells why a value may be sent: its text is its cell's, or steps lead
// from the cell, a constant or named derivation to it without a gap.
func chained(v *spec.Value) string {
	if v.Text == "" {
		return ""
	}
	if len(v.Steps) == 0 {
		if v.Text != trimmed(v.Raw) {
			return "no step from " + v.Raw + " to " + v.Text
		}
		if v.Place.Cell() == "" {
			return "a text without a cell: " + v.Text
		}
		return ""
	}
	made := false
	for _, s := range v.Steps {
		switch s.Kind {
		case spec.StepConstant, spec.StepDerived, spec.StepItemsTable, spec.StepInherited, spec.StepSymbol:
			made = true
		}
		if s.Note == "" {
			return "a step that does not say why"
		}
	}
	if last := v.Steps[len(v.Steps)-1]; last.To != v.Text {
		return "the last step leads to " + last.To + " and not to " + v.Text
	}
	if !made && (v.Cell == spec.CellNone || v.Cell == spec.CellBlank || v.Place.Cell() == "") {
		return "steps from a cell that is not there"
	}
	return ""
}

// judgeChains holds every leaf that wire would send against the record's
// values: each must be one of them, and that value must have a chain (issue 4,
// point 6; promise P3).
func judgeChains(t interface {
	Errorf(string, ...any)
}, rec *spec.Record) {
	at := map[string]*spec.Value{}
	for _, f := range spec.Fields(spec.SectionPerson, spec.SectionHistory) {
		at[f.ID.Path(0, 0)] = rec.At(f.ID)
	}
	for i := range rec.Hazards {
		for _, f := range spec.Fields(spec.SectionHazard) {
			at[f.ID.Path(i, 0)] = rec.Hazards[i].At(f.ID)
		}
	}
	for i := range rec.Items {
		it := &rec.Items[i]
		for _, f := range spec.Fields(spec.SectionItem) {
			if path := f.ID.Path(it.Class, it.Index); at[path] == nil {
				at[path] = it.At(f.ID)
			}
		}
	}
	doc, err := wire.Open(wire.NewEncoder(wire.Options{OccuDisease: "omit"}).Encode(nil, rec))
	if err != nil {
		t.Errorf("%s: %v", rec.Key, err)
		return
	}
	for _, leaf := range doc.Leaves() {
		v := at[leaf.Path]
		switch {
		case v == nil:
			t.Errorf("%s: the leaf %s is no value of the record", rec.Key, leaf.Path)
		case v.Text != leaf.Text:
			t.Errorf("%s: the leaf %s is %q, the value %q", rec.Key, leaf.Path, leaf.Text, v.Text)
		default:
			if why := chained(v); v.Fault == nil && why != "" {
				t.Errorf("%s %s: %s (%+v)", rec.Key, leaf.Path, why, v)
			}
		}
	}
}

// TestEveryLeafHasAChain on the standard workbook and on generated people.
func TestEveryLeafHasAChain(t *testing.T) {
	t.Parallel()
	many := filepath.Join(t.TempDir(), "many.xlsx")
	if err := sample.WriteXLSX(context.Background(), many, sample.People(100, 9)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"../../testdata/standard.xlsx", "../../testdata/standard-gb18030", "../../testdata/standard-utf8.zip", many} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			o := Options{Constants: map[spec.FieldID]Constant{spec.Propose: {Text: "常数", Where: "institution.x"}, spec.OhOrgCode: {Text: "1", Where: "institution.ohOrgCode"}}}
			c, _ := readFile(t, path, o)
			for i := range c.records {
				judgeChains(t, &c.records[i])
			}
		})
	}
}

// TestEveryLeafHasAChainWhateverTheCells: cells drawn at random, of every
// kind, in random columns of the standard workbook.
func TestEveryLeafHasAChainWhateverTheCells(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := sample.WriteXLSX(context.Background(), path, sample.All(sample.Standard()[:12])); err != nil {
		t.Fatal(err)
	}
	o := withMeanings(t, Options{}, meaning.Config{ItemsTable: map[string]meaning.ItemSpec{"10001": {Lower: "90", Upper: "139"}}})
	words := []string{"", "未检", "噪声", "2008", "噪声、高温", "电焊工", "＜0.01", "<5", " 12.50 ", "１２", "2024/5/6", "05/06/2024", "44927", "是", "男", "1", "01", "130102196801011012", "13010219730228116x", "在岗期间", "3", "葡萄糖", "从不吸", "'7", "1.30102E+17"}
	for seed := range uint64(15) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			edited := filepath.Join(t.TempDir(), "b.xlsx")
			scatter(t, path, edited, rand.New(rand.NewPCG(seed, 1)), words)
			c, _ := readFile(t, edited, o)
			for i := range c.records {
				judgeChains(t, &c.records[i])
			}
		})
	}
}

// scatter writes a copy of a workbook with cells drawn at random.
func scatter(t *testing.T, from, to string, r *rand.Rand, words []string) {
	t.Helper()
	book, err := excelize.OpenFile(from)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	numbers := []float64{0, 1, 2, -3, 0.5, 44927, 20240506, 1.30102e17}
	for _, sheet := range []spec.SheetID{spec.SheetPerson, spec.SheetHazard, spec.SheetItem} {
		for range 40 {
			cell, _ := excelize.CoordinatesToCellName(2+r.IntN(len(spec.SheetFields(sheet))-1), 2+r.IntN(12))
			switch r.IntN(5) {
			case 0:
				err = book.SetCellFloat(sheet.String(), cell, numbers[r.IntN(len(numbers))], -1, 64)
			case 1:
				err = book.SetCellBool(sheet.String(), cell, true)
			default:
				err = book.SetCellStr(sheet.String(), cell, words[r.IntN(len(words))])
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := book.SaveAs(to); err != nil {
		t.Fatal(err)
	}
}
