//go:build dist || extra

package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// windows7Overlay writes, out of the sources in a folder, what go build -overlay
// needs for a program that starts on Windows 7, and returns the path.
func windows7Overlay(t *testing.T, source, dir string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "run", "./cmd/win7", "-o", dir)
	cmd.Dir = source
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return filepath.Join(dir, "overlay.json")
}
