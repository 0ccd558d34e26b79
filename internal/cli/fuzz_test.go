package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"hbupload/internal/ledger"
	"hbupload/internal/wire"
)

// FuzzAge: an age is positive and bounded, or a usage error.
func FuzzAge(f *testing.F) {
	for _, s := range []string{"90d", "48h", "0d", "-1h", "999999d", "1e9h", "9223372036854775807ns", "d", "1d2h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parseAge(text)
		if err == nil && d < 0 || err != nil && d != 0 {
			t.Errorf("%q: %v, %v", text, d, err)
		}
	})
}

// FuzzTokenFile: whatever stands in the file, only a token that was kept for
// these very credentials and lives is used.
func FuzzTokenFile(f *testing.F) {
	now := time.Unix(1_700_000_000, 0)
	at := func(dir string) *tokenFile {
		return &tokenFile{path: filepath.Join(dir, "token.json"), binding: "a\x1fb\x1fc\x1fd", now: func() time.Time { return now }}
	}
	own := at(f.TempDir())
	salt := strings.Repeat("0", 64)
	good, _ := json.Marshal(savedToken{Token: "abc", Expires: now.Add(time.Hour), Salt: salt, Binding: own.mac(salt)})
	f.Add(good)
	f.Add([]byte(`{"token":"abc","expires":"2099-01-01T00:00:00Z","binding":"","salt":""}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		k := at(t.TempDir())
		if err := os.WriteFile(k.path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		token, ok := k.load()
		var s savedToken
		switch {
		case !ok:
			if _, err := os.Stat(k.path); err == nil || token.Value != "" {
				t.Errorf("a token that is not ours stays: %q", data)
			}
		case json.Unmarshal(data, &s) != nil || s.Binding != k.mac(s.Salt) || !now.Before(s.Expires) || token.Value != s.Token:
			t.Errorf("%q is taken for ours", data)
		}
	})
}

var reBareNumber = regexp.MustCompile(`(^|[^0-9A-Za-z])[0-9]{15,18}($|[^0-9A-Za-z])`)

// FuzzCaught: the log's second net leaves no number of a person, and what it has
// caught once it does not change again.
func FuzzCaught(f *testing.F) {
	for _, s := range []string{"130102199001010011", "a 13900000000,13900000000", "token: abc.def", "Bearer x", "eyJhbGciOi.x.y", `{"password":"x"}`, "+86 13900000000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := caught(s)
		if reBareNumber.MatchString(once) {
			t.Errorf("%q leaves %q", s, once)
		}
	})
}

// FuzzInspect: any bytes as a data.zip or data.json are shown as plain text, or
// refused with a sentence.
func FuzzInspect(f *testing.F) {
	doc := []byte(`{"ohEmployees":{"patientName":"5rWL6K+V","idcard":"MTMwMTAy","ohEmpHazard":[{"hazardCode":"MjAwOA=="}]}}`)
	f.Add(doc)
	f.Add(wire.Zip(nil, doc))
	f.Add(wire.Zip(nil, []byte(`{"a":"\u001b]0;evil\u0007\u202e"}`)))
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b := newBench(t)
		path := b.path("data.zip")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"inspect", path, "--reveal"}, {"inspect", path, "--json"}} {
			if code := b.run(args...); code != 0 && code != 2 && code != 3 {
				t.Errorf("exit %d: %s%s", code, b.out.String(), b.err.String())
			}
			wantHarmless(t, "stdout", b.out.String())
			wantHarmless(t, "stderr", b.err.String())
		}
		if !json.Valid(b.out.Bytes()) {
			t.Errorf("no JSON: %q", b.out.String())
		}
	})
}

// FuzzRestore: any bytes as a backup give a ledger that opens, or a sentence and
// an untouched folder.
func FuzzRestore(f *testing.F) {
	whole := filepath.Join(f.TempDir(), "whole")
	open := func(dir string) ledger.Options {
		return ledger.Options{Path: filepath.Join(dir, ledger.FileName), Now: time.Now}
	}
	led, err := ledger.Open(context.Background(), open(f.TempDir()))
	if err != nil {
		f.Fatal(err)
	}
	_, err = led.Backup(context.Background(), whole)
	if _ = led.Close(); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(whole)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		path := filepath.Join(t.TempDir(), "backup")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.Restore(context.Background(), open(dir), path, false); err != nil {
			if p := problem(err); p.Kind == "internal" {
				t.Errorf("%s: %v", p.Kind, err)
			}
			if _, err := os.Stat(filepath.Join(dir, ledger.FileName)); err == nil {
				t.Error("a refused backup left a ledger")
			}
			return
		}
		again, err := ledger.Open(context.Background(), open(dir))
		if err != nil {
			t.Fatalf("restored, and does not open: %v", err)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	})
}
