package run

import (
	"context"
)

// Adopt notes the records of files in the ledger as sent by other means.
func Adopt(ctx context.Context, env *Env, files []string, o ReadOptions) error {
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	if err := BelongsFirst(ctx, env, cfg); err != nil {
		return err
	}
	s, err := Begin(env, cfg, false)
	if err != nil {
		return err
	}
	defer s.Close()
	h, err := hold(ctx, env, cfg)
	if err != nil {
		return err
	}
	defer h.Release()
	if err := s.ReadAll(ctx, files, SessionOptions{Read: o, Spool: h.Tmp, Digester: h.Led.Digester()}); err != nil {
		return err
	}
	if err := s.Batch.Adopt(ctx, h.Led); err != nil {
		return err
	}
	r := s.Result(nil)
	r.Notes = append(r.Notes, "已登记为上传过的记录，以后相同内容不再上传；台账："+LedgerPlace(cfg))
	return s.show(r)
}
