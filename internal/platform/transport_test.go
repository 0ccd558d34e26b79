package platform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"hbupload/internal/wire"
)

func TestProxyIsNeverUsedForLoopback(t *testing.T) {
	t.Parallel()
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") }))
	t.Cleanup(proxy.Close)
	f := newFake(t)
	c, _ := f.client(t, func(cfg *Config) { cfg.Proxy = proxy.URL })
	if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted {
		t.Errorf("%+v", o)
	}
}

// TestProxyRefusal: names under .invalid never resolve, so only the proxy can
// have been asked.
func TestProxyRefusal(t *testing.T) {
	t.Parallel()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "proxy auth", http.StatusProxyAuthRequired)
	}))
	t.Cleanup(proxy.Close)
	for _, base := range []string{"http://platform.invalid", "https://platform.invalid"} {
		f := &fake{Server: &httptest.Server{URL: base}}
		c, _ := f.client(t, func(cfg *Config) { cfg.Proxy = proxy.URL })
		wantError(t, c.EnsureToken(t.Context()), "unreachable", "代理")
		if o := c.send(t.Context(), request{url: c.urls.Upload, body: []byte("x"), limit: 1000}, 0); o.Class != wire.NotProcessed {
			t.Errorf("%s: %+v", base, o)
		}
	}
	f := &fake{Server: &httptest.Server{URL: "http://platform.invalid"}}
	c, _ := f.client(t, func(cfg *Config) { cfg.Proxy = "http://127.0.0.1:1" })
	wantError(t, c.EnsureToken(t.Context()), "unreachable", "代理")
}

// TestWritten: every order in which the trace and the reply may come.
func TestWritten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		connected, consumed bool
		hook                int32
		want                bool
	}{
		"no connection":                  {false, true, hookOK, false},
		"written":                        {true, true, hookOK, true},
		"write failed":                   {true, true, hookFailed, false},
		"body not read":                  {true, false, hookSilent, false},
		"body read, the trace is silent": {true, true, hookSilent, true},
	} {
		var w written
		w.connected.Store(c.connected)
		w.consumed.Store(c.consumed)
		w.hook.Store(c.hook)
		if w.done() != c.want {
			t.Errorf("%s: %v", name, w.done())
		}
	}
}

func TestIntervals(t *testing.T) {
	t.Parallel()
	ceiling, b := 500*time.Millisecond, intervals()
	for n := range 12 {
		if d := b.NextBackOff(); d < 0 || d > ceiling+time.Millisecond {
			t.Errorf("delay %d is %v, at most %v", n, d, ceiling)
		}
		ceiling = min(2*ceiling, 8*time.Second)
	}
}

func TestCauseNamesWhatItCan(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"等待超时":        context.DeadlineExceeded,
		"拒绝把凭据发给别的主机": &url.Error{Op: "Post", Err: errForeignHost},
		"网络错误":        errors.New("something new"),
		"平台只支持过时的 TLS 版本（低于 1.2）": errors.New("remote error: tls: protocol version not supported"),
	} {
		if got, hint := cause(err); got != want || hint == "" {
			t.Errorf("%v: %s, %s", err, got, hint)
		}
	}
}

// recorder is a connection that takes as many bytes as it has room for.
type recorder struct {
	net.Conn
	writes []string
	room   int
}

func (r *recorder) Write(p []byte) (int, error) {
	n := min(len(p), r.room)
	r.room -= n
	r.writes = append(r.writes, string(p[:n]))
	if n < len(p) {
		return n, net.ErrClosed
	}
	return n, nil
}

// TestHeadTravelsWithItsBody: one write for both, and for each of what follows; what
// is said to be written of a body is no more than was.
func TestHeadTravelsWithItsBody(t *testing.T) {
	t.Parallel()
	for room, want := range map[int]string{100: "4 4 4: headbody more", 6: "4 2 0: headbo ", 3: "4 0 0: hea "} {
		r := &recorder{room: room}
		s := &sniffed{Conn: r, hold: true}
		got := ""
		for _, part := range []string{"head", "body", "more"} {
			n, _ := s.Write([]byte(part))
			got += fmt.Sprint(n, " ")
		}
		if got = strings.TrimSpace(got) + ": " + strings.Join(r.writes, " "); got != want {
			t.Errorf("room for %d: %q, want %q", room, got, want)
		}
	}
}

// TestOneWriteARequest: the platform reads a whole upload at once, on a new
// connection and on one that has served.
func TestOneWriteARequest(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c, _ := f.client(t, nil)
	defer c.Close()
	var mu sync.Mutex
	var writes []int
	dial := c.lines.dial
	c.lines.dial = func(single bool) *http.Transport {
		line := dial(single)
		inner := line.DialContext
		line.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := inner(ctx, network, addr)
			if err == nil {
				s := conn.(*sniffed)
				s.Conn = &counting{Conn: s.Conn, note: func(n int) {
					mu.Lock()
					defer mu.Unlock()
					writes = append(writes, n)
				}}
			}
			return conn, err
		}
		return line
	}
	for range 3 {
		if o := c.Upload(t.Context(), bytes.Repeat([]byte("z"), 3000), nil); o.Class != wire.Accepted {
			t.Fatal(o)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	whole := 0
	for _, n := range writes {
		if n > 3000 {
			whole++
		}
	}
	if len(writes) != 4 || whole != 3 { // and the login
		t.Errorf("writes of %d bytes", writes)
	}
}

// counting notes how much each write is.
type counting struct {
	net.Conn
	note func(n int)
}

func (c *counting) Write(p []byte) (int, error) {
	c.note(len(p))
	return c.Conn.Write(p)
}
