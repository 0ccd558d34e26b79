package draft_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hbupload/internal/mapping"
	"hbupload/internal/mapping/draft"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/meaning"
	"hbupload/internal/rules"
	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

const idA, idB, idC = "130102197503111212", "130102197904121235", "13010219830513125X"

// sheetsDir writes CSV files of a folder, one a sheet, and returns the folder.
func sheetsDir(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// oneCSV is the path of a file with a text.
func oneCSV(t *testing.T, text string) string {
	t.Helper()
	return filepath.Join(sheetsDir(t, map[string]string{"one.csv": text}), "one.csv")
}

func options(t testing.TB) mapping.Options {
	t.Helper()
	dicts := sandbox.SampleSet()
	classes, err := meaning.NewClassifier(meaning.Config{Dicts: dicts})
	if err != nil {
		t.Fatal(err)
	}
	return mapping.Options{Dicts: dicts, Meanings: classes, Constants: map[spec.FieldID]mapping.Constant{spec.OhOrgCode: {Text: "130000001"},
		spec.ReportOrgName: {Text: "测试职业健康检查中心"}, spec.PreparerName: {Text: "填表人甲"}, spec.PreparerPhone: {Text: "13900000000"}}}
}

func propose(t testing.TB, path string) *draft.Draft {
	t.Helper()
	ctx := context.Background()
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	d, err := draft.Propose(ctx, in, "试样", options(t))
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("SHOW_DRAFT") != "" {
		t.Log("\n" + d.Text)
	}
	return d
}

// apply applies answers that must all fit.
func apply(t testing.TB, d *draft.Draft, answers ...draft.Answer) string {
	t.Helper()
	text, faults, err := draft.Apply(d.Text, answers, sandbox.SampleSet())
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, err.(*layout.Error).Hint(), text)
	}
	for _, f := range faults {
		t.Errorf("%s = %q: %s（%s）", answers[f.Answer].ID, answers[f.Answer].Text, f.Message, f.Fix)
	}
	return text
}

// judge keeps copies of all records with their findings.
type judge struct {
	checker  *rules.Checker
	records  []spec.Record
	findings []spec.Finding
	unused   []string
}

func (j *judge) Record(rec *spec.Record) error {
	kept := *rec
	kept.Hazards = append([]spec.Hazard(nil), rec.Hazards...)
	kept.Items = append([]spec.Item(nil), rec.Items...)
	j.records = append(j.records, kept)
	j.findings = j.checker.Check(rec, j.findings)
	return nil
}

func (j *judge) Restart() {
	j.records = nil
	j.findings = nil
}

// run reads an export by a mapping's text.
func run(t testing.TB, path, text string) *judge {
	t.Helper()
	lay, err := layout.Parse("试样.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, err.(*layout.Error).Hint(), text)
	}
	ctx := context.Background()
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	opts := options(t)
	opts.Layout = lay
	opts.TempDir = t.TempDir()
	src, err := mapping.Open(ctx, in, opts)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	checker, err := rules.New(rules.Config{Config: meaning.Config{Dicts: opts.Dicts}, Now: func() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	j := &judge{checker: checker}
	if err := src.Each(ctx, j); err != nil {
		t.Fatal(err)
	}
	j.unused = src.Accounts().Ignored
	return j
}

// errors are the errors among the findings, one a line.
func (j *judge) errors() string {
	out := ""
	for _, f := range j.findings {
		if f.Severity == spec.Error {
			out += f.Key + " " + f.Place.Cell() + " " + f.Path + " " + string(f.Rule) + ": " + f.Message + "\n"
		}
	}
	return out
}
