package platform

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hbupload/internal/wire"
)

func drain(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }

// hangUp closes the connection without an answer.
func hangUp(w http.ResponseWriter) {
	if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
		_ = conn.Close()
	}
}

// raw answers with these bytes and hangs up.
func raw(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		drain(r)
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_, _ = io.WriteString(conn, text)
			_ = conn.Close()
		}
	}
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		drain(r)
		w.Header().Set("Retry-After", "3")
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

func TestUploadIsOneMultipartFile(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	zip := wire.Zip(nil, []byte(`{"ohEmployees":{}}`))
	f.onUpload = func(w http.ResponseWriter, r *http.Request) {
		file, h, err := r.FormFile("data")
		if err != nil {
			t.Error(err)
			return
		}
		got, err := io.ReadAll(file)
		if err != nil || !bytes.Equal(got, zip) || h.Filename != "data.zip" || h.Header.Get("Content-Type") != "application/zip" {
			t.Errorf("%v %q %v", err, h.Filename, h.Header)
		}
		if n := len(r.MultipartForm.File) + len(r.MultipartForm.Value); n != 1 {
			t.Errorf("%d fields", n)
		}
		if r.ContentLength <= 0 || len(r.TransferEncoding) > 0 || r.Header.Get("Idempotency-Key") != "" || r.UserAgent() != "hbupload" {
			t.Errorf("length %d, %v, %v", r.ContentLength, r.TransferEncoding, r.Header)
		}
		if r.Header.Get("Authorization") != "login-1" {
			t.Errorf("Authorization %q", r.Header.Get("Authorization"))
		}
		reply(w, `{"success":"true","msg":"ok","data":{"idcard":"x"}}`)
	}
	c, _ := f.client(t, nil)
	o := c.Upload(t.Context(), zip, nil)
	if o.Class != wire.Accepted || !o.Sent || string(o.Echo) != `{"idcard":"x"}` || o.Msg != "ok" {
		t.Errorf("%+v", o)
	}
	if !c.Insecure() || !c.Loopback() {
		t.Error("plain http to this machine")
	}
	if _, _, ok := c.ServerDate(); !ok {
		t.Error("no date of the server")
	}
}

func TestUploadFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		h    http.HandlerFunc
		want wire.Class
	}{
		"hang-up after the body": {func(w http.ResponseWriter, r *http.Request) { drain(r); hangUp(w) }, wire.Unknown},
		"half JSON":              {raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"success\":tr"), wire.Unknown},
		"JSON, then torn":        {raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"success\":true}"), wire.Unknown},
		"half a header":          {raw("HTTP/1.1 200 OK\r\nContent-Le"), wire.Unknown},
		"no HTTP":                {raw("SSH-2.0-x\r\n"), wire.Unknown},
		"HTML":                   {status(200, "<html>请登录</html>"), wire.Unknown},
		"empty":                  {status(200, ""), wire.Unknown},
		"302":                    {status(302, `{"success":true}`), wire.Unknown},
		"307":                    {status(307, ""), wire.Unknown},
		"400":                    {status(400, `{"msg":"格式不对"}`), wire.Rejected},
		"404":                    {status(404, ""), wire.WrongAddress},
		"429":                    {status(429, ""), wire.Throttled},
		"500":                    {status(500, ""), wire.Unknown},
		"503":                    {status(503, ""), wire.Throttled},
		"504":                    {status(504, ""), wire.Unknown},
		"refused, as text":       {status(200, `{"success":"false","msg":"年龄有误"}`), wire.Rejected},
		"huge reply":             {hugeReply, wire.Unknown},
		"slow-loris reply":       {slowReply, wire.Unknown},
		"never an answer":        {func(_ http.ResponseWriter, r *http.Request) { drain(r); <-r.Context().Done() }, wire.Unknown},
		"huge header":            {raw("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20)), wire.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.onUpload = c.h
			cl, _ := f.client(t, func(cfg *Config) {
				cfg.Timeout = 20 * time.Second // a busy machine must not look like a fault
				if strings.HasPrefix(name, "slow") || strings.HasPrefix(name, "never") {
					cfg.Timeout = 400 * time.Millisecond
				}
			})
			o := cl.Upload(t.Context(), []byte("PK"), nil)
			if o.Class != c.want || !o.Sent {
				t.Errorf("%v, sent %v: %s %v", o.Class, o.Sent, o.Reason, o.Err)
			}
			if n := f.uploads.Load(); n != 1 {
				t.Errorf("%d requests for one record", n)
			}
			if c.want == wire.Throttled && o.RetryAfter != 3*time.Second {
				t.Errorf("Retry-After %v", o.RetryAfter)
			}
		})
	}
}

func hugeReply(w http.ResponseWriter, r *http.Request) {
	drain(r)
	_, _ = io.WriteString(w, `{"success":true,"msg":"`)
	block := bytes.Repeat([]byte("x"), 1<<16)
	for range 64 {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
	_, _ = io.WriteString(w, `"}`)
}

// slowReply sends a byte now and then, for ever.
func slowReply(w http.ResponseWriter, r *http.Request) {
	drain(r)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_, _ = io.WriteString(w, " ")
			w.(http.Flusher).Flush()
		case <-r.Context().Done():
			return
		}
	}
}

// TestUploadHangUpBeforeTheBody: the platform leaves after the header; a body
// larger than the socket's buffers cannot have left this machine.
func TestUploadHangUpBeforeTheBody(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.onUpload = func(w http.ResponseWriter, _ *http.Request) { hangUp(w) }
	c, _ := f.client(t, nil)
	o := c.Upload(t.Context(), make([]byte, 64<<20), nil)
	if o.Class != wire.NotProcessed || o.Sent || o.Err == nil {
		t.Errorf("%v, sent %v: %s", o.Class, o.Sent, o.Reason)
	}
	if n := f.uploads.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestUploadUnreachable(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c, _ := f.client(t, nil)
	if err := c.EnsureToken(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.Close()
	c.Close() // a connection kept alive would leave it to chance what the kernel takes
	o := c.Upload(t.Context(), []byte("PK"), nil)
	if o.Class != wire.NotProcessed || o.Sent || o.Err == nil || !strings.Contains(o.Reason, "拒绝") {
		t.Errorf("%+v", o)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if o := c.Upload(ctx, []byte("PK"), nil); o.Class != wire.NotProcessed || o.Sent {
		t.Errorf("cancelled: %+v", o)
	}
}

// TestUploadIsNotReplayed: a kept-alive connection dies under the second
// request; net/http must not send it again by itself.
func TestUploadIsNotReplayed(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.onUpload = func(w http.ResponseWriter, r *http.Request) {
		drain(r)
		if f.uploads.Load() == 2 {
			hangUp(w)
			return
		}
		reply(w, `{"success":true}`)
	}
	c, _ := f.client(t, nil)
	var got []wire.Class
	for range 3 {
		got = append(got, c.Upload(t.Context(), []byte("PK"), nil).Class)
	}
	if got[0] != wire.Accepted || got[1] != wire.Unknown || got[2] != wire.Accepted || f.uploads.Load() != 3 {
		t.Errorf("%v in %d requests", got, f.uploads.Load())
	}
}

func TestCredentialsStayWithTheHost(t *testing.T) {
	t.Parallel()
	other := newFake(t)
	f := newFake(t)
	f.onUpload = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+defaultPaths().Upload, http.StatusTemporaryRedirect)
	}
	c, _ := f.client(t, nil)
	if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Unknown {
		t.Errorf("%+v", o)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, other.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := (guard{base: c.base}).RoundTrip(req); err == nil {
		_ = resp.Body.Close()
		t.Error("the guard let a request pass to another host")
	}
	if n := other.uploads.Load(); n != 0 {
		t.Errorf("%d requests reached the other host", n)
	}
}

func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	var conns sync.Map // by the client's address
	f.onUpload = func(w http.ResponseWriter, r *http.Request) {
		drain(r)
		conns.Store(r.RemoteAddr, true)
		reply(w, `{"success":true}`)
	}
	c, _ := f.client(t, nil)
	for range 50 {
		if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted {
			t.Fatalf("%+v", o)
		}
	}
	n := 0
	conns.Range(func(any, any) bool { n++; return true })
	if n > 1 {
		t.Errorf("%d connections for 50 uploads in a row", n)
	}
}

// TestBodiesAreTheirOwn: the memory of a body serves the next upload, also where an
// answer overtakes the body or the request is given up. What arrives whole is one
// zip between its head and its tail.
func TestBodiesAreTheirOwn(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	var c *Client
	var whole atomic.Int64
	f.onUpload = func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength%3 == 0 { // answered unread
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		got, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		zip := bytes.Repeat([]byte{got[200]}, len(got)-len(c.multipart(nil, nil)))
		if want := "--" + c.boundary + "\r\nContent-Disposition: form-data; name=\"data\"; filename=\"data.zip\"\r\nContent-Type: application/zip\r\n\r\n" +
			string(zip) + "\r\n--" + c.boundary + "--\r\n"; string(got) != want {
			t.Errorf("%d bytes arrived that nobody sent", len(got))
		}
		whole.Add(1)
		reply(w, `{"success":true}`)
	}
	c, _ = f.client(t, nil)
	defer c.Close()
	if err := c.EnsureToken(t.Context()); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 40 {
				ctx, cancel := context.WithCancel(t.Context())
				if i%8 == 7 {
					time.AfterFunc(time.Duration(i)*20*time.Microsecond, cancel)
				}
				c.Upload(ctx, bytes.Repeat([]byte{byte('a' + (worker*5+i)%26)}, 100+i*700), nil)
				cancel()
			}
		})
	}
	wg.Wait()
	if n := whole.Load(); n < 100 {
		t.Errorf("%d of 320 arrived whole", n)
	}
}

// TestBodyAfterItsEnd: what the transport still reads after it has closed a body is
// not another request's, and the memory is given back once.
func TestBodyAfterItsEnd(t *testing.T) {
	t.Parallel()
	given := 0
	w := written{spent: func() { given++ }}
	b := countingBody{ReadCloser: io.NopCloser(strings.NewReader("another's")), left: 9, w: &w}
	for range 2 {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
	if n, err := b.Read(make([]byte, 9)); n != 0 || err == nil || given != 1 || w.consumed.Load() {
		t.Errorf("read %d, %v; given back %d times", n, err, given)
	}
}
