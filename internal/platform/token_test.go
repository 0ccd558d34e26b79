package platform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hbupload/internal/crash"
	"hbupload/internal/fault"
	"hbupload/internal/wire"
)

func TestDeadTokenStormMakesOneLogin(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c, _ := f.client(t, nil)
	if err := c.EnsureToken(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.valid.Store("nobody has this one")
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted {
				t.Errorf("%+v", o)
			}
		})
	}
	wg.Wait()
	if l, u := f.logins.Load(), f.uploads.Load(); l != 2 || u > 64 {
		t.Errorf("%d logins, %d uploads; want one login more and at most two uploads each", l, u)
	}
}

func TestOneLoginForAllWorkersAtTheStart(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c, _ := f.client(t, nil)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted {
				t.Errorf("%+v", o)
			}
		})
	}
	wg.Wait()
	if n := f.logins.Load(); n != 1 {
		t.Errorf("%d logins", n)
	}
}

func TestTokenWordsAfterAFreshLoginAreARejection(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.onUpload = func(w http.ResponseWriter, r *http.Request) {
		drain(r)
		reply(w, fmt.Sprintf(`{"success":false,"msg":"记录 %d 的令牌字段有误"}`, f.uploads.Load()))
	}
	c, _ := f.client(t, nil)
	for i := range 5 {
		o := c.Upload(t.Context(), []byte("PK"), nil)
		if o.Class != wire.Rejected || !strings.Contains(o.Msg, "令牌") {
			t.Errorf("upload %d: %+v", i, o)
		}
	}
	// Two for the first record, one for each of the others.
	if l, u := f.logins.Load(), f.uploads.Load(); l != 2 || u != 6 {
		t.Errorf("%d logins, %d uploads", l, u)
	}
}

func TestStatus401(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.onUpload = func(w http.ResponseWriter, r *http.Request) {
		if f.uploads.Load() == 1 {
			status(401, "")(w, r)
			return
		}
		drain(r)
		reply(w, `{"success":true}`)
	}
	c, _ := f.client(t, nil)
	if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted || f.logins.Load() != 2 {
		t.Errorf("%+v after %d logins", o, f.logins.Load())
	}
}

func TestRefreshAheadOfExpiry(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c, k := f.client(t, nil)
	up := func() {
		t.Helper()
		if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted {
			t.Errorf("%+v", o)
		}
	}
	up()
	k.ns.Add(int64(109 * time.Minute))
	up()
	if n := f.refreshes.Load(); n != 0 {
		t.Errorf("%d refreshes before their time", n)
	}
	k.ns.Add(int64(2 * time.Minute))
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(up)
	}
	wg.Wait()
	if l, r := f.logins.Load(), f.refreshes.Load(); l != 1 || r != 1 {
		t.Errorf("%d logins, %d refreshes", l, r)
	}
	k.ns.Add(int64(3 * time.Hour)) // too late to refresh
	up()
	if l, r := f.logins.Load(), f.refreshes.Load(); l != 2 || r != 1 {
		t.Errorf("%d logins, %d refreshes", l, r)
	}
}

func TestRefreshRefusedMeansLogin(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.onRefresh = status(500, "")
	c, k := f.client(t, nil)
	if err := c.EnsureToken(t.Context()); err != nil {
		t.Fatal(err)
	}
	k.ns.Add(int64(115 * time.Minute))
	if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted || f.logins.Load() != 2 || f.refreshes.Load() != 1 {
		t.Errorf("%+v, %d logins, %d refreshes", o, f.logins.Load(), f.refreshes.Load())
	}
}

func TestOldTokenServesWhileRenewalFails(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c, k := f.client(t, nil)
	if err := c.EnsureToken(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.onRefresh, f.onLogin = status(500, ""), status(404, "")
	k.ns.Add(int64(115 * time.Minute))
	for range 3 {
		if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted {
			t.Errorf("%+v", o)
		}
	}
	if l, r := f.logins.Load(), f.refreshes.Load(); l != 2 || r != 1 {
		t.Errorf("%d logins, %d refreshes: a renewal that fails is not asked for again at once", l, r)
	}
	k.ns.Add(int64(10 * time.Minute))
	if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.NotProcessed || kindOf(o.Err) != "unreachable" {
		t.Errorf("%+v", o)
	}
}

func TestRefusedCredentialsAreTriedOnce(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c, _ := f.client(t, func(cfg *Config) { cfg.Username = "other" })
	wantError(t, c.EnsureToken(t.Context()), "auth", "用户名或密码错误")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.DeadToken || !fault.Is(o.Err, fault.Auth) {
				t.Errorf("%+v", o)
			}
		})
	}
	wg.Wait()
	if n := f.logins.Load(); n != 1 {
		t.Errorf("%d logins: an account may be locked", n)
	}
	wantError(t, c.Login(t.Context()), "auth", "")
	if n := f.logins.Load(); n != 2 {
		t.Errorf("%d logins after asking for one", n)
	}
}

func TestSavedToken(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.valid.Store("kept")
	var saved atomic.Value
	keep := func(cfg *Config) {
		cfg.SavedToken = func() (Token, bool) {
			return Token{Value: "kept", Expires: (&clock{}).now().Add(time.Hour)}, true
		}
		cfg.SaveToken = func(tok Token) { saved.Store(tok) }
	}
	c, _ := f.client(t, keep)
	if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted || f.logins.Load() != 0 {
		t.Errorf("%+v, %d logins", o, f.logins.Load())
	}
	f.valid.Store("gone")
	if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted || f.logins.Load() != 1 {
		t.Errorf("%+v, %d logins", o, f.logins.Load())
	}
	tok, _ := saved.Load().(Token)
	if tok.Value != "login-1" || !tok.Expires.Equal((&clock{}).now().Add(2*time.Hour)) {
		t.Errorf("saved %q until %v", tok.Value, tok.Expires)
	}
	if s := fmt.Sprintf("%v %+v %#v %s", tok, tok, tok, tok); strings.Contains(s, "login") {
		t.Errorf("a token prints as %s", s)
	}
	f.onLogin = func(w http.ResponseWriter, _ *http.Request) { reply(w, `{"success":false}`) }
	wantError(t, c.Login(t.Context()), "auth", "拒绝登录")
	if tok, _ := saved.Load().(Token); tok.Value != "" {
		t.Error("a token of refused credentials is still kept")
	}
}

// TestWaitersLeave: whoever waits for a login may go; the login ends when the
// last one has gone.
func TestWaitersLeave(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	entered := make(chan struct{})
	f.onLogin = func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(entered)
		<-r.Context().Done()
	}
	c, _ := f.client(t, func(cfg *Config) { cfg.Timeout = time.Minute })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-entered; cancel() }()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { wantError(t, c.EnsureToken(ctx), "interrupted", "中断") })
	}
	wg.Wait()
}

// TestPanicDuringRenewal: whoever waits for a token is told, and nobody waits
// for ever, wherever it happens.
func TestPanicDuringRenewal(t *testing.T) {
	t.Parallel()
	for where, change := range map[string]func(*Config){
		"clock":    func(cfg *Config) { cfg.Now = func() time.Time { panic("李四") } },
		"password": func(cfg *Config) { cfg.PasswordMD5 = func() string { panic("李四") } },
		"keeping":  func(cfg *Config) { cfg.SaveToken = func(Token) { panic("李四") } },
	} {
		f := newFake(t)
		c, _ := f.client(t, change)
		var fell *crash.Error
		if err := c.Login(t.Context()); !errors.As(err, &fell) || strings.Contains(err.Error(), "李四") || len(fell.Stack) == 0 {
			t.Errorf("%s: %v", where, err)
		}
	}
}
