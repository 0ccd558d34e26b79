package rules_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"hbupload/internal/mapping"
	"hbupload/internal/meaning"
	"hbupload/internal/rules"
	"hbupload/internal/sandbox"
	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

// stopwatch checks every record and keeps the time that took.
type stopwatch struct {
	checker *rules.Checker
	found   []spec.Finding
	records int
	spent   time.Duration
}

func (s *stopwatch) Restart() {}

func (s *stopwatch) Record(r *spec.Record) error {
	began := time.Now()
	s.found = s.checker.Check(r, s.found[:0])
	s.spent += time.Since(began)
	s.records++
	return nil
}

// BenchmarkShare reads and checks a workbook the way validate does; it tells what
// the checks cost a record and their share of the whole.
func BenchmarkShare(b *testing.B) {
	const people = 200
	ctx, path := context.Background(), filepath.Join(b.TempDir(), "share.xlsx")
	if err := sample.WriteXLSX(ctx, path, sample.People(people, 3)); err != nil {
		b.Fatal(err)
	}
	checker, err := rules.New(rules.Config{Config: meaning.Config{Dicts: sandbox.SampleSet()}})
	if err != nil {
		b.Fatal(err)
	}
	watch := &stopwatch{checker: checker}
	for b.Loop() {
		in, err := table.Open(ctx, path, table.Options{})
		if err != nil {
			b.Fatal(err)
		}
		src, err := mapping.Open(ctx, in, mapping.Options{Dicts: checker.Dicts(), Meanings: checker.Classifier, TempDir: b.TempDir()})
		if err == nil {
			err = src.Each(ctx, watch)
		}
		if err != nil {
			b.Fatal(err)
		}
		_ = in.Close()
	}
	b.ReportMetric(float64(watch.spent.Nanoseconds())/float64(watch.records), "ns/check")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(watch.records), "ns/record")
	b.ReportMetric(100*watch.spent.Seconds()/b.Elapsed().Seconds(), "%checks")
}
