package bench

import (
	"context"
	"runtime"
	"testing"
	"time"

	"hbupload/internal/mapping"
	"hbupload/internal/meaning"
	"hbupload/internal/push"
	"hbupload/internal/rules"
	"hbupload/internal/sandbox"
	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/wire"
)

// opened is an input as the engine takes it.
type opened struct{ *mapping.Source }

func (o opened) Orphans() []spec.Orphan          { return o.Accounts().Orphans }
func (o opened) Unchanged(context.Context) error { return nil }

// peakHeap is the largest live heap while a folder of n people is read,
// checked, encoded and spooled.
func peakHeap(t *testing.T, n int, shuffled bool) (peak uint64) {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	src := sample.People(n, 7)
	src.Shuffled = shuffled
	if err := sample.WriteCSVDir(ctx, dir, src, false); err != nil {
		t.Fatal(err)
	}
	in, err := table.Open(ctx, dir, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	means := meaning.Config{Dicts: sandbox.SampleSet()}
	checker, err := rules.New(rules.Config{Config: means, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := mapping.Open(ctx, in, mapping.Options{Dicts: means.Dicts, Meanings: checker.Classifier, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	spool, err := push.NewSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	batch, err := push.Prepare(ctx, push.Preparation{Sources: []push.Source{opened{rows}}, Checker: checker, Spool: spool,
		Encoder: wire.NewEncoder(wire.Options{}), Zipper: wire.NewZipper(wire.DefaultLevel),
		Each: func(ordinal int, _ *spec.Record) {
			if ordinal%(n/8) != n/8-1 {
				return
			}
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}})
	if err != nil {
		t.Fatal(err)
	}
	defer batch.Close()
	if len(batch.Records) != n {
		t.Fatalf("%d records of %d people", len(batch.Records), n)
	}
	return peak
}

// TestMemoryStaysFlat: ten times the input at most doubles what is live at any
// moment, sorted alike or not.
func TestMemoryStaysFlat(t *testing.T) {
	const few = 800
	for name, shuffled := range map[string]bool{"sorted alike": false, "shuffled": true} {
		small := peakHeap(t, few, shuffled)
		large := peakHeap(t, 10*few, shuffled)
		t.Logf("%s: %d KiB for %d people, %d KiB for %d", name, small>>10, few, large>>10, 10*few)
		if large > 2*small && !shuffled {
			t.Errorf("%s: ten times the input takes %.1f times the memory", name, float64(large)/float64(small))
		}
		// Sorting may fill its bounded buffers, two sheets' worth, and no more.
		const buffers = 2 * 16 << 20
		if shuffled && large > 2*small+buffers {
			t.Errorf("%s: %d KiB for %d people, %d KiB for %d", name, small>>10, few, large>>10, 10*few)
		}
	}
}
