package platform

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"

	"hbupload/internal/wire"
)

// Client calls one platform as one user. It is safe for concurrent use.
type Client struct {
	cfg      Config
	base     *url.URL
	urls     Paths // whole addresses
	http     *resty.Client
	lines    *lines
	policy   wire.Policy
	boundary string
	forms    sync.Pool // *[]byte, bodies of uploads

	token tokens

	mu         sync.Mutex
	dateHeader string // of serverDate
	serverDate time.Time
	dateSeen   time.Time
	learned    map[string]struct{} // T7: words of a dead token that turned out to be a rejection
	said       map[string]struct{} // what was said once
	speech     Speech
}

// New checks the configuration and makes a client; nothing is sent. Its errors
// are of kind config.
func New(cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	base, err := parseBase(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	if err := cfg.checkWords(); err != nil {
		return nil, err
	}
	c := &Client{cfg: cfg, base: base, learned: map[string]struct{}{}, said: map[string]struct{}{}, speech: Speech{Encoding: cfg.RequestEncoding, TTL: cfg.TokenTTL},
		policy: wire.Policy{TokenError: cfg.TokenErrorPattern, Busy: cfg.BusyPattern, RetryStatus: cfg.RetryStatus}}
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
	dial, err := newDialer(cfg)
	if err != nil {
		return nil, err
	}
	c.lines = &lines{dial: dial}
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	c.boundary = "hbupload" + hex.EncodeToString(b[:])
	c.http = resty.NewWithClient(&http.Client{
		Transport:     guard{base: base},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}).SetRetryCount(0).SetLogger(silent{}).SetDisableWarn(true).
		SetHeader("User-Agent", cfg.UserAgent).SetHeader("Accept", "application/json, */*;q=0.1").SetHeader("Accept-Encoding", "identity")
	return c, nil
}

// Close drops the idle connections.
func (c *Client) Close() { c.lines.close() }

// Insecure reports whether credentials travel over plain http, where the MD5 of
// the password is as good as the password.
func (c *Client) Insecure() bool { return c.base.Scheme == "http" }

// Loopback reports whether the platform is this machine: a sandbox.
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

// request is one call.
type request struct {
	method      string // "": POST
	url         string
	contentType string
	body        []byte
	zip         []byte // of an upload, in the place of body
	token       string // "" for login
	limit       int64  // bytes read of the reply
}

// post makes one attempt and reports its facts.
func (c *Client) post(ctx context.Context, r request) wire.Attempt {
	a, line := c.exchange(ctx, r)
	c.lines.put(line, sound(a))
	return a
}

// sound reports whether the connection of a reply may be used again.
func sound(a wire.Attempt) bool { return a.Status/100 == 2 && a.Err == nil && !a.Cut && !a.Early }

// exchange makes one attempt on a line of its own, which the caller gives back. It
// never retries, follows no redirect, and reads no more of the reply than the limit.
func (c *Client) exchange(ctx context.Context, r request) (wire.Attempt, *http.Transport) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	line := c.lines.take()
	var w written
	req := c.http.R().SetContext(w.trace(context.WithValue(ctx, lineKey{}, line))).SetDoNotParseResponse(true)
	if r.contentType != "" {
		req.SetHeader("Content-Type", r.contentType)
	}
	body := r.body
	if r.zip != nil {
		body, w.spent = c.form(r.zip)
	}
	if len(body) > 0 {
		req.SetBody(bytes.NewReader(body))
	}
	if r.token != "" {
		req.SetHeader("Authorization", c.cfg.AuthPrefix+r.token)
	}
	method := r.method
	if method == "" {
		method = http.MethodPost
	}
	resp, err := req.Execute(method, r.url)
	if err != nil || resp == nil || resp.RawResponse == nil {
		a := wire.Attempt{Err: err, Written: w.done()}
		if a.SilentClose = a.Written && w.silent(err); a.SilentClose {
			c.lines.distrust()
		}
		return a, line
	}
	a := c.read(resp, r.limit)
	a.Written = w.done()
	a.Early = w.early.Load()
	c.noteDate(a.Date)
	return a, line
}

// read takes a reply's facts and its body.
func (c *Client) read(resp *resty.Response, limit int64) wire.Attempt {
	body := resp.RawBody()
	defer func() { _ = body.Close() }()
	h := resp.Header()
	a := wire.Attempt{
		Status: resp.StatusCode(), RetryAfter: h.Get("Retry-After"), Date: h.Get("Date"), ContentType: h.Get("Content-Type"),
		Location: h.Get("Location"), Token: h.Get("Authorization"),
	}
	a.Body, a.Err = io.ReadAll(io.LimitReader(body, limit+1))
	if int64(len(a.Body)) > limit {
		a.Body = a.Body[:limit]
		a.Cut = true
	}
	a.Cut = a.Cut || a.Err != nil
	if !a.Cut {
		decode(&a, strings.Join(h.Values("Content-Encoding"), ","), limit)
	}
	return a
}

// noteDate keeps the Date of a reply and when it first came: a second's answers
// all have the same.
func (c *Client) noteDate(header string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if header == c.dateHeader {
		return
	}
	t, err := http.ParseTime(header)
	if err != nil {
		return
	}
	c.dateHeader = header
	c.serverDate = t
	c.dateSeen = c.cfg.Now()
}
