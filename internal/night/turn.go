package night

import (
	"context"
	"errors"
	"io/fs"

	"hbupload/internal/mapping"
	"hbupload/internal/push"
	"hbupload/internal/run"
	"hbupload/internal/spec"
)

// errUnsettled marks a file that was written to while it was read.
var errUnsettled = errors.New("the file changed while it was read")

// turn is an input of sync. Its file is opened when its turn comes and let go
// of when it has been read, so that any number of files takes the memory and
// the descriptors of one. Its own errors name it (fileError).
type turn struct {
	*run.Input
	app  *run.Env
	opts mapping.Options
	sums func(ctx context.Context, path string) (string, error)
}

// turns are inputs that are not opened yet.
func (st *station) turns(paths []string, opts mapping.Options) (run.Inputs, []push.Source) {
	all := make(run.Inputs, len(paths))
	sources := make([]push.Source, len(paths))
	for i, path := range paths {
		all[i] = &run.Input{Path: path}
		sources[i] = &turn{Input: all[i], app: st.Env, opts: opts, sums: st.mover.Sum}
	}
	return all, sources
}

func (t *turn) blame(err error) error { return &run.FileError{Path: t.Path, Sum: t.Sum, Err: err} }

// begin opens the file. Its digest is taken before: a file that cannot be read
// has to be known by it too.
func (t *turn) begin(ctx context.Context) error {
	if t.Source != nil {
		return nil
	}
	sum, err := t.sums(ctx, t.Path)
	if err != nil {
		return &fs.PathError{Op: "read", Path: t.Path, Err: err}
	}
	t.Sum = sum
	in, err := run.OpenInput(ctx, t.app, t.Path, t.opts)
	if err != nil {
		return err
	}
	*t.Input = *in
	if in.Sum != sum {
		return errUnsettled
	}
	return nil
}

// Persons looks ahead into the file.
func (t *turn) Persons(ctx context.Context) (int, error) {
	if err := t.begin(ctx); err != nil {
		return 0, t.blame(err)
	}
	n, err := t.Input.Persons(ctx)
	if err != nil {
		return 0, t.blame(err)
	}
	return n, nil
}

// Each implements push.Source. What the visitor complains of (a full disk under
// the spool, a sheet to be sorted first) is nothing of the file's.
func (t *turn) Each(ctx context.Context, visit spec.Visitor) error {
	w := &watched{Visitor: visit}
	err := t.Input.Each(ctx, w)
	if err == nil || (w.err != nil && errors.Is(err, w.err)) {
		return err
	}
	return t.blame(err)
}

// Unchanged implements push.Source: the file's turn is over.
func (t *turn) Unchanged(ctx context.Context) error {
	if err := t.Input.Unchanged(ctx); err != nil {
		return t.blame(errors.Join(err, errUnsettled))
	}
	acc := t.Accounts()
	if err := run.AddsUp(t.Path, &acc); err != nil {
		return t.blame(err)
	}
	t.Read = &acc
	t.Source = nil
	return t.Table.Release()
}

// drop closes what was opened of a file that is left out.
func (t *turn) drop() {
	if t.Table != nil {
		_ = t.Table.Close()
	}
	t.Table = nil
	t.Source = nil
}

// watched remembers what a visitor complained of.
type watched struct {
	spec.Visitor
	err error
}

// Record implements spec.Visitor.
func (w *watched) Record(rec *spec.Record) error {
	w.err = w.Visitor.Record(rec)
	return w.err
}
