package mapping_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"hbupload/internal/mapping"
	"hbupload/internal/meaning"
	"hbupload/internal/rules"
	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// judge reads an input by the sample dictionaries and collects what the checks
// say of it.
type judge struct {
	t        *testing.T
	checker  *rules.Checker
	records  []spec.Record
	findings []spec.Finding
}

func (j *judge) Record(rec *spec.Record) error {
	kept := *rec
	kept.Hazards = append([]spec.Hazard(nil), rec.Hazards...)
	kept.Items = append([]spec.Item(nil), rec.Items...)
	j.records = append(j.records, kept)
	j.findings = j.checker.Check(rec, j.findings)
	return nil
}

func (j *judge) Restart() { j.records, j.findings = nil, nil }

func read(t *testing.T, path string) (*judge, mapping.Accounts) {
	t.Helper()
	ctx := context.Background()
	in, err := table.Open(ctx, path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	dicts := sandbox.SampleSet()
	classes, err := meaning.NewClassifier(meaning.Config{Dicts: dicts})
	if err != nil {
		t.Fatal(err)
	}
	src, err := mapping.Open(ctx, in, mapping.Options{Dicts: dicts, Meanings: classes, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	checker, err := rules.New(rules.Config{Config: meaning.Config{Dicts: dicts}, Now: func() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	j := &judge{t: t, checker: checker}
	if err := src.Each(ctx, j); err != nil {
		t.Fatal(err)
	}
	acc := src.Accounts()
	// The persons' rows came from memory; a second time their sheet is read.
	again := &judge{t: t, checker: checker}
	if err := src.Each(ctx, again); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.findings, j.findings) || !reflect.DeepEqual(again.records, j.records) || !reflect.DeepEqual(src.Accounts(), acc) {
		t.Errorf("a second reading differs:\n%+v\n%+v", src.Accounts(), acc)
	}
	return j, acc
}

func TestStandardWorkbookHasNoErrors(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"../../testdata/standard.xlsx", "../../testdata/standard-gb18030", "../../testdata/standard-utf8.zip"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			j, acc := read(t, path)
			if len(j.records) < 30 {
				t.Errorf("%d records, want at least 30", len(j.records))
			}
			for _, f := range j.findings {
				if f.Severity == spec.Error {
					t.Errorf("%s %s %s %s: %s", f.Key, f.Place.Cell(), f.Path, f.Rule, f.Message)
				}
			}
			if acc.Read != acc.Used+len(acc.Skipped) {
				t.Errorf("rows: read %d, used %d, skipped %d", acc.Read, acc.Used, len(acc.Skipped))
			}
		})
	}
}
