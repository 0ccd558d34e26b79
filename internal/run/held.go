package run

import (
	"context"

	"hbupload/internal/config"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
)

// Held is what a run that writes the ledger has to itself: the ledger, the run
// lock, and a private folder swept clean of what killed runs left.
type Held struct {
	Led  *ledger.Ledger
	lock *ledger.RunLock
	Tmp  string
}

// HoldToSend is hold for a run that sends: the ledger must know what was sent.
func HoldToSend(ctx context.Context, env *Env, cfg *config.Config) (*Held, error) {
	h, err := hold(ctx, env, cfg)
	if err == nil {
		err = h.Led.Whole(ctx)
	}
	if err != nil && h != nil {
		h.Release()
		return nil, err
	}
	return h, err
}

// fit fails where a run that sends must not begin with a ledger.
func fit(ctx context.Context, env *Env, cfg *config.Config, led *ledger.Ledger) error {
	if err := Belongs(ctx, env, cfg, led); err != nil {
		return err
	}
	return led.Whole(ctx)
}

// hold opens the ledger and takes the run lock in the name of the command. The
// ledger must be the configured platform's.
func hold(ctx context.Context, env *Env, cfg *config.Config) (*Held, error) {
	h := &Held{}
	var err error
	if h.Led, err = env.OpenLedger(ctx, cfg); err != nil {
		return nil, err
	}
	if h.lock, err = h.Led.Lock(ctx, ledger.Holder{PID: env.PID, Host: env.Host, User: env.User, Command: env.Command, Started: env.Now()}); err != nil {
		h.Release()
		return nil, err
	}
	if err = Belongs(ctx, env, cfg, h.Led); err == nil {
		h.Tmp, err = tempDir(cfg)
	}
	if err != nil {
		h.Release()
		return nil, err
	}
	sweep(h.Tmp)
	host.SweepAll(cfg.DataDir, env.Now())
	return h, nil
}

// Release lets go of the ledger and the lock.
func (h *Held) Release() {
	_ = h.Led.Close()
	if h.lock != nil {
		_ = h.lock.Unlock()
	}
}
