package platform

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hbupload/internal/fault"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a platform whose upload a test can replace.
type fake struct {
	*httptest.Server
	logins, refreshes, uploads, downloads atomic.Int64
	valid                                 atomic.Value // the token that is accepted, a string
	onLogin, onRefresh, onUpload          http.HandlerFunc
	onDownload                            http.HandlerFunc
}

const testMD5 = "5f4dcc3b5aa765d61d8327deb882cf99"

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{}
	f.valid.Store("")
	f.onLogin = func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("username") != "user" || r.FormValue("password") != testMD5 || r.FormValue("orgName") != defaultOrgName {
			reply(w, `{"success":false,"msg":"用户名或密码错误"}`)
			return
		}
		f.issue(w, "login", f.logins.Load())
	}
	f.onRefresh = func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != f.valid.Load() {
			reply(w, `{"success":false,"msg":"token 无效"}`)
			return
		}
		f.issue(w, "refresh", f.refreshes.Load())
	}
	f.onUpload = func(w http.ResponseWriter, r *http.Request) {
		drain(r)
		reply(w, `{"success":true}`)
	}
	f.onDownload = func(w http.ResponseWriter, _ *http.Request) { reply(w, `{"success":true,"rows":[[{"Code":"1"}]]}`) }
	f.Server = httptest.NewServer(f.mux())
	t.Cleanup(f.Close)
	return f
}

func (f *fake) mux() http.Handler {
	p, mux := defaultPaths(), http.NewServeMux()
	counted := func(n *atomic.Int64, h *http.HandlerFunc, guarded bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			n.Add(1)
			if r.Method != http.MethodPost {
				http.Error(w, "only POST", http.StatusMethodNotAllowed)
				return
			}
			if guarded && r.Header.Get("Authorization") != f.valid.Load() {
				_, _ = io.Copy(io.Discard, r.Body)
				reply(w, `{"success":"false","msg":"登录已过期，请重新登录"}`)
				return
			}
			(*h)(w, r)
		}
	}
	mux.HandleFunc(p.Login, counted(&f.logins, &f.onLogin, false))
	mux.HandleFunc(p.Refresh, counted(&f.refreshes, &f.onRefresh, false))
	mux.HandleFunc(p.Download, counted(&f.downloads, &f.onDownload, true))
	mux.HandleFunc(p.Upload, counted(&f.uploads, &f.onUpload, true))
	return mux
}

func (f *fake) issue(w http.ResponseWriter, how string, n int64) {
	token := fmt.Sprintf("%s-%d", how, n)
	f.valid.Store(token)
	text, _ := json.Marshal(map[string]any{"success": true, "data": token})
	reply(w, string(text))
}

func reply(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, body)
}

// clock is a time that only sleeping moves.
type clock struct{ ns atomic.Int64 }

func (c *clock) now() time.Time { return time.Unix(1_700_000_000, c.ns.Load()) }

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.ns.Add(int64(d))
	return ctx.Err()
}

// client makes a client for the fake, with whatever change a test wants.
func (f *fake) client(t *testing.T, change func(*Config)) (*Client, *clock) {
	t.Helper()
	k := &clock{}
	cfg := Config{
		BaseURL: f.URL + "/", Username: "user", PasswordMD5: func() string { return testMD5 },
		Timeout: 5 * time.Second, Now: k.now, Sleep: k.sleep, Concurrency: 32,
	}
	if change != nil {
		change(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, k
}

func kindOf(err error) string { return fault.KindOf(err).String() }

// wantError checks kind and words, and that no secret is told.
func wantError(t *testing.T, err error, kind, says string) {
	t.Helper()
	if err == nil || kindOf(err) != kind || !strings.Contains(err.Error(), says) {
		t.Errorf("got %v of kind %s, want %s of kind %s", err, kindOf(err), says, kind)
		return
	}
	if strings.Contains(err.Error(), testMD5) {
		t.Errorf("the password stands in %v", err)
	}
}
