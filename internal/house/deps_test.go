package house

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
)

// The marks of internal/README.md's list of libraries, one line each:
// - `module` reason
const (
	depsBegin = "<!-- dependencies:begin -->"
	depsEnd   = "<!-- dependencies:end -->"
)

var (
	reRequire = regexp.MustCompile(`(?m)^\s*(?:require )?([a-z0-9.-]+\.[a-z]+/\S+) v\S+`)
	reReason  = regexp.MustCompile("(?m)^- `([^`]+)` \\S.{9,}$")
)

// imported are the modules whose packages our sources name, tests included,
// whatever go.mod's comments say.
func imported(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	var modules []string
	for _, m := range reRequire.FindAllStringSubmatch(string(text), -1) {
		modules = append(modules, m[1])
	}
	used := map[string]bool{}
	for _, f := range load(t) {
		for _, spec := range f.ast.Imports {
			name, best := strings.Trim(spec.Path.Value, `"`), ""
			for _, m := range modules {
				if (name == m || strings.HasPrefix(name, m+"/")) && len(m) > len(best) {
					best = m
				}
			}
			if best != "" {
				used[best] = true
			}
		}
	}
	var out []string
	for m := range used {
		out = append(out, m)
	}
	sort.Strings(out)
	if len(out) < 10 {
		t.Fatalf("only %v are imported", out)
	}
	return out
}

// TestDependenciesHaveReasons: internal/README.md names every library we import, with
// the reason, and no other.
func TestDependenciesHaveReasons(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "internal", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), depsBegin)
	block, _, closed := strings.Cut(rest, depsEnd)
	if !ok || !closed {
		t.Fatal("internal/README.md has no list between " + depsBegin + " and " + depsEnd)
	}
	var listed []string
	for _, m := range reReason.FindAllStringSubmatch(block, -1) {
		listed = append(listed, m[1])
	}
	sort.Strings(listed)
	if want := imported(t); strings.Join(listed, "\n") != strings.Join(want, "\n") {
		t.Errorf("internal/README.md lists\n%s\nthe sources import\n%s", strings.Join(listed, "\n"), strings.Join(want, "\n"))
	}
}

// licences are what a library may come under, by words of its text.
func licences() map[string]string {
	return map[string]string{
		"Permission is hereby granted, free of charge": "MIT",
		"Redistribution and use in source and binary":  "BSD",
		"Apache License":         "Apache",
		"Mozilla Public License": "MPL",
		// mpb: its author gave it to the public domain, which asks for less
		// than any of the others.
		"This is free and unencumbered software released into the public domain": "Unlicense",
	}
}

// TestLicences reads the licence of everything that is linked into the program.
func TestLicences(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}\t{{.Dir}}{{end}}", "./cmd/hbupload")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Skip("go list does not answer here: " + err.Error())
	}
	seen := map[string]bool{}
	for _, line := range strings.Split(string(out), "\n") {
		name, dir, ok := strings.Cut(line, "\t")
		if !ok || name == module || seen[name] {
			continue
		}
		seen[name] = true
		if licence(t, dir) == "" {
			t.Errorf("%s: no licence that we may use is found in %s", name, dir)
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d libraries were looked at", len(seen))
	}
}

// licence is the name of the licence in a module's folder, "" for none known.
func licence(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.Contains(name, "LICEN") && !strings.HasPrefix(name, "COPYING") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		plain := strings.Join(strings.Fields(string(text)), " ")
		for words, known := range licences() {
			if strings.Contains(plain, words) {
				return known
			}
		}
	}
	return ""
}
