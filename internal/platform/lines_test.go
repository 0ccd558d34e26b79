package platform

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"hbupload/internal/wire"
)

// TestSilentClose: after one connection that was closed without a word, each
// upload has its own, and no more are in doubt.
func TestSilentClose(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	var mu sync.Mutex
	served := map[string]int{}
	f.onUpload = func(w http.ResponseWriter, r *http.Request) {
		drain(r)
		mu.Lock()
		served[r.RemoteAddr]++
		n := served[r.RemoteAddr]
		mu.Unlock()
		if n > 1 { // the gateway is gone when the second request comes
			hangUp(w)
			return
		}
		reply(w, `{"success":true}`)
	}
	c, _ := f.client(t, nil)
	doubts := 0
	for range 20 {
		switch o := c.Upload(t.Context(), []byte("PK"), nil); o.Class {
		case wire.Accepted:
		case wire.Unknown:
			doubts++
		default:
			t.Fatalf("%+v", o)
		}
	}
	if doubts != 1 {
		t.Errorf("%d in doubt", doubts)
	}
}

// TestNoConnectionAfterAMistake: only an acceptance leaves its connection to the
// next request.
func TestNoConnectionAfterAMistake(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]http.HandlerFunc{
		"404": status(404, ""), "500": status(500, `{"a":1}`), "503": status(503, ""), "302": status(302, ""),
		"refused": status(200, `{"success":false,"msg":"年龄有误"}`), "page": status(200, "<html></html>"),
		"not for us": func(w http.ResponseWriter, r *http.Request) { drain(r); reply(w, `{"success":true}`) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			var from []string
			f.onUpload = func(w http.ResponseWriter, r *http.Request) {
				from = append(from, r.RemoteAddr)
				if len(from) == 1 {
					first(w, r)
					return
				}
				drain(r)
				reply(w, `{"success":true}`)
			}
			c, _ := f.client(t, nil)
			c.Upload(t.Context(), []byte("PK"), nil)
			if name == "not for us" {
				c.Distrust()
			}
			for range 2 {
				if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted {
					t.Fatalf("%+v", o)
				}
			}
			if from[0] == from[1] || (from[1] == from[2]) == (name == "not for us") {
				t.Errorf("connections %v", from)
			}
		})
	}
}

// TestDeadTokenIsNotKept: whatever comes next, the next run does not begin with it.
func TestDeadTokenIsNotKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		want wire.Class
	}{
		"words":          {status(200, `{"success":false,"msg":"Token已失效"}`), wire.Rejected},
		"code":           {status(200, `{"code":401,"msg":"认证失败，无法访问系统资源"}`), wire.Rejected},
		"419":            {status(419, ""), wire.Rejected},
		"403 and JSON":   {status(403, `{"msg":"no"}`), wire.Rejected},
		"login page":     {status(200, "<html><title>登录</title></html>"), wire.Unknown},
		"to the login":   {status(302, ""), wire.Unknown},
		"403 and a page": {status(403, "<html></html>"), wire.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.onUpload = c.h
			f.valid.Store("kept")
			kept := Token{Value: "kept", Expires: time.Unix(1_700_000_000, 0).Add(time.Hour)}
			cl, _ := f.client(t, func(cfg *Config) {
				cfg.SavedToken = func() (Token, bool) { return kept, true }
				cfg.SaveToken = func(t Token) { kept = t }
			})
			if o := cl.Upload(t.Context(), []byte("PK"), nil); o.Class != c.want {
				t.Errorf("%+v", o)
			}
			if stays := name == "403 and a page"; (kept.Value != "") != stays {
				t.Errorf("kept %q", kept.Value)
			}
		})
	}
}

// TestConfirmBeforeTheSecondSend: the claim is asked for again after a new login.
func TestConfirmBeforeTheSecondSend(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c, _ := f.client(t, nil)
	if err := c.EnsureToken(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.valid.Store("another")
	no := errors.New("given up")
	o := c.Upload(t.Context(), []byte("PK"), func(context.Context) error { return no })
	if o.Class != wire.NotProcessed || !errors.Is(o.Err, no) || f.uploads.Load() != 1 {
		t.Errorf("%+v, %d uploads", o, f.uploads.Load())
	}
}
