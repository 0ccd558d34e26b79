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
	at := shared(t, server)
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

// TestSecured: any database but this machine's is verified unless the address
// says otherwise, and then it is told.
func TestSecured(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		address, mode string
		unverified    bool
	}{
		{"postgres://u@db.example/x", "verify-full", false},
		{"postgres://u@db.example/x?sslrootcert=ca.pem", "verify-full", false},
		{"postgres://u@db.example/x?sslmode=require", "require", true},
		{"postgres://u@db.example/x?sslmode=disable", "disable", true},
		{"postgres://u@db.example/x?sslmode=verify-ca", "verify-ca", false},
		{"postgres://u@127.0.0.1/x", "", false},
		{"postgres://u@localhost:5433/x", "", false},
		{"postgres:///x?host=/run/postgresql", "", false},
		{"postgres:///x?host=db.example", "verify-full", false},
	} {
		if got := secured(tc.address); tc.mode != "" && !strings.Contains(got, "sslmode="+tc.mode) || tc.mode == "" && got != tc.address {
			t.Errorf("%s becomes %s", tc.address, got)
		}
		if got := Unverified(tc.address); got != tc.unverified {
			t.Errorf("%s: unverified %v", tc.address, got)
		}
	}
	if got := Place("postgres://u:geheim@db.example:5432/clinic?sslmode=disable"); got != "postgres://db.example:5432/clinic" {
		t.Errorf("Place = %s", got)
	}
}
