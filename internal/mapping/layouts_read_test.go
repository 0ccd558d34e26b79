package mapping_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/meaning"
	"hbupload/internal/rules"
	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// mapRead reads an input by a mapping file with the sample dictionaries.
func mapRead(t testing.TB, input, file string) (*judge, *mapping.Source) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lay, err := layout.Parse(file, text)
	if err != nil {
		t.Fatal(err)
	}
	j, src, err := mapInput(t, input, lay)
	if err != nil {
		t.Fatal(err)
	}
	return j, src
}

// openLayout opens an input that must fit its mapping.
func openLayout(t testing.TB, input string, lay *layout.Layout) *mapping.Source {
	t.Helper()
	src, err := tryLayout(t, input, lay)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func tryLayout(t testing.TB, input string, lay *layout.Layout) (*mapping.Source, error) {
	t.Helper()
	ctx := context.Background()
	in, err := table.Open(ctx, input, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	dicts := sandbox.SampleSet()
	classes, err := meaning.NewClassifier(meaning.Config{Dicts: dicts})
	if err != nil {
		t.Fatal(err)
	}
	return mapping.Open(ctx, in, mapping.Options{Dicts: dicts, Meanings: classes, TempDir: t.TempDir(), Layout: lay,
		Constants: map[spec.FieldID]mapping.Constant{spec.OhOrgCode: {Text: "130000001"}, spec.ReportOrgName: {Text: "测试职业健康检查中心"}, spec.PreparerName: {Text: "填表人甲"}, spec.PreparerPhone: {Text: "13900000000"}}})
}

func mapInput(t testing.TB, input string, lay *layout.Layout) (*judge, *mapping.Source, error) {
	t.Helper()
	src, err := tryLayout(t, input, lay)
	if err != nil {
		return nil, nil, err
	}
	dicts := sandbox.SampleSet()
	checker, err := rules.New(rules.Config{Config: meaning.Config{Dicts: dicts}, Now: func() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	j := &judge{checker: checker}
	return j, src, src.Each(context.Background(), j)
}

// TestLayouts reads a small file of each shape in testdata/layouts and compares every
// value with a golden file.
func TestLayouts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ dir, file string }{{"a", "export.xlsx"}, {"b", "export.xlsx"}, {"c", "export.xlsx"}, {"d", "export.csv"}} {
		t.Run(c.dir, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("..", "..", "testdata", "layouts", c.dir)
			j, src := mapRead(t, filepath.Join(dir, c.file), filepath.Join(dir, c.dir+".mapping.yaml"))
			for _, f := range j.findings {
				if f.Severity == spec.Error {
					t.Errorf("%s %s %s %s: %s", f.Key, f.Place.Cell(), f.Path, f.Rule, f.Message)
				}
			}
			acc := src.Accounts()
			if acc.Read != acc.Used+len(acc.Skipped) || len(acc.Orphans) > 0 {
				t.Errorf("rows: read %d, used %d, skipped %v, orphans %v", acc.Read, acc.Used, acc.Skipped, acc.Orphans)
			}
			compareGolden(t, filepath.Join(dir, "records.golden.json"), flatten(j.records))
		})
	}
}

// flatten is every value of every record that is not blank, by its path, with
// the cell it came from.
func flatten(records []spec.Record) []map[string]string {
	var out []map[string]string
	for r := range records {
		rec, one := &records[r], map[string]string{"key": records[r].Key}
		put := func(path string, v *spec.Value) {
			if v.Text != "" {
				one[path] = v.Text + " ← " + v.Place.Cell()
			}
		}
		for _, f := range spec.Fields(spec.SectionPerson, spec.SectionHistory, spec.SectionHelper) {
			put(f.ID.Path(0, 0), rec.At(f.ID))
		}
		for i := range rec.Hazards {
			for _, f := range spec.Fields(spec.SectionHazard) {
				put(f.ID.Path(i, 0), rec.Hazards[i].At(f.ID))
			}
		}
		for i := range rec.Items {
			it := &rec.Items[i]
			for _, f := range spec.Fields(spec.SectionItem) {
				put(f.ID.Path(it.Class, it.Index), it.At(f.ID))
			}
		}
		out = append(out, one)
	}
	return out
}

func compareGolden(t *testing.T, path string, got any) {
	t.Helper()
	text, err := json.MarshalIndent(got, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE_LAYOUTS") != "" {
		if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(text)+"\n" {
		t.Errorf("%s differs from what was read (UPDATE_LAYOUTS=1 rewrites it):\n%s", path, text)
	}
}
