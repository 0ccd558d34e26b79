package cli

import (
	"context"
	"errors"

	"hbupload/internal/push"
	"hbupload/internal/spec"
)

// fileError is an error that one input brought about by itself.
type fileError struct {
	path string
	err  error
}

// Error implements error: the sentence names the file already.
func (e *fileError) Error() string { return e.err.Error() }

// Unwrap gives the error itself.
func (e *fileError) Unwrap() error { return e.err }

// errUnsettled marks a file that was written to while it was read.
var errUnsettled = errors.New("the file changed while it was read")

// blamed are the sources, each of whose own errors names its file.
func (all inputs) blamed() []push.Source {
	out := make([]push.Source, len(all))
	for i := range all {
		out[i] = blamed{all[i]}
	}
	return out
}

type blamed struct{ *input }

// Each implements push.Source. What the visitor complains of (a full disk under
// the spool, a sheet to be sorted first) is nothing of the file's.
func (b blamed) Each(ctx context.Context, visit spec.Visitor) error {
	w := &watched{Visitor: visit}
	err := b.input.Each(ctx, w)
	if err == nil || (w.err != nil && errors.Is(err, w.err)) {
		return err
	}
	return &fileError{path: b.table.Path, err: err}
}

// Persons looks ahead into the file, whose own errors name it too.
func (b blamed) Persons(ctx context.Context) (int, error) {
	n, err := b.input.Persons(ctx)
	if err != nil {
		return 0, &fileError{path: b.table.Path, err: err}
	}
	return n, nil
}

// Unchanged implements push.Source.
func (b blamed) Unchanged(ctx context.Context) error {
	if err := b.input.Unchanged(ctx); err != nil {
		return &fileError{path: b.table.Path, err: errors.Join(err, errUnsettled)}
	}
	return nil
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
