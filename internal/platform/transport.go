package platform

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var errForeignHost = errors.New("request leaves the configured host")

// guard is the last gate before the network: it keeps requests on the
// configured host and takes from net/http the means to send a body twice.
type guard struct{ base *url.URL }

// errNoLine is a request that did not come by exchange.
var errNoLine = errors.New("request without a line")

// RoundTrip refuses other hosts. The copy without GetBody cannot be replayed,
// neither on a connection that died nor on a redirect.
func (g guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != g.base.Scheme || req.URL.Host != g.base.Host {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, errForeignHost
	}
	line, ok := req.Context().Value(lineKey{}).(*http.Transport)
	if !ok {
		return nil, errNoLine
	}
	once := new(http.Request)
	*once = *req
	once.GetBody = nil
	if req.Body == nil || req.ContentLength == 0 { // a length of 0 is said, where a body of unknown length would be chunked
		once.Body = http.NoBody
	}
	if w, ok := req.Context().Value(writtenKey{}).(*written); ok && once.Body != http.NoBody {
		w.counted.Store(true)
		once.Body = &countingBody{ReadCloser: req.Body, left: req.ContentLength, w: w}
	}
	return line.RoundTrip(once)
}

// maxIdle closes a connection of ours before a server or a gateway does: on one
// that the other side has just closed, a whole request may be written and lost,
// which nobody can tell from one that was stored.
const maxIdle = 15 * time.Second

// newDialer gives what makes lines. A single one keeps no connection.
func newDialer(cfg Config) (func(single bool) *http.Transport, error) {
	roots, err := authorities(cfg.CAFile)
	if err != nil {
		return nil, err
	}
	proxy, err := proxyFunc(cfg.Proxy)
	if err != nil {
		return nil, err
	}
	step := min(cfg.Timeout, 10*time.Second)
	plain := strings.HasPrefix(strings.ToLower(cfg.BaseURL), "http:")
	dialer := &net.Dialer{Timeout: step, KeepAlive: 15 * time.Second}
	sessions := tls.NewLRUClientSessionCache(0) // the lines share what they know of the platform
	return func(single bool) *http.Transport {
		return &http.Transport{
			Proxy:                  proxy,
			OnProxyConnectResponse: tunnel,
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := dialer.DialContext(ctx, network, addr)
				if err != nil {
					return nil, err
				}
				return &sniffed{Conn: conn, plain: plain}, nil
			},
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots, ClientSessionCache: sessions},
			TLSHandshakeTimeout:    step,
			ResponseHeaderTimeout:  cfg.Timeout,
			ExpectContinueTimeout:  0,
			DisableKeepAlives:      single,
			MaxIdleConns:           1,
			MaxIdleConnsPerHost:    1,
			IdleConnTimeout:        maxIdle,
			MaxResponseHeaderBytes: 64 << 10,
			DisableCompression:     true,
			ForceAttemptHTTP2:      false,
			// An empty map keeps HTTP/2 out: a shared connection would tie the
			// fates of uploads together, and its retries are its own.
			TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
		}
	}, nil
}

// errGuomi is about a server that expects TLCP (GB/T 38636), whose records carry 0x0101.
var errGuomi = errors.New("server speaks TLCP")

// errHTTPSPort is a server that answers a plain request with an alert of TLS.
var errHTTPSPort = errors.New("server speaks TLS on the port of a plain request")

// sniffed looks at the first bytes that a server sends.
type sniffed struct {
	net.Conn
	plain   bool // the configured address is http
	looked  bool
	alerted atomic.Bool // the server speaks TLS

	hold bool   // what is written next waits for what follows
	held []byte // and is this
}

// Read passes bytes on, unless they begin a record of TLCP, or of TLS where the
// request was plain.
func (s *sniffed) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if !s.looked && n >= 3 {
		s.looked = true
		record := p[0] == 0x15 || p[0] == 0x16
		switch {
		case record && p[1] == 1 && p[2] == 1:
			return 0, errGuomi
		case record && p[1] == 3 && s.plain:
			s.alerted.Store(true)
			return 0, errHTTPSPort
		}
	}
	return n, err
}

// Write passes bytes on, a request's head together with its body: net/http writes
// the head by itself where it does not know the body's type, which costs a packet
// and wakes the platform twice. The alert may arrive while the request is still
// being written; net/http then reports the failed write and not what was read.
func (s *sniffed) Write(p []byte) (int, error) {
	if s.hold {
		s.hold = false
		s.held = append(s.held[:0], p...)
		return len(p), nil
	}
	before := len(s.held)
	if before > 0 {
		s.held = append(s.held, p...)
		p = s.held
	}
	n, err := s.Conn.Write(p)
	s.held = s.held[:0]
	if err != nil && s.alerted.Load() {
		err = errHTTPSPort
	}
	return max(0, n-before), err
}

// maxCAFile is far more than all authorities of a system take.
const maxCAFile = 4 << 20

func authorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	info, err := os.Stat(file)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxCAFile) {
		return nil, configError("platform.ca_file 指定的不是证书文件："+file, "应是 PEM 格式的普通文件，不超过 4 MB", nil)
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, configError("无法读取 platform.ca_file 指定的证书文件 "+file, "检查路径和权限", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	switch added := pool.AppendCertsFromPEM(pem); {
	case !added && holdsSM2(pem):
		return nil, configError("platform.ca_file 里是国密（SM2）证书，本程序不支持："+file, hintGuomi, nil)
	case !added:
		return nil, configError("platform.ca_file 指定的文件里没有 PEM 格式的证书："+file, "", nil)
	}
	return pool, nil
}

func proxyFunc(raw string) (func(*http.Request) (*url.URL, error), error) {
	if raw == "" {
		return http.ProxyFromEnvironment, nil
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5") {
		return nil, configError("代理地址 platform.proxy 不是合法的网址", "例如 http://代理主机:3128", nil)
	}
	return func(req *http.Request) (*url.URL, error) {
		if isLoopback(req.URL.Hostname()) {
			return nil, nil
		}
		return u, nil
	}, nil
}

// tunnel keeps the status with which a proxy refuses a tunnel: net/http keeps
// its words only.
func tunnel(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode != http.StatusOK {
		return proxyRefusal(answer.StatusCode)
	}
	return nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// written finds out whether the last byte of a request left this machine.
type written struct {
	connected atomic.Bool
	consumed  atomic.Bool // the transport has read the whole body
	counted   atomic.Bool // there is a body to read
	hook      atomic.Int32
	reused    atomic.Bool // the connection had served before
	answered  atomic.Bool // a byte of the reply came
	early     atomic.Bool // and came before the request had been read to its end
	spent     func()      // takes the body's memory back once the transport is done with it; may be nil
}

// silent reports whether a connection that had served before was closed under the
// request, without one byte of reply.
func (w *written) silent(err error) bool {
	return err != nil && w.reused.Load() && !w.answered.Load() && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) && !isTimeout(err)
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

const (
	hookSilent int32 = iota
	hookOK
	hookFailed
)

// writtenKey carries the written of a request to the guard.
type writtenKey struct{}

func (w *written) trace(ctx context.Context) context.Context {
	ctx = context.WithValue(ctx, writtenKey{}, w)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			w.connected.Store(true)
			w.reused.Store(info.Reused)
			if conn, ok := info.Conn.(*sniffed); ok { // of TLS it is not: that has a record for each anyway
				conn.hold = w.counted.Load()
				conn.held = conn.held[:0]
			}
		},
		GotFirstResponseByte: func() {
			w.answered.Store(true)
			w.early.Store(w.counted.Load() && !w.consumed.Load())
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err != nil {
				w.hook.Store(hookFailed)
				return
			}
			w.hook.Store(hookOK)
		},
	})
}

// done is the verdict. Where the trace is silent (a reply can overtake it), a
// body that the transport has consumed counts as written: in doubt is the safe
// side.
func (w *written) done() bool {
	switch {
	case !w.connected.Load():
		return false
	case w.hook.Load() == hookOK:
		return true
	case w.hook.Load() == hookFailed:
		return false
	default:
		return w.consumed.Load()
	}
}

// countingBody notes when the transport has read the last byte, and when it is done
// with the body.
type countingBody struct {
	io.ReadCloser
	left int64
	w    *written

	mu     sync.Mutex
	closed bool
}

// Read passes bytes on. After Close there are none: the memory is another request's.
func (b *countingBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left <= 0 {
		b.w.consumed.Store(true)
	}
	return n, err
}

// Close may be called more than once.
func (b *countingBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil
	}
	b.closed = true
	if b.w.spent != nil {
		b.w.spent()
	}
	return b.ReadCloser.Close()
}
