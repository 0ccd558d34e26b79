package ledger

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hbupload/internal/pgtest"
)

// authority signs certificates of a test's own.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T, dir, name string) *authority {
	t.Helper()
	a := &authority{t: t, file: filepath.Join(dir, name+".crt")}
	a.cert, a.key = a.issue(name, &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	a.write(a.file, "CERTIFICATE", a.cert.Raw)
	return a
}

// issue makes a certificate, signed by the authority, or by itself where it is
// the first.
func (a *authority) issue(name string, c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(name, err)
	}
	out, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return out, key
}

func (a *authority) write(path, kind string, der []byte) {
	a.t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// encrypted: the way to the database can be verified, and what cannot be is
// refused with its cause.
func encrypted(t *testing.T, server *pgtest.Server) {
	dir := t.TempDir()
	ours, strange := newAuthority(t, dir, "ours"), newAuthority(t, dir, "strange")
	cert, key := ours.issue("db", &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "db"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	at := sharedSite(t, server)
	server.Secure(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
	with := func(mode, ca string) Options {
		opt := options(at)
		opt.URL = strings.Replace(at.url, "sslmode=disable", "sslmode="+mode+"&sslrootcert="+ca, 1)
		return opt
	}
	l, err := Open(context.Background(), with("verify-full", ours.file))
	if err != nil {
		t.Fatalf("with the right authority: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), with("verify-full", strange.file)); kindOf(err) != "config" || !strings.Contains(err.Error(), "证书") {
		t.Errorf("another authority: %v", err)
	}
	wrong := with("verify-full", ours.file)
	wrong.URL = strings.Replace(wrong.URL, "127.0.0.1", "localhost", 1) // the certificate names another
	if _, err := Open(context.Background(), wrong); kindOf(err) != "config" || !strings.Contains(err.Error(), "证书") {
		t.Errorf("another host: %v", err)
	}
	if _, err := Open(context.Background(), options(at)); kindOf(err) != "config" {
		t.Errorf("without TLS: %v", err)
	}
	if _, err := Open(context.Background(), with("verify-full", filepath.Join(dir, "none.crt"))); kindOf(err) != "config" || !strings.Contains(err.Error(), "none.crt") {
		t.Errorf("without the authority's file: %v", err)
	}
}
