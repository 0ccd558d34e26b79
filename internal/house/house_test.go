package house

import (
	"go/token"
	"os"
	"path"
	"sort"
	"strings"
	"testing"
)

// rule is one rule of the house over one file; it lists the offenders.
type rule struct {
	name  string
	check func(*file) []string
}

// rules are all that look at one file at a time.
func rules() []rule {
	return []rule{
		{"imports keep to the table of rooms", imports},
		{"files have at most 500 lines, functions 80", sizes},
		{"no init", noInit},
		{"no package variables but errors, patterns, assertions, embedded files", noState},
		{"process and clock are handed in", process},
		{"nobody exits but cmd", exits},
		{"nobody sleeps", sleeps},
		{"one assignment a statement", parallel},
		{"files get their names through host", renames},
		{"no panic in product code", panics},
		{"goroutines hand a panic over", goroutines},
		{"no shared HTTP client", strangers},
		{"no private-network addresses", addresses},
		{"no marks of open work", unfinished},
		{"gofmt", formatted},
		{"packages have names that say something", names},
		{"exported identifiers are documented", documented},
	}
}

func TestHouse(t *testing.T) {
	t.Parallel()
	files := load(t)
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			var found []string
			for _, f := range files {
				found = append(found, r.check(f)...)
			}
			report(t, found)
		})
	}
	t.Run("every package has one package comment", func(t *testing.T) {
		t.Parallel()
		report(t, packageComments(files))
	})
	t.Run("every room stands in the table", func(t *testing.T) {
		t.Parallel()
		report(t, unknownRooms(files))
	})
	t.Run("named exceptions are in use", func(t *testing.T) {
		t.Parallel()
		report(t, append(idle(files, clocks(), "time.Now"), idle(files, deaths(), "os.Exit")...))
		left := bare()
		for _, f := range files {
			f.bareGo(func(_ token.Pos, name string) { delete(left, name) })
		}
		for name := range left {
			t.Errorf("%s: no bare go there any more", name)
		}
	})
}

// report fails with every offender, so that one run shows all the work.
func report(t *testing.T, found []string) {
	t.Helper()
	sort.Strings(found)
	if len(found) > 0 {
		t.Errorf("%d offenders:\n  %s", len(found), strings.Join(found, "\n  "))
	}
}

// packageComments asks for exactly one comment over the package clauses of a
// folder: none tells nothing, two contradict each other one day.
func packageComments(files []*file) []string {
	count := map[string]int{}
	for _, f := range files {
		if f.test {
			continue
		}
		dir := path.Dir(f.path)
		if f.ast.Doc != nil {
			count[dir]++
		} else {
			count[dir] += 0
		}
	}
	var out []string
	for dir, n := range count {
		if n != 1 {
			out = append(out, dir+": "+itoa(n)+" package comments")
		}
	}
	return out
}

// unknownRooms lists packages nobody has given a place.
func unknownRooms(files []*file) []string {
	table, seen := rooms(), map[string]bool{}
	var out []string
	for _, f := range files {
		_, known := table[f.room()]
		if !known && f.room() != everything && !seen[f.room()] {
			seen[f.room()] = true
			out = append(out, f.room())
		}
	}
	return out
}

// idle lists exceptions whose reason has gone.
func idle(files []*file, exceptions map[string]string, what string) []string {
	used := map[string]bool{}
	for _, f := range files {
		f.selectors(func(name string, _ bool) bool {
			used[f.path] = used[f.path] || name == what
			return false
		})
	}
	var out []string
	for name := range exceptions {
		if !used[name] {
			out = append(out, name+": no "+what+" there any more")
		}
	}
	return out
}

// TestTopLevel keeps the top of the repository to what the design card names.
func TestTopLevel(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range entries {
		if !topLevel(e.Name()) {
			found = append(found, e.Name())
		}
	}
	report(t, found)
}

func topLevel(name string) bool {
	switch name {
	case "cmd", "internal", "testdata", "go.mod", "go.sum", "Makefile", "README.md", "config.example.yaml", "LICENSE":
		return true
	}
	return strings.HasPrefix(name, ".") || made(name)
}
