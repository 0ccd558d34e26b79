package platform

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/wire"
)

// authority is a private certificate authority of a test.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string // PEM, for platform.ca_file
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, file: filepath.Join(t.TempDir(), "ca.pem")}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	a.cert, a.key = a.sign(template, template, nil)
	if err := os.WriteFile(a.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

// sign makes a certificate; without a key of the parent, it signs itself.
func (a *authority) sign(template, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	if by == nil {
		by = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, by)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert, key
}

// leaf is a platform's certificate for 127.0.0.1, as change wants it.
func (a *authority) leaf(change func(*x509.Certificate)) tls.Certificate {
	a.t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "platform"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, KeyUsage: x509.KeyUsageDigitalSignature}
	if change != nil {
		change(template)
	}
	cert, key := a.sign(template, a.cert, a.key)
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key}
}

// secure is the address of a TLS server whose handler fails the test when the
// handshake should not have let a request through.
func secure(t *testing.T, cfg *tls.Config, h http.Handler) string {
	t.Helper()
	if h == nil {
		h = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("a request came through: %s", r.URL) })
	}
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = cfg
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

// TestTLSFaults: nothing is sent where the other side is not proved, and the
// cause is named with what to do.
func TestTLSFaults(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	with := func(change func(*x509.Certificate)) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{ca.leaf(change)}}
	}
	old := func(change func(*tls.Config)) *tls.Config {
		c := with(nil)
		change(c)
		return c
	}
	for name, c := range map[string]struct {
		tls        *tls.Config
		ca         string
		says, hint string
	}{
		"good, authority unknown": {with(nil), "", "不受信任", "platform.ca_file"},
		"expired": {with(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Unix(0, 0), time.Date(2020, 2, 3, 12, 0, 0, 0, time.UTC)
		}), ca.file, "已过期（2020-02-0", "本机时钟"},
		"not yet": {with(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Date(2199, 2, 3, 12, 0, 0, 0, time.UTC), time.Date(2299, 1, 1, 0, 0, 0, 0, time.UTC)
		}), ca.file, "尚未生效（2199-02-0", "本机时钟"},
		"of another host":  {with(func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"other.invalid"} }), ca.file, "不是发给这个主机名", "主机名"},
		"of no host":       {with(func(c *x509.Certificate) { c.IPAddresses = nil }), ca.file, "不是发给这个主机名", "主机名"},
		"for clients only": {with(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }), ca.file, "证书无效", "检查其证书"},
		"TLS 1.1":          {old(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }), ca.file, "过时的 TLS 版本", "TLS 1.2"},
		"an old cipher": {old(func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA}
		}), ca.file, "加密算法", "ECDHE"},
		"wants our certificate": {old(func(c *tls.Config) { c.MaxVersion, c.ClientAuth = tls.VersionTLS12, tls.RequireAnyClientCert }), ca.file, "加密算法", "客户端证书"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fake{Server: &httptest.Server{URL: secure(t, c.tls, nil)}}
			cl, k := f.client(t, func(cfg *Config) { cfg.CAFile = c.ca })
			err := cl.EnsureToken(t.Context())
			wantError(t, err, "unreachable", c.says)
			if e := fault.Of(err); e == nil || !strings.Contains(e.Hint(), c.hint) {
				t.Errorf("hint %q, want %q", e.Hint(), c.hint)
			}
			if k.ns.Load() != 0 {
				t.Errorf("waited for a certificate to mend itself")
			}
			o := cl.send(t.Context(), request{url: cl.urls.Upload, body: []byte("x"), limit: 1000}, 0)
			if o.Class != wire.NotProcessed || o.Sent || !strings.Contains(o.Reason, c.says) {
				t.Errorf("%+v", o)
			}
		})
	}
}

// TestTLSRequiresClientCertificate: TLS 1.3 says so only after the request has left.
func TestTLSRequiresClientCertificate(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	f := &fake{Server: &httptest.Server{URL: secure(t, &tls.Config{Certificates: []tls.Certificate{ca.leaf(nil)}, ClientAuth: tls.RequireAnyClientCert}, nil)}}
	c, _ := f.client(t, func(cfg *Config) { cfg.CAFile = ca.file })
	wantError(t, c.EnsureToken(t.Context()), "unreachable", "客户端证书")
}

// TestTLSGarbage: what answers is no TLS at all, or breaks off.
func TestTLSGarbage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		say  string
		says string
	}{
		"plain HTTP": {"HTTP/1.1 400 Bad Request\r\n\r\nClient sent HTTP to HTTPS", "不是 HTTPS"},
		"SSH":        {"SSH-2.0-OpenSSH_9\r\n", "不是 HTTPS"},
		"cut":        {"", "中断"},
		"an alert":   {"\x15\x03\x03\x00\x02\x02\x50", "TLS 握手失败"}, // internal error
	} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = ln.Close() })
		go func() {
			for {
				conn, err := ln.Accept()
				if err != nil {
					return
				}
				_, _ = io.ReadFull(conn, make([]byte, 50)) // a part of the hello
				_, _ = io.WriteString(conn, c.say)
				_ = conn.(*net.TCPConn).CloseWrite()
				_, _ = io.Copy(io.Discard, conn)
				_ = conn.Close()
			}
		}()
		f := &fake{Server: &httptest.Server{URL: "https://" + ln.Addr().String()}}
		cl, _ := f.client(t, nil)
		err = cl.EnsureToken(t.Context())
		wantError(t, err, "unreachable", c.says)
		if o := cl.send(t.Context(), request{url: cl.urls.Upload, body: []byte("x"), limit: 1000}, 0); o.Class != wire.NotProcessed {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

// TestTLSWorks: with the authority named, and only then; a login over it is no
// longer insecure.
func TestTLSWorks(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	f := newFake(t)
	f.URL = secure(t, &tls.Config{Certificates: []tls.Certificate{ca.leaf(nil)}}, f.Config.Handler)
	c, _ := f.client(t, func(cfg *Config) { cfg.CAFile = ca.file })
	if o := c.Upload(t.Context(), []byte("PK"), nil); o.Class != wire.Accepted || c.Insecure() {
		t.Errorf("%+v", o)
	}
	if v := c.lines.take().TLSClientConfig; v.InsecureSkipVerify || v.MinVersion != tls.VersionTLS12 {
		t.Errorf("%+v", v)
	}
}
