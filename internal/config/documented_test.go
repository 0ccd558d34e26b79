package config

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestKeysAreDocumented holds the table of keys in the topic 约定 against the
// program's own; HBUPLOAD_UPDATE=1 rewrites it.
func TestKeysAreDocumented(t *testing.T) {
	t.Parallel()
	const path = "../help/contract.md"
	const begin = "<!-- keys:begin (generated: HBUPLOAD_UPDATE=1 go test ./internal/config -run TestKeysAreDocumented) -->\n"
	const end = "<!-- keys:end -->\n"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(page), begin)
	block, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no block between %s and %s", path, begin, end)
	}
	want := keyTable()
	if block == want {
		return
	}
	if os.Getenv("HBUPLOAD_UPDATE") == "" {
		t.Fatal("contract.md differs from the program; run: HBUPLOAD_UPDATE=1 go test ./internal/config -run TestKeysAreDocumented")
	}
	if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// keyTable is every key with its default and choices as Markdown.
func keyTable() string {
	var b strings.Builder
	b.WriteString("\n| 配置项 | 默认 | 作用 |\n|---|---|---|\n")
	for _, k := range keys() {
		def := ""
		if k.def != "" {
			def = "`" + strings.ReplaceAll(k.def, "|", `\|`) + "`"
		}
		about := k.help
		if len(k.choices) > 0 {
			about += "；可填 " + strings.Join(k.choices, "、")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.path, def, strings.ReplaceAll(about, "|", `\|`))
	}
	return b.String() + "\n"
}

// reKey finds a configuration key in a page of the manual.
var reKey = regexp.MustCompile("`((?:platform|institution|upload|wire|spec|dict|sync)\\.[A-Za-z0-9_.]*[A-Za-z0-9_])")

// TestManualNamesKeysThatExist asks that every key the manual speaks of is one,
// or the group of some.
func TestManualNamesKeysThatExist(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../help/*.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, page := range append(pages, "../../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range reKey.FindAllStringSubmatch(string(text), -1) {
			n++
			known := slices.ContainsFunc(keys(), func(k key) bool {
				return k.path == m[1] || strings.HasPrefix(k.path, m[1]+".")
			})
			if !known && m[1] != "sync.log" { // a file
				t.Errorf("%s: there is no key %s", filepath.Base(page), m[1])
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d keys were seen", n)
	}
}
