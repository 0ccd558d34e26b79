package platform

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestNewChecksTheConfiguration(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(bad, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	const url = "http://127.0.0.1:1"
	for says, cfg := range map[string]Config{
		"没有配置平台地址":              {},
		"不是合法的网址":               {BaseURL: "127.0.0.1:30001"},
		"base_url 不是合法":         {BaseURL: "ftp://x"},
		"base_url 不是":           {BaseURL: "http://u:p@x"},
		"request_encoding":      {BaseURL: url, RequestEncoding: "xml"},
		"paths":                 {BaseURL: url, Paths: Paths{Upload: "http://evil/x"}},
		"proxy":                 {BaseURL: url, Proxy: "nonsense"},
		"无法读取 platform.ca_file": {BaseURL: url, CAFile: bad + ".missing"},
		"没有 PEM":                {BaseURL: url, CAFile: bad},
	} {
		_, err := New(cfg)
		wantError(t, err, "config", says)
	}
	c, err := New(Config{BaseURL: url + "/gate/", Paths: Paths{Login: "//evil/login"}})
	if err != nil || !strings.HasPrefix(c.urls.Login, url+"/gate/") {
		t.Errorf("%v %+v", err, c.urls)
	}
	wantError(t, c.EnsureToken(t.Context()), "config", "用户名或密码")
}

func TestLoginFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		h          http.HandlerFunc
		kind, says string
		again      bool
	}{
		"refused":      {status(200, `{"success":"false","msg":"密码错误 `+testMD5+`\u001b[2J"}`), "auth", "密码错误 ***", false},
		"401":          {status(401, `{"msg":"no"}`), "auth", "401", false},
		"400":          {status(400, `bad`), "unreachable", "400", false},
		"404":          {status(404, ""), "unreachable", "404", false},
		"405":          {status(405, ""), "unreachable", "405", false},
		"302":          {status(302, ""), "unreachable", "转到别处", false},
		"407":          {status(407, ""), "unreachable", "代理", false},
		"HTML":         {status(200, "<html>"), "unreachable", "得到的是网页", false},
		"no success":   {status(200, `{"data":"x"}`), "unreachable", "没有 success", false},
		"no token":     {status(200, `{"success":true}`), "unreachable", "没有 token", false},
		"evil token":   {status(200, `{"success":true,"data":"a\r\nX: y"}`), "unreachable", "不能放进请求头", false},
		"huge":         {hugeReply, "unreachable", "过大", false},
		"503 for ever": {status(503, ""), "unreachable", "503", true},
		"hang-up":      {func(w http.ResponseWriter, r *http.Request) { drain(r); hangUp(w) }, "unreachable", "中断", true},
		"torn":         {raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), "unreachable", "中断", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.onLogin = c.h
			cl, k := f.client(t, nil)
			err := cl.EnsureToken(t.Context())
			wantError(t, err, c.kind, c.says)
			if again := f.logins.Load() > 2; again != c.again {
				t.Errorf("%d attempts", f.logins.Load())
			}
			if waited := time.Duration(k.ns.Load()); waited > 20*time.Second {
				t.Errorf("waited %v", waited)
			}
		})
	}
}

func TestLoginComesBack(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	good := f.onLogin
	f.onLogin = func(w http.ResponseWriter, r *http.Request) {
		if f.logins.Load() < 3 {
			status(502, "")(w, r)
			return
		}
		good(w, r)
	}
	c, _ := f.client(t, nil)
	if err := c.Login(t.Context()); err != nil || f.logins.Load() != 3 {
		t.Errorf("%v after %d", err, f.logins.Load())
	}
	if err := c.Refresh(t.Context()); err != nil || f.refreshes.Load() != 1 {
		t.Errorf("%v", err)
	}
}

func TestHangingLoginGivesUp(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.onLogin = func(_ http.ResponseWriter, r *http.Request) { drain(r); <-r.Context().Done() }
	c, _ := f.client(t, func(cfg *Config) { cfg.GiveUp = 200 * time.Millisecond })
	wantError(t, c.EnsureToken(t.Context()), "unreachable", "超时")
}

func TestJSONEncodingAndPrefix(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.onLogin = func(w http.ResponseWriter, r *http.Request) {
		var m map[string]string
		body, _ := io.ReadAll(r.Body)
		if json.Unmarshal(body, &m) != nil || m["password"] != testMD5 || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s", body)
		}
		f.valid.Store("Bearer abc")
		reply(w, `{"success":1,"data":"abc"}`)
	}
	f.onDownload = func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if string(body) != `{"code":"hazard"}` {
			t.Errorf("%s", body)
		}
		reply(w, `{"success":true,"rows":[]}`)
	}
	c, _ := f.client(t, func(cfg *Config) { cfg.RequestEncoding, cfg.AuthPrefix = "json", "Bearer " })
	if rows, err := c.Download(t.Context(), "hazard"); err != nil || string(rows) != "[]" {
		t.Errorf("%s %v", rows, err)
	}
}

func TestDownload(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c, _ := f.client(t, func(cfg *Config) { cfg.MaxRows = 1 << 16 })
	f.onDownload = func(w http.ResponseWriter, r *http.Request) {
		switch r.FormValue("code") {
		case "hazard":
			if f.downloads.Load() < 3 {
				status(500, "")(w, r)
				return
			}
			reply(w, `{"success":true,"rows":[[{"Code":"1"}]]}`)
		case "refused":
			reply(w, `{"success":false,"msg":"没有 130000199001010000 的权限"}`)
		case "none":
			reply(w, `{"success":true,"rows":null}`)
		default:
			hugeReply(w, r)
		}
	}
	if rows, err := c.Download(t.Context(), "hazard"); err != nil || string(rows) != `[[{"Code":"1"}]]` {
		t.Errorf("%s %v", rows, err)
	}
	f.valid.Store("gone") // a dead token: one login, then again
	if _, err := c.Download(t.Context(), "hazard"); err != nil || f.logins.Load() != 2 {
		t.Errorf("%v, %d logins", err, f.logins.Load())
	}
	for code, says := range map[string]string{"refused": "没有 *** 的权限", "none": "没有 rows"} {
		_, err := c.Download(t.Context(), code)
		wantError(t, err, "dictionary", says)
	}
	_, err := c.Download(t.Context(), "huge")
	wantError(t, err, "unreachable", "过大")
}

func TestTLSCauses(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	pemFile := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(pemFile, block, 0o600); err != nil {
		t.Fatal(err)
	}
	try := func(url, ca, says string) {
		t.Helper()
		f := &fake{Server: &httptest.Server{URL: url}}
		c, _ := f.client(t, func(cfg *Config) { cfg.CAFile = ca })
		wantError(t, c.EnsureToken(t.Context()), "unreachable", says)
	}
	try(s.URL, "", "不受信任")
	try(s.URL, pemFile, "404")
	try(strings.Replace(s.URL, "127.0.0.1", "localhost", 1), pemFile, "主机名")
	plain := newFake(t)
	try(strings.Replace(plain.URL, "http", "https", 1), "", "不是 HTTPS")
	try("http://127.0.0.1:1", "", "连接被拒绝")
}
