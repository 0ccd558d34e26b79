package platform

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/wire"
)

// TestRequestForms: what a server sees of each call (T1, T2, T6).
func TestRequestForms(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	var login, refresh http.Header
	f.onLogin = func(w http.ResponseWriter, r *http.Request) {
		login = r.Header.Clone()
		if r.FormValue("orgName") != defaultOrgName || r.FormValue("login") != "1" {
			t.Errorf("form %v", r.Form)
		}
		f.issue(w, "login", 1)
	}
	f.onRefresh = func(w http.ResponseWriter, r *http.Request) {
		refresh = r.Header.Clone()
		if r.ContentLength != 0 || len(r.TransferEncoding) > 0 || r.Header.Get("Content-Length") != "0" {
			t.Errorf("length %d %v %v", r.ContentLength, r.TransferEncoding, r.Header)
		}
		f.issue(w, "refresh", 1)
	}
	c, _ := f.client(t, func(cfg *Config) { cfg.LoginExtra = map[string]string{"login": "1"} })
	if err := c.EnsureToken(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Refresh(t.Context()); err != nil || f.refreshes.Load() != 1 {
		t.Fatal(err)
	}
	for what, h := range map[string]http.Header{"login": login, "refresh": refresh} {
		if h.Get("Accept") != "application/json, */*;q=0.1" || h.Get("Accept-Encoding") != "identity" || h.Get("Content-Type") != formType {
			t.Errorf("%s: %v", what, h)
		}
	}
	_, err := New(Config{BaseURL: f.URL, LoginExtra: map[string]string{"username": "x"}})
	wantError(t, err, "config", "login_extra")
}

// jwt is a token that tells its life.
func jwt(claims string) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"HS512"}`)) + "." + enc([]byte(claims)) + "." + enc([]byte("x"))
}

func TestTokenShapes(t *testing.T) {
	t.Parallel()
	told := jwt(`{"sub":"a","iat":1700000000,"exp":1700001800}`)
	for name, c := range map[string]struct {
		header, body, want, in string
		cleaned                bool
	}{
		"data":            {"", `{"success":true,"data":"abc"}`, "abc", "data", false},
		"bearer":          {"", `{"success":true,"data":"Bearer abc"}`, "abc", "data", true},
		"bearer and line": {"", `{"success":true,"data":"bearer  abc\r\n"}`, "abc", "data", true},
		"object":          {"", `{"success":true,"data":{"token":" abc"}}`, "abc", "data 里的 token", true},
		"beside":          {"", `{"code":200,"msg":"ok","token":"abc"}`, "abc", "与 success 并列的 token", false},
		"header":          {"Bearer abc", `{"success":true,"data":null}`, "abc", "应答头 Authorization", true},
		"jwt":             {"", `{"success":true,"data":"` + told + `"}`, told, "data", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.onLogin = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Authorization", c.header)
				f.valid.Store(c.want)
				reply(w, c.body)
			}
			var said []string
			cl, _ := f.client(t, func(cfg *Config) { cfg.Notice = func(s string) { said = append(said, s) } })
			for range 2 {
				if err := cl.Login(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if o := cl.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted {
				t.Errorf("%+v", o)
			}
			s := cl.Speech()
			if s.TokenIn != c.in || s.Cleaned != c.cleaned || len(said) > 1 || (len(said) == 1) != c.cleaned {
				t.Errorf("%+v, said %q", s, said)
			}
			if name == "jwt" && s.Lifetime != 30*time.Minute {
				t.Errorf("lifetime %v", s.Lifetime)
			}
		})
	}
}

// TestRefusedLogins: the words go by several names, and a no is not repeated.
func TestRefusedLogins(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		says string
	}{
		"pwmsg":         {status(200, `{"success":false,"pwmsg":"密码已过期，请修改"}`), "先修改密码：密码已过期"},
		"nested":        {status(200, `{"success":false,"data":{"success":false,"msg":"用户名或密码错误"}}`), "用户名或密码错误"},
		"nested in yes": {status(200, `{"success":true,"data":{"success":false,"msg":"用户名或密码错误"}}`), "用户名或密码错误"},
		"message":       {status(200, `{"success":false,"message":"账号已停用"}`), "账号已停用"},
		"captcha":       {status(200, `{"success":false,"msg":"验证码错误"}`), "要求验证码"},
		"500":           {status(500, `{"success":false,"msg":"用户名或密码错误"}`), "用户名或密码错误"},
		"code":          {status(200, `{"code":500,"msg":"用户不存在"}`), "用户不存在"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.onLogin = c.h
			cl, _ := f.client(t, func(cfg *Config) { cfg.PasswordKey = "platform.password_file" })
			wantError(t, cl.EnsureToken(t.Context()), "auth", c.says)
			if f.logins.Load() != 1 {
				t.Errorf("%d logins", f.logins.Load())
			}
		})
	}
}

// coded answers with a body in a coding.
func coded(name string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		drain(r)
		w.Header().Set("Content-Type", "application/json")
		if name != "" {
			w.Header().Set("Content-Encoding", name)
		}
		_, _ = w.Write(body)
	}
}

func zipped(text string, coded func(io.Writer) io.WriteCloser) []byte {
	var b bytes.Buffer
	w := coded(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}

func TestCodedReplies(t *testing.T) {
	t.Parallel()
	gz := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
	zl := func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }
	const yes = `{"success":true}`
	bomb := zipped(strings.Repeat(" ", 8<<20)+yes, gz)
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		want wire.Class
	}{
		"gzip":         {coded("gzip", zipped(yes, gz)), wire.Accepted},
		"gzip, unsaid": {coded("", zipped(yes, gz)), wire.Accepted},
		"deflate":      {coded("deflate", zipped(yes, zl)), wire.Accepted},
		"identity":     {coded("identity", []byte(yes)), wire.Accepted},
		"twice":        {coded("gzip, gzip", zipped(string(zipped(yes, gz)), gz)), wire.Accepted},
		"cut":          {coded("gzip", zipped(yes, gz)[:12]), wire.Unknown},
		"no gzip":      {coded("gzip", []byte(yes)), wire.Unknown},
		"bomb":         {coded("gzip", bomb), wire.Unknown},
		"brotli":       {coded("br", []byte("\x0b\x02")), wire.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.onUpload = c.h
			cl, _ := f.client(t, nil)
			if o := cl.Upload(t.Context(), []byte("PK"), nil); o.Class != c.want || (o.Reason == "") != (c.want == wire.Accepted) {
				t.Errorf("%+v", o)
			}
		})
	}
}

// TestDownloadForms: a form that is refused is followed by the others, and what
// worked comes first from then on.
func TestDownloadForms(t *testing.T) {
	t.Parallel()
	for want, takes := range map[string]func(r *http.Request) bool{
		"form": func(r *http.Request) bool { return r.FormValue("code") == "hazard" },
		"json": func(r *http.Request) bool { return strings.Contains(r.Header.Get("Content-Type"), "json") },
		"get":  func(r *http.Request) bool { return r.Method == http.MethodGet && r.URL.Query().Get("code") == "hazard" },
	} {
		for _, refusal := range []int{400, 404, 405, 406, 415, 500, 200} {
			t.Run(fmt.Sprint(want, refusal), func(t *testing.T) {
				t.Parallel()
				f := newFake(t)
				calls := 0
				mux := http.NewServeMux()
				mux.Handle("/", f.Config.Handler)
				mux.HandleFunc(defaultPaths().Download, func(w http.ResponseWriter, r *http.Request) {
					calls++
					if takes(r) {
						reply(w, `{"success":true,"rows":[{"Code":"1"}]}`)
						return
					}
					status(refusal, "<html>no</html>")(w, r)
				})
				f.Config.Handler = mux
				var kept string
				var said []string
				c, _ := f.client(t, func(cfg *Config) {
					cfg.SaveForm = func(s string) { kept = s }
					cfg.SavedForm = func() string { return kept }
					cfg.Notice = func(s string) { said = append(said, s) }
				})
				for range 3 {
					if rows, err := c.Download(t.Context(), "hazard"); err != nil || len(rows) == 0 {
						t.Fatal(err)
					}
				}
				tries := map[string]int{"form": 0, "json": 1, "get": 2}[want]
				if calls != 3+tries || c.Speech().Download != want || len(said) != min(tries, 1) || (kept != "") != (tries > 0) {
					t.Errorf("%d calls, %+v, said %q, kept %q", calls, c.Speech(), said, kept)
				}
			})
		}
	}
	f := newFake(t)
	f.onDownload = status(415, "no")
	c, _ := f.client(t, func(cfg *Config) { cfg.Download = downloadForm })
	if _, err := c.Download(t.Context(), "hazard"); err == nil || f.downloads.Load() != 1 {
		t.Errorf("%v after %d", err, f.downloads.Load())
	}
}

// TestWrongProtocol: each first contact that cannot work names its key.
func TestWrongProtocol(t *testing.T) {
	t.Parallel()
	serve := func(say string) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				_, _ = conn.Read(make([]byte, 4096))
				_, _ = io.WriteString(conn, say)
				// A close with bytes unread resets the connection, and the reply may be
				// lost on the way: the rest of the request is read first.
				if tcp, ok := conn.(*net.TCPConn); ok {
					_ = tcp.CloseWrite()
				}
				_, _ = io.Copy(io.Discard, conn)
				_ = conn.Close()
			}
		}()
		return l.Addr().String()
	}
	hello := "\x02\x00\x00\x26\x01\x01" + strings.Repeat("\x00", 32) + "\x00\xe0\x13\x00"
	for name, c := range map[string]struct{ scheme, say, says, hint string }{
		"nginx":        {"http", "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>", "HTTPS", "https://"},
		"TLS alert":    {"http", "\x15\x03\x01\x00\x02\x02\x16", "HTTPS", "https://"},
		"to https":     {"http", "HTTP/1.1 301 Moved\r\nLocation: https://127.0.0.1/system/jwtlogin\r\nConnection: close\r\n\r\n", "https", "https://"},
		"TLCP hello":   {"https", "\x16\x01\x01\x00" + string(rune(len(hello))) + hello, "国密", "国际算法"},
		"TLCP alert":   {"https", "\x15\x01\x01\x00\x02\x02\x28", "国密", "国际算法"},
		"TLCP in TLS":  {"https", "\x16\x03\x03\x00" + string(rune(len(hello))) + hello, "国密", "国际算法"},
		"proxy's page": {"http", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html><title>上网认证</title></html>", "得到的是网页，不是接口的应答：上网认证", "platform.proxy"},
		"wants JSON":   {"http", "HTTP/1.1 415 Unsupported\r\nConnection: close\r\n\r\n{\"status\":415,\"error\":\"Unsupported Media Type\"}", "415", "platform.request_encoding: json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := &clock{}
			cl, err := New(Config{BaseURL: c.scheme + "://" + serve(c.say), Username: "user", PasswordMD5: func() string { return testMD5 }, Now: k.now, Sleep: k.sleep})
			if err != nil {
				t.Fatal(err)
			}
			defer cl.Close()
			err = cl.Login(t.Context())
			if e := fault.Of(err); e == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(e.Hint(), c.hint) {
				t.Errorf("%v; want %s and %s", err, c.says, c.hint)
			}
		})
	}
}
