package push

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/mapping"
	"hbupload/internal/meaning"
	"hbupload/internal/rules"
	"hbupload/internal/sandbox"
	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/wire"
)

// export is a file of invented people as the command would read it.
type export struct {
	*mapping.Source
	table   *table.Input
	changed error
	reads   int
}

func (x *export) Each(ctx context.Context, v spec.Visitor) error {
	x.reads++
	return x.Source.Each(ctx, v)
}
func (x *export) Orphans() []spec.Orphan          { return x.Accounts().Orphans }
func (x *export) Unchanged(context.Context) error { return x.changed }

var _ Source = (*export)(nil)

// newExport writes people into a folder and opens it.
func newExport(t *testing.T, src sample.Source) *export {
	t.Helper()
	dir := t.TempDir()
	if err := sample.WriteCSVDir(t.Context(), dir, src, false); err != nil {
		t.Fatal(err)
	}
	in, err := table.Open(t.Context(), dir, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	classes, err := meaning.NewClassifier(meaning.Config{Dicts: sandbox.SampleSet()})
	if err != nil {
		t.Fatal(err)
	}
	source, err := mapping.Open(t.Context(), in, mapping.Options{Dicts: sandbox.SampleSet(), Meanings: classes, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return &export{Source: source, table: in}
}

func newPreparation(t *testing.T, sources ...Source) Preparation {
	t.Helper()
	policy, err := rules.NewPolicy(nil, false)
	if err != nil {
		t.Fatal(err)
	}
	checker, err := rules.New(rules.Config{Config: meaning.Config{Dicts: sandbox.SampleSet()}, Policy: policy, Now: func() time.Time { return sample.Day(2026, 11, 23) }})
	if err != nil {
		t.Fatal(err)
	}
	spool, err := NewSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(spool.Close)
	return Preparation{Sources: sources, Checker: checker, Encoder: wire.NewEncoder(wire.Options{Base64: wire.Base64None, Suspected: checker.IsSuspected}),
		Zipper: wire.NewZipper(wire.DefaultLevel), Spool: spool, Digester: ledger.NewDigester(make([]byte, ledger.KeySize))}
}

// holds compares the spooled records with what each person must become.
func holds(t *testing.T, b *Batch, src sample.Source) {
	t.Helper()
	if len(b.Records) != src.N {
		t.Fatalf("%d records of %d people", len(b.Records), src.N)
	}
	n := 0
	err := b.Build(context.Background(), func(r *Record, zip []byte) error {
		p := src.At(n)
		n++
		text, err := wire.Unzip(zip)
		if err != nil || r.Key != p.Key || !bytes.Equal(text, p.DataJSON(sample.Plain)) {
			t.Errorf("record %d is %s, want %s (%v)\n%s", n, r.Key, p.Key, err, text)
		}
		return nil
	})
	if err != nil || n != src.N {
		t.Fatalf("%d built, %v", n, err)
	}
}

func TestPrepare(t *testing.T) {
	t.Parallel()
	src := sample.People(60, 11)
	p := newPreparation(t, newExport(t, src))
	seen := &scene{t: t}
	p.Observer = seen
	b, err := Prepare(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Findings) != 0 || b.Sendable() != 60 || len(seen.kinds(EventReading)) != 60 {
		t.Errorf("%d findings, %d sendable, %d events", len(b.Findings), b.Sendable(), len(seen.events))
	}
	ids := map[ledger.Digest]bool{}
	for i := range b.jobs {
		sent, err := b.open(i)
		if err != nil {
			t.Fatal(err)
		}
		e := sent.entry
		ids[e.Identity] = true
		if e.Key != src.At(i).Key || e.RowKey || e.Institution == "" || len(e.Leaves) == 0 {
			t.Fatalf("entry %+v", e)
		}
	}
	if len(ids) != 60 {
		t.Errorf("%d identities of 60 people", len(ids))
	}
	holds(t, b, src)
}

// TestPrepareRestarts: a child sheet in another order is sorted, every record is
// there once, nothing of the first try is left, also when it is the second file.
func TestPrepareRestarts(t *testing.T) {
	t.Parallel()
	shuffled := sample.People(80, 12)
	shuffled.Shuffled = true
	for _, before := range []int{0, 30} {
		all := sample.People(80+before, 12)
		sources := []Source{}
		if before > 0 {
			sources = append(sources, newExport(t, sample.Source{N: before, At: func(i int) sample.Person { return all.At(80 + i) }}))
		}
		second := newExport(t, shuffled)
		b, err := Prepare(t.Context(), newPreparation(t, append(sources, second)...))
		if err != nil {
			t.Fatal(err)
		}
		if second.reads < 2 {
			t.Fatal("no restart: the test is about nothing")
		}
		for _, f := range b.Findings {
			t.Errorf("%s %s: %s", f.Key, f.Rule, f.Message)
		}
		holds(t, b, sample.Source{N: 80 + before, At: func(i int) sample.Person {
			if i < before {
				return all.At(80 + i)
			}
			return all.At(i - before)
		}})
	}
}

// TestPrepareChanged: a file that changed while it was read sends nothing.
func TestPrepareChanged(t *testing.T) {
	t.Parallel()
	x := newExport(t, sample.People(3, 1))
	x.changed = errors.New("changed")
	if b, err := Prepare(t.Context(), newPreparation(t, x)); !errors.Is(err, x.changed) || b != nil {
		t.Errorf("%v, %v", b, err)
	}
}

func TestPrepareCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Prepare(ctx, newPreparation(t, newExport(t, sample.People(300, 1)))); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

func keys(b *Batch) []string {
	var out []string
	for _, r := range b.Records {
		out = append(out, r.Key+":"+string(r.State))
	}
	return out
}

func TestOnlyAndLimit(t *testing.T) {
	t.Parallel()
	src := sample.People(9, 4)
	k := func(i int) string { return src.At(i).Key }
	for name, c := range map[string]struct {
		only  []string
		limit int
		want  []string
		kind  string
	}{
		"only":            {only: []string{k(7), k(2), k(2)}, want: []string{k(2) + ":valid", k(7) + ":valid"}},
		"limit":           {limit: 2, want: []string{k(0) + ":valid", k(1) + ":valid"}},
		"both":            {only: []string{k(5), k(6), k(7)}, limit: 2, want: []string{k(5) + ":valid", k(6) + ":valid"}},
		"nobody":          {only: []string{k(1), "TJ9"}, kind: "usage"},
		"a large limit":   {limit: 99, only: []string{k(8)}, want: []string{k(8) + ":valid"}},
		"nobody, limited": {limit: 3, only: []string{"TJ9"}, kind: "usage"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPreparation(t, newExport(t, src))
			p.Only, p.Limit = c.only, c.limit
			b, err := Prepare(t.Context(), p)
			if kind(err) != c.kind {
				t.Fatalf("err = %v", err)
			}
			if err == nil && !slices.Equal(keys(b), c.want) {
				t.Errorf("%v, want %v", keys(b), c.want)
			}
		})
	}
}

// twin is person b with all rows of person a, but for the exam key.
func twin(a, b sample.Person) sample.Person {
	again := func(row []sample.Cell) []sample.Cell {
		out := slices.Clone(row)
		for i := range out {
			if out[i].Text == a.Key {
				out[i].Text = b.Key
			}
		}
		return out
	}
	t := sample.Person{Key: b.Key, Row: again(a.Row)}
	for _, r := range a.Hazards {
		t.Hazards = append(t.Hazards, again(r))
	}
	for _, r := range a.Items {
		t.Items = append(t.Items, again(r))
	}
	return t
}

// TestRepeated: who stands twice is sent once, whichever of the two is asked for.
func TestRepeated(t *testing.T) {
	t.Parallel()
	p := sample.People(4, 9)
	src := sample.All([]sample.Person{p.At(0), p.At(1), twin(p.At(0), p.At(2)), twin(p.At(0), p.At(3))})
	k := []string{p.At(0).Key, p.At(1).Key, p.At(2).Key, p.At(3).Key}
	for name, c := range map[string]struct{ only, want []string }{
		"all":             {nil, []string{k[0] + ":valid", k[1] + ":valid", k[2] + ":skipped", k[3] + ":skipped"}},
		"only the twin":   {[]string{k[2]}, []string{k[2] + ":valid"}},
		"only both twins": {[]string{k[2], k[3]}, []string{k[2] + ":valid", k[3] + ":skipped"}},
		"one of each":     {[]string{k[0], k[3]}, []string{k[0] + ":valid", k[3] + ":skipped"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			prep := newPreparation(t, newExport(t, src))
			prep.Only = c.only
			b, err := Prepare(t.Context(), prep)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(keys(b), c.want) {
				t.Errorf("%v, want %v", keys(b), c.want)
			}
			for _, x := range b.Findings {
				if x.Record >= 0 && b.Records[x.Record].Key != x.Key {
					t.Errorf("finding of %s hangs on %s", x.Key, b.Records[x.Record].Key)
				}
			}
		})
	}
}

// TestWithheld: errors withhold a record, and orphan rows are counted.
func TestWithheld(t *testing.T) {
	t.Parallel()
	p := sample.People(5, 9)
	bad, orphan := p.At(1), p.At(4)
	bad.Row = slices.Clone(bad.Row)
	for i := range bad.Row {
		if strings.HasPrefix(bad.Row[i].Text, "测试") && bad.Row[i].Text == nameOf(bad) {
			bad.Row[i].Text = ""
		}
	}
	people := []sample.Person{p.At(0), bad, p.At(2), p.At(3)}
	people[3].Hazards = append(slices.Clone(people[3].Hazards), orphan.Hazards...)
	b, err := Prepare(t.Context(), newPreparation(t, newExport(t, sample.All(people))))
	if err != nil {
		t.Fatal(err)
	}
	if got := states(b); !slices.Equal(got, []State{Valid, Invalid, Valid, Valid}) || b.Orphans != len(orphan.Hazards) {
		t.Errorf("%v, %d orphans", got, b.Orphans)
	}
	if ExitCode(b.Records, b.Orphans, false) != fault.ExitFindings || ExitCode(nil, 1, false) != fault.ExitFindings || ExitCode(nil, 0, false) != fault.ExitOK {
		t.Error("exit codes")
	}
	if b.Records[1].SHA256() != "" {
		t.Error("a withheld record has a content that will never be sent")
	}
}

// nameOf is the cell of patientName.
func nameOf(p sample.Person) string {
	for i, f := range spec.SheetFields(spec.SheetPerson) {
		if f.ID == spec.PatientName {
			return p.Row[i].Text
		}
	}
	return ""
}
