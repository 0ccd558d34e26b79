package platform

import (
	"context"
	"errors"
	"time"

	"hbupload/internal/fault"

	"github.com/cenkalti/backoff/v5"
)

// intervals are the delays of help: 约定 5.4: 0.5·2ⁿ s capped at 8 s, full jitter. The
// library spreads around its interval, so half of it with a factor of one is
// anything between nothing and the whole.
func intervals() *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval:     250 * time.Millisecond,
		RandomizationFactor: 1,
		Multiplier:          2,
		MaxInterval:         4 * time.Second,
	}
}

// passing marks an error that may go away by itself.
type passing struct{ error }

// Unwrap is the error itself.
func (p passing) Unwrap() error { return p.error }

// retry repeats a safe call while it fails in passing, GiveUp at most in all.
func (c *Client) retry(ctx context.Context, call func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, c.cfg.GiveUp)
	defer cancel()
	b := intervals()
	start := c.cfg.Now()
	for {
		err := call(limited)
		var p passing
		if !errors.As(err, &p) {
			return err
		}
		wait := b.NextBackOff()
		if c.cfg.Now().Add(wait).Sub(start) >= c.cfg.GiveUp || limited.Err() != nil {
			return p.error
		}
		if c.cfg.Sleep(limited, wait) != nil {
			if ctx.Err() != nil {
				return fault.New(fault.Interrupted, "等待重试时被中断").By(ctx.Err())
			}
			return p.error
		}
	}
}
