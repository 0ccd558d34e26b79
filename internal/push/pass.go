package push

import (
	"context"
	"errors"
	"hash/maphash"
	"slices"

	"hbupload/internal/census"
	"hbupload/internal/sense"
	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

var errRestart = errors.New("a sheet must be sorted first")

// firstPass collects the records of one reading.
type firstPass struct {
	Preparation
	ctx      context.Context //nolint:containedctx // of one reading; the visitor's methods take none
	census   *census.Census
	telling  *telling
	verified *verifier    // nil: nothing has been verified
	batch    *sense.Batch // nil: not asked
	records  []Record
	jobs     []job
	findings []spec.Finding
	relay    *relay
	restart  bool
	orphans  int
	json     []byte
	comparer *wire.Encoder // not nil: nobody asks for the sum of data.json
	seed     maphash.Seed
	zip      []byte
	waiting  []held
	about    about // of the current record
	words    sentences

	leaves      []wire.Leaf // of the current record
	digested    []byte      // and as the ledger keeps them
	mostlyKnown bool        // most of the last records were accepted before
}

func (f *firstPass) run(ctx context.Context) error {
	for _, src := range f.Sources {
		err := f.source(ctx, src)
		if err != nil && (f.Aside == nil || !f.Aside(src, err)) {
			return err
		}
	}
	if f.Spool == nil {
		return nil
	}
	if err := f.spool(); err != nil {
		return err
	}
	return f.Spool.Flush()
}

// source reads a source to its end, from its start again after each sheet that
// has to be sorted first. Nothing is kept of one that fails.
func (f *firstPass) source(ctx context.Context, src Source) error {
	from := f.mark()
	for {
		f.restart = false
		err := f.once(ctx, src)
		if err == nil {
			return nil
		}
		if back := f.rewind(from); back != nil {
			return back
		}
		if !errors.Is(err, errRestart) {
			return err
		}
	}
}

// once reads a source as it stands.
func (f *firstPass) once(ctx context.Context, src Source) error {
	if err := f.makeRoom(ctx, src); err != nil {
		return err
	}
	if err := f.read(ctx, src); err != nil {
		return err
	}
	if f.restart {
		return errRestart
	}
	for _, o := range src.Orphans() {
		f.census.Orphan(o)
		f.orphans++
	}
	return src.Unchanged(ctx)
}

// mark is how far a first pass has come.
type mark struct {
	records, jobs, findings, orphans int
	census                           census.Mark
}

func (f *firstPass) mark() mark {
	return mark{len(f.records), len(f.jobs), len(f.findings), f.orphans, f.census.Mark()}
}

// rewind forgets what came of a source that is read again or left out. What it
// wrote to the spool stays there unused, unless nothing else is in it.
func (f *firstPass) rewind(to mark) error {
	f.records = f.records[:to.records]
	f.jobs = f.jobs[:to.jobs]
	f.findings = f.findings[:to.findings]
	f.orphans = to.orphans
	f.census.Rewind(to.census)
	if f.batch != nil {
		f.batch.Rewind(to.records)
	}
	f.waiting = slices.DeleteFunc(f.waiting, func(h held) bool { return h.ordinal >= to.records })
	if f.Spool != nil && to.records == 0 {
		return f.Spool.Reset()
	}
	return nil
}

// read hands a source's records to the checks, which work beside the reading.
func (f *firstPass) read(ctx context.Context, src Source) error {
	f.relay = newRelay(f.take)
	err := src.Each(ctx, f)
	if late := f.relay.close(); err == nil {
		err = late
	}
	return err
}

// makeRoom asks a source that can tell how many records it will yield.
func (f *firstPass) makeRoom(ctx context.Context, src Source) error {
	counted, ok := src.(interface {
		Persons(ctx context.Context) (int, error)
	})
	if !ok {
		return nil
	}
	n, err := counted.Persons(ctx)
	if err != nil {
		return err
	}
	f.records = slices.Grow(f.records, n)
	f.census.Grow(n)
	if f.Spool != nil || f.Digester != nil {
		f.jobs = slices.Grow(f.jobs, n)
	}
	return nil
}

// Restart implements spec.Visitor: what came of the source so far is forgotten.
func (f *firstPass) Restart() { f.restart = true }

// Record implements spec.Visitor.
func (f *firstPass) Record(rec *spec.Record) error {
	if f.restart {
		return errRestart
	}
	return f.relay.pass(rec)
}
