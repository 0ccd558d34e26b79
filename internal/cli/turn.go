package cli

import (
	"context"
	"errors"
	"io/fs"

	"hbupload/internal/mapping"
	"hbupload/internal/push"
	"hbupload/internal/spec"
)

// fileError is an error that one input brought about by itself.
type fileError struct {
	path string
	sum  string // of the file's bytes when its turn came, "" if it could not be read at all
	err  error
}

// Error implements error: the sentence names the file already.
func (e *fileError) Error() string { return e.err.Error() }

// Unwrap gives the error itself.
func (e *fileError) Unwrap() error { return e.err }

// errUnsettled marks a file that was written to while it was read.
var errUnsettled = errors.New("the file changed while it was read")

// turn is an input of sync. Its file is opened when its turn comes and let go
// of when it has been read, so that any number of files takes the memory and
// the descriptors of one. Its own errors name it (fileError).
type turn struct {
	*input
	app  *app
	opts mapping.Options
	sums func(ctx context.Context, path string) (string, error)
}

// turns are inputs that are not opened yet.
func (st *station) turns(paths []string, opts mapping.Options) (inputs, []push.Source) {
	all := make(inputs, len(paths))
	sources := make([]push.Source, len(paths))
	for i, path := range paths {
		all[i] = &input{path: path}
		sources[i] = &turn{input: all[i], app: st.app, opts: opts, sums: st.mover.Sum}
	}
	return all, sources
}

func (t *turn) blame(err error) error { return &fileError{path: t.path, sum: t.sum, err: err} }

// begin opens the file. Its digest is taken before: a file that cannot be read
// has to be known by it too.
func (t *turn) begin(ctx context.Context) error {
	if t.source != nil {
		return nil
	}
	sum, err := t.sums(ctx, t.path)
	if err != nil {
		return &fs.PathError{Op: "read", Path: t.path, Err: err}
	}
	t.sum = sum
	in, err := t.app.openInput(ctx, t.path, t.opts)
	if err != nil {
		return err
	}
	*t.input = *in
	if in.sum != sum {
		return errUnsettled
	}
	return nil
}

// Persons looks ahead into the file.
func (t *turn) Persons(ctx context.Context) (int, error) {
	if err := t.begin(ctx); err != nil {
		return 0, t.blame(err)
	}
	n, err := t.input.Persons(ctx)
	if err != nil {
		return 0, t.blame(err)
	}
	return n, nil
}

// Each implements push.Source. What the visitor complains of (a full disk under
// the spool, a sheet to be sorted first) is nothing of the file's.
func (t *turn) Each(ctx context.Context, visit spec.Visitor) error {
	w := &watched{Visitor: visit}
	err := t.input.Each(ctx, w)
	if err == nil || (w.err != nil && errors.Is(err, w.err)) {
		return err
	}
	return t.blame(err)
}

// Unchanged implements push.Source: the file's turn is over.
func (t *turn) Unchanged(ctx context.Context) error {
	if err := t.input.Unchanged(ctx); err != nil {
		return t.blame(errors.Join(err, errUnsettled))
	}
	acc := t.accounts()
	if acc.Read != acc.Used+len(acc.Skipped) {
		return t.blame(&rowsError{file: t.path, read: acc.Read, used: acc.Used, skipped: len(acc.Skipped)})
	}
	t.read = &acc
	t.source = nil
	return t.table.Release()
}

// drop closes what was opened of a file that is left out.
func (t *turn) drop() {
	if t.table != nil {
		_ = t.table.Close()
	}
	t.table = nil
	t.source = nil
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
