package ledger

import (
	"context"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/pgtest"
)

// verification is a warning about an invented person.
func verification(d *Digester, p person, value string) Verification {
	e := p.entry(d)
	return Verification{Digest: d.Verification(e.Identity, "systolic-range", "ohItemResult[0].result="+value), Identity: e.Identity, Key: p.key, Rule: "systolic-range"}
}

// conformVerified: a verified warning stays verified until a value changes, is
// kept once, is listed, and goes into a backup and out of it.
func conformVerified(t *testing.T, fresh maker) {
	t.Parallel()
	ctx := context.Background()
	at := fresh(t)
	l := open(t, at)
	d := l.Digester()
	sent := invented(1)
	r, _ := begin(t, l, Policy{})
	send(t, r, sent.entry(d), ClassAccepted)
	source := [32]byte{7}
	all := []Verification{verification(d, sent, "231"), verification(d, invented(2), "231")}
	for i, want := range []int{2, 0} {
		if n, err := l.Verify(ctx, source, all); err != nil || n != want {
			t.Errorf("time %d: Verify = %d, %v, want %d", i+1, n, err, want)
		}
	}
	lookVerified(t, l, d)
	for _, key := range []string{"TJ0001", "TJ0002"} {
		h, err := l.History(ctx, Filter{Keys: []string{key}})
		if err != nil || len(h) != 1 || len(h[0].Verified) != 1 {
			t.Fatalf("%s: %+v, %v", key, h, err)
		}
		v := h[0].Verified[0]
		if v.Rule != "systolic-range" || v.User != "tester" || v.Host != "box" || v.At.IsZero() || v.Source != hex.EncodeToString(source[:]) || (h[0].State == StateNone) != (key == "TJ0002") {
			t.Errorf("%s: %+v", key, h[0])
		}
	}
	backup := filepath.Join(t.TempDir(), "b.zip")
	if _, err := l.Backup(ctx, backup); err != nil {
		t.Fatal(err)
	}
	back := here(filepath.Join(t.TempDir(), "p"))
	if _, err := Restore(ctx, options(back), backup, false); err != nil {
		t.Fatal(err)
	}
	lookVerified(t, open(t, back), d)
}

func lookVerified(t *testing.T, l *Ledger, d *Digester) {
	t.Helper()
	v, err := l.Verified(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	p, other := invented(1), invented(1)
	other.care = "01"
	for _, tc := range []struct {
		name string
		of   Verification
		want bool
	}{
		{"as verified", verification(d, p, "231"), true},
		{"another value", verification(d, p, "232"), false},
		{"another person", verification(d, invented(3), "231"), false},
		{"another examination", verification(d, other, "231"), false},
	} {
		if got := v.Has(tc.of.Digest); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
	if v.Has(d.Verification(p.entry(d).Identity, "another", "ohItemResult[0].result=231")) {
		t.Error("another rule")
	}
}

// TestVerifiedOfNothing: where there is no ledger, nothing is verified.
func TestVerifiedOfNothing(t *testing.T) {
	t.Parallel()
	l, err := OpenReadOnly(context.Background(), options(here(t.TempDir())))
	if err != nil {
		t.Fatal(err)
	}
	v, err := l.Verified(context.Background())
	if err != nil || v.Has(Digest{}) {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := l.Verify(context.Background(), [32]byte{}, nil); kindOf(err) != "internal" {
		t.Errorf("Verify read only: %v", err)
	}
	var none *Verified
	if none.Has(Digest{}) {
		t.Error("nil has it")
	}
}

// grantedBefore: who was given a shared ledger before it kept verifications may
// keep them after it was brought up to date.
func grantedBefore(t *testing.T, server *pgtest.Server) {
	at := granted(t, server)
	schema := at.url[strings.LastIndex(at.url, "=")+1:]
	server.SQL(t, "postgres", `DROP TABLE `+schema+`.verified`, `ALTER TABLE `+schema+`.marks DROP COLUMN list`, `DELETE FROM `+schema+`.schema_version WHERE version >= 4`)
	if _, err := Open(context.Background(), options(at)); kindOf(err) != "config" {
		t.Errorf("a ledger that is not up to date: %v", err)
	}
	owner := at
	owner.url = server.URL(pgtest.Owner, "postgres") + "&search_path=" + schema
	if _, err := Init(context.Background(), options(owner), ""); err != nil {
		t.Fatal(err)
	}
	l := open(t, at)
	if n, err := l.Verify(context.Background(), [32]byte{}, []Verification{verification(l.Digester(), invented(1), "1")}); n != 1 || err != nil {
		t.Errorf("Verify = %d, %v", n, err)
	}
}
