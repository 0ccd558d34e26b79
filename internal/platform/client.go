package platform

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"

	"hbupload/internal/wire"
)

// Client speaks to one platform as one user. It is safe for concurrent use.
type Client struct {
	cfg       Config
	base      *url.URL
	urls      Paths // whole addresses
	http      *resty.Client
	transport *http.Transport
	policy    wire.Policy
	boundary  string

	token tokens

	mu         sync.Mutex
	serverDate time.Time
	dateSeen   time.Time
	learned    map[string]struct{} // T7: words of a dead token that turned out to be a rejection
}

// New checks the configuration and makes a client; nothing is sent. Its errors
// are of kind config.
func New(cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	base, err := parseBase(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	if cfg.RequestEncoding != "form" && cfg.RequestEncoding != "json" {
		return nil, configError("配置 platform.request_encoding 的值无法识别", "可用的值：form、json", nil)
	}
	c := &Client{cfg: cfg, base: base, learned: map[string]struct{}{}, policy: wire.Policy{TokenError: cfg.TokenErrorPattern, RetryStatus: cfg.RetryStatus}}
	for _, p := range []struct {
		path string
		url  *string
	}{
		{cfg.Paths.Login, &c.urls.Login}, {cfg.Paths.Refresh, &c.urls.Refresh},
		{cfg.Paths.Download, &c.urls.Download}, {cfg.Paths.Upload, &c.urls.Upload},
	} {
		if *p.url, err = address(base, p.path); err != nil {
			return nil, err
		}
	}
	if c.transport, err = newTransport(cfg); err != nil {
		return nil, err
	}
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	c.boundary = "hbupload" + hex.EncodeToString(b[:])
	c.http = resty.NewWithClient(&http.Client{
		Transport:     guard{base: base, next: c.transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}).SetRetryCount(0).SetLogger(silent{}).SetDisableWarn(true).SetHeader("User-Agent", cfg.UserAgent).SetHeader("Accept", "application/json")
	return c, nil
}

// Close drops the idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Insecure tells whether credentials travel over plain http, where the MD5 of
// the password is as good as the password.
func (c *Client) Insecure() bool { return c.base.Scheme == "http" }

// Loopback tells whether the platform is this machine: a sandbox.
func (c *Client) Loopback() bool { return isLoopback(c.base.Hostname()) }

// ServerDate is the Date header of the last reply and the local time at which
// it came, for doctor's look at the clock; ok is false before any.
func (c *Client) ServerDate() (server, local time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.serverDate, c.dateSeen, !c.serverDate.IsZero()
}

// silent keeps resty from writing anything anywhere.
type silent struct{}

// Errorf does nothing.
func (silent) Errorf(string, ...any) {}

// Warnf does nothing.
func (silent) Warnf(string, ...any) {}

// Debugf does nothing.
func (silent) Debugf(string, ...any) {}

// request is one POST.
type request struct {
	url         string
	contentType string
	body        []byte
	token       string // "" for login
	limit       int64  // bytes read of the reply
}

// post makes one attempt and reports its facts. It never retries, follows no
// redirect, and reads no more of the reply than the limit.
func (c *Client) post(ctx context.Context, r request) wire.Attempt {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	var w written
	req := c.http.R().SetContext(w.trace(ctx)).SetDoNotParseResponse(true).SetHeader("Content-Type", r.contentType)
	if len(r.body) > 0 {
		req.SetBody(bytes.NewReader(r.body))
	}
	if r.token != "" {
		req.SetHeader("Authorization", c.cfg.AuthPrefix+r.token)
	}
	resp, err := req.Execute(http.MethodPost, r.url)
	if err != nil || resp == nil || resp.RawResponse == nil {
		return wire.Attempt{Err: err, Written: w.done()}
	}
	body := resp.RawBody()
	defer func() { _ = body.Close() }()
	h := resp.Header()
	a := wire.Attempt{
		Status: resp.StatusCode(), RetryAfter: h.Get("Retry-After"), Date: h.Get("Date"), ContentType: h.Get("Content-Type"),
	}
	a.Body, a.Err = io.ReadAll(io.LimitReader(body, r.limit+1))
	if int64(len(a.Body)) > r.limit {
		a.Body, a.Cut = a.Body[:r.limit], true
	}
	a.Cut = a.Cut || a.Err != nil
	a.Written = w.done()
	c.noteDate(a.Date)
	return a
}

func (c *Client) noteDate(header string) {
	t, err := http.ParseTime(header)
	if err != nil {
		return
	}
	c.mu.Lock()
	c.serverDate, c.dateSeen = t, c.cfg.Now()
	c.mu.Unlock()
}
