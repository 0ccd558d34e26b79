package run

import (
	"context"
)

// Validate checks files without a ledger and without a platform.
func Validate(ctx context.Context, env *Env, files []string, o ReadOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	s, err := Begin(env, cfg, o.Strict)
	if err != nil {
		return err
	}
	defer s.Close()
	tmp, remove, err := env.Scratch()
	if err != nil {
		return err
	}
	defer remove()
	s.Judge.Mapping.TempDir = tmp
	led, done := s.verifiedHere(ctx)
	defer done()
	if err := s.ReadAll(ctx, files, SessionOptions{Read: o, Led: led}); err != nil {
		return err
	}
	s.notKept()
	r := s.Result(nil)
	if err := s.Report(ctx, r, o); err != nil {
		return err
	}
	return s.show(r)
}
