package platform

import (
	"context"
	"sync"
	"time"

	"hbupload/internal/crash"
	"hbupload/internal/fault"
)

// tokens is the token and the renewal under way.
type tokens struct {
	mu      sync.Mutex
	loaded  bool // SavedToken was asked
	now     Token
	gen     uint64        // counts tokens; names the one that a request carried
	dead    bool          // the platform refused this one
	served  bool          // it has served, in this run or an earlier one
	before  time.Duration // its end, when it is exchanged
	retryAt time.Time
	refused error // the platform refused the credentials: not tried again by itself
	flight  *flight
}

// flight is one renewal that everybody waits for.
type flight struct {
	done    chan struct{}
	err     error
	waiting int
	cancel  context.CancelFunc
}

// EnsureToken makes sure of a valid token before the workers start: a saved
// one, refreshed when near its end, or one login. Errors are of kind auth,
// unreachable, config or interrupted.
func (c *Client) EnsureToken(ctx context.Context) error {
	_, _, err := c.bearer(ctx)
	return err
}

// Login logs in whatever token there is, and keeps the new one.
func (c *Client) Login(ctx context.Context) error {
	gen := c.markDead()
	return c.renew(ctx, gen)
}

// Refresh exchanges the token for a fresh one, or logs in when that fails.
func (c *Client) Refresh(ctx context.Context) error {
	c.loadSaved()
	c.token.mu.Lock()
	gen := c.token.gen
	c.token.mu.Unlock()
	return c.renew(ctx, gen)
}

func (c *Client) markDead() uint64 {
	c.loadSaved()
	t := &c.token
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dead = true
	t.refused = nil
	return t.gen
}

func (c *Client) loadSaved() {
	t := &c.token
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.loaded {
		return
	}
	t.loaded = true
	if c.cfg.SavedToken == nil {
		return
	}
	if saved, ok := c.cfg.SavedToken(); ok && saved.Value != "" {
		_, t.before = c.timesOf(saved.Value, c.cfg.Now())
		t.now = saved
		t.served = true
		t.gen++
	}
}

// bearer is the token to send and its generation, renewed when it nears its end.
func (c *Client) bearer(ctx context.Context) (string, uint64, error) {
	c.loadSaved()
	t := &c.token
	t.mu.Lock()
	value := t.now.Value
	gen := t.gen
	now := c.cfg.Now()
	alive := value != "" && !t.dead && now.Before(t.now.Expires)
	due := !now.Before(t.now.Expires.Add(-t.before)) && !now.Before(t.retryAt)
	t.mu.Unlock()
	if alive && !due {
		return value, gen, nil
	}
	err := c.renew(ctx, gen)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		return t.now.Value, t.gen, nil
	}
	if alive && !t.dead && ctx.Err() == nil {
		// Ahead of its end the old token still serves; ask again in a while.
		t.retryAt = now.Add(time.Minute)
		return value, gen, nil
	}
	return "", 0, err
}

// renew replaces the token of generation gen, once for everybody who asks
// meanwhile. A token that lives is refreshed; a dead one, or one that cannot be
// refreshed, is replaced by a login.
func (c *Client) renew(ctx context.Context, gen uint64) error {
	t := &c.token
	t.mu.Lock()
	if t.gen != gen { // another worker did already
		t.mu.Unlock()
		return nil
	}
	if t.refused != nil {
		err := t.refused
		t.mu.Unlock()
		return err
	}
	f := t.flight
	if f == nil {
		// Detached: the caller that started it may be cancelled while others wait.
		run, cancel := context.WithCancel(context.WithoutCancel(ctx))
		f = &flight{done: make(chan struct{}), cancel: cancel}
		t.flight = f
		old := t.now.Value
		alive := t.now.Value != "" && !t.dead && c.cfg.Now().Before(t.now.Expires)
		go c.fly(run, f, old, alive)
	}
	f.waiting++
	t.mu.Unlock()
	return c.await(ctx, f)
}

func (c *Client) await(ctx context.Context, f *flight) error {
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
	}
	t := &c.token
	t.mu.Lock()
	defer t.mu.Unlock()
	if f.waiting--; f.waiting == 0 {
		f.cancel()
	}
	return transportError("登录平台", ctx.Err())
}

// fly gets the new token and wakes everybody who waits. Whatever falls on the way, they
// are told.
func (c *Client) fly(ctx context.Context, f *flight, old string, alive bool) {
	defer f.cancel()
	defer close(f.done)
	var fresh Token
	err := crash.Run(func() error {
		asked := c.cfg.Now()
		value, err := c.obtain(ctx, old, alive)
		if err == nil {
			// Counted from before the request: the platform's clock started later.
			ttl, _ := c.timesOf(value, asked)
			fresh = Token{Value: value, Expires: asked.Add(ttl)}
		}
		return err
	})
	c.landed(f, fresh, err)
	if c.cfg.SaveToken == nil || err != nil && !fault.Is(err, fault.Auth) {
		return
	}
	if crashed := crash.Run(func() error { c.cfg.SaveToken(fresh); return nil }); crashed != nil && f.err == nil {
		f.err = crashed
	}
}

// landed puts a flight's end in the place of the old token.
func (c *Client) landed(f *flight, fresh Token, err error) {
	t := &c.token
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		_, t.before = c.timesOf(fresh.Value, c.cfg.Now())
		t.now = fresh
		t.retryAt = time.Time{}
		t.dead = false
		t.served = false
		t.gen++
	} else if fault.Is(err, fault.Auth) {
		t.refused = err
	}
	f.err = err
	t.flight = nil
}

// served notes that the platform took a record under the token of a generation.
func (c *Client) served(gen uint64) {
	c.token.mu.Lock()
	defer c.token.mu.Unlock()
	c.token.served = c.token.served || c.token.gen == gen
}

func (c *Client) obtain(ctx context.Context, old string, alive bool) (value string, err error) {
	if alive {
		if value, err := c.postRefresh(ctx, old); err == nil {
			return value, nil
		}
	}
	err = c.retry(ctx, func(ctx context.Context) (err error) {
		value, err = c.postLogin(ctx)
		return err
	})
	return value, err
}
