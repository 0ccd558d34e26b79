package platform

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/wire"
)

// trap is a host that must never be spoken to.
type trap struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

func newTrap(t *testing.T) *trap {
	t.Helper()
	tr := &trap{}
	tr.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		tr.mu.Lock()
		defer tr.mu.Unlock()
		tr.seen = append(tr.seen, fmt.Sprintf("%s %s %v %s", r.Method, r.URL, r.Header, body))
	}))
	t.Cleanup(func() {
		tr.Close()
		if len(tr.seen) > 0 {
			t.Errorf("a foreign host got %q", tr.seen)
		}
	})
	return tr
}

// hostileAnswers are what anybody may answer to a call that should bring a
// token, and none of them does.
func hostileAnswers(t *testing.T) map[string]http.HandlerFunc {
	t.Helper()
	elsewhere := newTrap(t)
	to := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL+r.URL.Path, code) }
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(bytes.Repeat([]byte(" "), 1<<24))
	_ = z.Close()
	token := func(s string) http.HandlerFunc { return status(200, `{"success":true,"data":"`+s+`"}`) }
	return map[string]http.HandlerFunc{
		"301": to(301), "302": to(302), "303": to(303), "307": to(307), "308": to(308),
		"a redirect by header": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Refresh", "0;url="+elsewhere.URL)
			reply(w, "<html>")
		},
		"HTML":                status(200, "<html><script>location='"+elsewhere.URL+"'</script>"),
		"no end":              hugeReply,
		"a drop at a time":    slowReply,
		"headers without end": raw("HTTP/1.1 200 OK\r\n" + strings.Repeat("X: "+strings.Repeat("x", 1000)+"\r\n", 1000)),
		"a header by drops":   dripHeaders,
		"only preliminaries":  raw(strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 1000)),
		"yes without a token": status(200, `{"success":true}`),
		"null":                status(200, `{"success":true,"data":null}`),
		"an object":           status(200, `{"success":true,"data":{"name":"a"}}`),
		"a list":              status(200, `{"success":true,"data":["a"]}`),
		"yes and no":          status(200, `{"success":true,"success":false,"data":"a"}`),
		"another header":      token(`a\r\nX-Evil: 1`),
		"a bare line feed":    token(`a\nX-Evil: 1`),
		"a blank":             token(`a b`),
		"NUL":                 token(`a\u0000`),
		"DEL":                 token(`a\u007f`),
		"an escape":           token(`\u001b[31m`),
		"full width":          token(`ｔｏｋｅｎ`),
		"bidi":                token(`a\u202eb`),
		"too long":            token(strings.Repeat("A", 16<<10+1)),
		"10 MB":               token(strings.Repeat("A", 10<<20)),
		"empty":               token(""),
		"nothing":             status(200, ""),
		"204":                 status(204, ""),
		"half":                raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"success\":true,\"data\":\"a\""),
		"a gzip bomb": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes())
		},
		"too deep":              status(200, `{"success":true,"data":`+strings.Repeat("[", 100_000)),
		"no HTTP":               raw("220 smtp\r\n"),
		"hang-up":               func(w http.ResponseWriter, r *http.Request) { drain(r); hangUp(w) },
		"refused, with escapes": status(200, `{"success":false,"msg":"\u001b]0;evil\u0007\u202e"}`),
	}
}

// dripHeaders sends a header that never ends, a byte at a time.
func dripHeaders(w http.ResponseWriter, r *http.Request) {
	drain(r)
	conn, buf, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = buf.WriteString("HTTP/1.1 200 OK\r\nX: ")
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if buf.WriteByte('x') != nil || buf.Flush() != nil {
			return
		}
	}
}

// slow tells the answers that are only ended by our patience.
func slow(name string) bool { return strings.Contains(name, "drop") }

// TestHostileRefresh: whatever comes instead of a fresh token, the client logs
// in, once, and goes on; nothing but that token is ever sent, and to nobody else.
func TestHostileRefresh(t *testing.T) {
	t.Parallel()
	for name, h := range hostileAnswers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.onRefresh = h
			c, k := f.client(t, func(cfg *Config) {
				cfg.Timeout = 20 * time.Second
				if slow(name) {
					cfg.Timeout = 3 * time.Second // its login and upload must not be cut off
				}
			})
			if err := c.EnsureToken(t.Context()); err != nil {
				t.Fatal(err)
			}
			k.ns.Add(int64(115 * time.Minute))
			o := c.Upload(t.Context(), []byte("PK"), nil)
			if o.Class != wire.Accepted || f.refreshes.Load() != 1 || f.logins.Load() != 2 || f.uploads.Load() != 1 {
				t.Errorf("%+v; %d refreshes, %d logins, %d uploads", o, f.refreshes.Load(), f.logins.Load(), f.uploads.Load())
			}
			// And when the login fails too, the old token serves while it lives.
			f.onLogin = status(404, "")
			f.valid.Store("login-2")
			k.ns.Add(int64(115 * time.Minute))
			if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted || f.uploads.Load() != 2 {
				t.Errorf("with the old token: %+v", o)
			}
		})
	}
}

// TestHostileLogin: none of them is a login, each has its sentence, and the
// password goes nowhere else.
func TestHostileLogin(t *testing.T) {
	t.Parallel()
	for name, h := range hostileAnswers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.onLogin = h
			c, _ := f.client(t, func(cfg *Config) {
				cfg.Timeout = 20 * time.Second
				if slow(name) {
					cfg.Timeout = 50 * time.Millisecond
				}
			})
			err := c.EnsureToken(t.Context())
			if kind := kindOf(err); err == nil || kind != "unreachable" && kind != "auth" || len(err.Error()) > 1000 {
				t.Fatalf("%v of kind %s", err, kind)
			}
			if strings.Contains(err.Error(), testMD5) || strings.ContainsAny(err.Error(), "\x1b\x07\u202e\r\n") {
				t.Errorf("%q", err.Error())
			}
			if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class == wire.Accepted || f.uploads.Load() != 0 {
				t.Errorf("uploaded without a token: %+v", o)
			}
		})
	}
}

// TestRedirectsCarryNothing: of none of the four calls, by no status, to another
// host, another port, another scheme, or another place of the same host.
func TestRedirectsCarryNothing(t *testing.T) {
	t.Parallel()
	elsewhere := newTrap(t)
	for _, code := range []int{300, 301, 302, 303, 305, 307, 308} {
		for _, to := range []string{elsewhere.URL + "/x", strings.Replace(elsewhere.URL, "http:", "https:", 1), strings.TrimPrefix(elsewhere.URL, "http:"), "/other"} {
			f := newFake(t)
			var strays atomic.Int64
			f.Config.Handler.(*http.ServeMux).HandleFunc("/other", func(http.ResponseWriter, *http.Request) { strays.Add(1) })
			away := func(w http.ResponseWriter, r *http.Request) {
				drain(r)
				w.Header().Set("Location", to)
				w.WriteHeader(code)
			}
			login := f.onLogin
			f.onUpload, f.onDownload, f.onRefresh = away, away, away
			c, k := f.client(t, nil)
			if err := c.EnsureToken(t.Context()); err != nil {
				t.Fatal(err)
			}
			if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Unknown || o.HTTPStatus != code {
				t.Errorf("%d to %s: %+v", code, to, o)
			}
			_, err := c.Download(t.Context(), "hazard")
			wantError(t, err, "unreachable", "已拒绝")
			k.ns.Add(int64(115 * time.Minute))
			if err := c.EnsureToken(t.Context()); err != nil || f.refreshes.Load() != 1 || f.logins.Load() != 2 {
				t.Errorf("refresh: %v", err)
			}
			f.onLogin = away
			wantError(t, c.Login(t.Context()), "unreachable", "已拒绝")
			f.onLogin = login
			if strays.Load() != 0 {
				t.Errorf("%d to %s was followed", code, to)
			}
		}
	}
}

// proxied is a client of a platform that does not exist (names under .invalid
// never resolve), so that only the proxy can have been asked.
func proxied(t *testing.T, base, proxy string) *Client {
	t.Helper()
	f := &fake{Server: &httptest.Server{URL: base}}
	c, _ := f.client(t, func(cfg *Config) { cfg.Proxy, cfg.Timeout = proxy, 20*time.Second })
	return c
}

// rawProxy answers every connection with what say makes of the first line.
func rawProxy(t *testing.T, say func(conn net.Conn, line string)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer func() { _ = conn.Close() }()
				in := bufio.NewReader(conn)
				first, err := in.ReadString('\n')
				length := int64(0)
				for line := first; err == nil && strings.TrimSpace(line) != ""; line, err = in.ReadString('\n') {
					_, _ = fmt.Sscanf(line, "Content-Length: %d", &length)
				}
				// The whole request first: else the client may meet the end of the
				// connection while it writes, before it has read a word.
				_, _ = io.CopyN(io.Discard, in, length)
				say(conn, first)
				// A body left unread would reset the connection under our answer.
				_ = conn.(*net.TCPConn).CloseWrite()
				_, _ = io.Copy(io.Discard, in)
			})
		}
	})
	t.Cleanup(func() { _ = ln.Close(); wg.Wait() })
	return "http://" + ln.Addr().String()
}

// TestProxyFaults: what stands between us and the platform is named; nothing is
// believed of what it says in the platform's place.
func TestProxyFaults(t *testing.T) {
	t.Parallel()
	const page = "<html>请先登录上网认证</html>"
	answer := func(status string) func(net.Conn, string) {
		return func(conn net.Conn, _ string) {
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", status, len(page), page)
		}
	}
	for name, c := range map[string]struct {
		say           func(net.Conn, string)
		plain, secret string // what http and https must say of it
	}{
		"407":       {answer("407 Proxy Authentication Required"), "代理服务器要求认证（407）", "代理服务器要求认证（407）"},
		"forbidden": {answer("403 Forbidden"), "被拒绝（403）", "代理服务器拒绝转发（403）"},
		"502":       {answer("502 Bad Gateway"), "应答 502", "代理服务器连不上平台（502）"},
		"504":       {answer("504 Gateway Timeout"), "应答 504", "代理服务器连不上平台（504）"},
		"a page":    {answer("200 OK"), "得到的是网页", "中断"},
		"away":      {answer("302 Found\r\nLocation: http://127.0.0.1:1/"), "要求转到别处（已拒绝）", "代理服务器拒绝转发（302）"},
		"cuts":      {func(net.Conn, string) {}, "中断", "中断"},
		"half":      {func(conn net.Conn, _ string) { _, _ = io.WriteString(conn, "HTTP/1.1 20") }, "不是 HTTP", "不是 HTTP"},
		"babble":    {func(conn net.Conn, _ string) { _, _ = io.WriteString(conn, "\x00\x01 no proxy\r\n\r\n") }, "不是 HTTP", "不是 HTTP"},
		"no status": {answer("999"), "登录平台", "代理服务器拒绝转发（999）"},
		"cuts the tunnel": {func(conn net.Conn, line string) {
			if strings.HasPrefix(line, "CONNECT") {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
			}
		}, "中断", "中断"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := rawProxy(t, c.say)
			for base, says := range map[string]string{"http://platform.invalid": c.plain, "https://platform.invalid": c.secret} {
				cl := proxied(t, base, proxy)
				err := cl.EnsureToken(t.Context())
				if err == nil || !strings.Contains(err.Error(), says) || fault.Of(err).Hint() == "" {
					t.Errorf("%s: %v (%v), want %q", base, err, errors.Unwrap(err), says)
				}
				if strings.Contains(err.Error(), testMD5) {
					t.Errorf("%v", err)
				}
				o := cl.send(t.Context(), request{url: cl.urls.Upload, body: []byte("x"), limit: 1000}, 0)
				if o.Class == wire.Accepted || o.Class == wire.Rejected {
					t.Errorf("%s: the proxy's words were taken for the platform's: %+v", base, o)
				}
				if secure := strings.HasPrefix(base, "https"); secure && (o.Class != wire.NotProcessed || o.Sent) {
					t.Errorf("%s: nothing can have left through a tunnel that never stood: %+v", base, o)
				}
			}
		})
	}
	refused := proxied(t, "https://platform.invalid", "http://127.0.0.1:1")
	wantError(t, refused.EnsureToken(t.Context()), "unreachable", "代理服务器连不上")
}
