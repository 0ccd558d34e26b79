package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/run"
	"hbupload/internal/wire"
)

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
			if p := run.Problem(err); p.Kind == fault.Internal {
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
