package main

import (
	"bytes"
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOverlayFitsTheToolchain holds that the edits fit the toolchain in use, that
// what they give is Go, and that nothing of Windows 8 is asked for any more.
func TestOverlayFitsTheToolchain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-o", dir}, &out); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(strings.TrimSpace(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	var overlay struct{ Replace map[string]string }
	if err := json.Unmarshal(text, &overlay); err != nil || len(overlay.Replace) != len(files()) {
		t.Fatalf("%v: %s", err, text)
	}
	for source, edited := range overlay.Replace {
		if _, err := os.Stat(source); err != nil {
			t.Error(err)
		}
		code, err := os.ReadFile(edited)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.ParseFile(token.NewFileSet(), edited, code, 0); err != nil {
			t.Error(err)
		}
		for _, gone := range []string{`"bcryptprimitives.dll"`, `"ProcessPrng`, "*bitField |="} {
			if bytes.Contains(code, []byte(gone)) {
				t.Errorf("%s still has %s", edited, gone)
			}
		}
	}
}

// TestOtherToolchainStops holds that a text which is missing or stands twice stops
// the build with a sentence.
func TestOtherToolchainStops(t *testing.T) {
	t.Parallel()
	f := file{"a.go", []edit{{"old", "new"}}}
	for _, text := range []string{"", "old old"} {
		if _, err := f.apply(text); err == nil || !strings.Contains(err.Error(), "not the one the edits were made for") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if got, err := f.apply("an old\r\ntext"); err != nil || got != "an new\ntext" {
		t.Errorf("%q, %v", got, err)
	}
	root := t.TempDir()
	for _, f := range files() {
		path := filepath.Join(root, "src", filepath.FromSlash(f.path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("package x\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	if err := run(t.Context(), []string{"-o", dir, "-goroot", root}, &bytes.Buffer{}); err == nil {
		t.Error("another toolchain is accepted")
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	for _, args := range [][]string{{}, {"-x"}, {"-o", dir, "-goroot", filepath.Join(root, "none")}} {
		if err := run(t.Context(), args, &bytes.Buffer{}); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}
