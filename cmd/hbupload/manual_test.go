package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// page says how the commands that a page of the manual shows are run.
type page struct {
	before string            // what the reader has when the page begins
	after  map[string]string // what the reader does after a command, the first time
	codes  map[string]string // exit codes other than 0
	config string            // what the configuration has beside the account
}

// ready is a folder with a configuration, dictionaries and an export.
const ready = "sandbox\nexits 0 hbupload dict pull\ncp $TESTDATA/standard.xlsx 导出.xlsx\n"

// pages are the pages that show commands in examples.
func pages() map[string]page {
	first := page{before: "cp $TESTDATA/standard.xlsx 导出.xlsx\n",
		after: map[string]string{"hbupload setup": "sandbox\nexits 0 hbupload dict pull"}, // the reader answers; a script has no terminal
		codes: map[string]string{"hbupload setup": "2", "hbupload config init": "0/2"}}
	return map[string]page{
		"README.md":                        first,
		"internal/help/getting-started.md": first,
		"internal/help/exports.md":         {before: ready},
		"internal/help/states.md":          {before: ready + "exits 0 hbupload push 导出.xlsx\ncp 导出.xlsx 以前传过的.xlsx\n"},
		"internal/help/corrections.md":     {before: ready},
		"internal/help/troubleshooting.md": {before: ready, codes: map[string]string{"hbupload doctor --bundle": "2"}}, // nothing is written without a yes
		"internal/help/sense.md":           {before: ready},
		"internal/help/upkeep.md":          {before: ready + "exits 0 hbupload push 导出.xlsx\n"},
		// Two people's replies are lost once.
		"internal/help/in-doubt.md": {before: strings.Replace(ready, "sandbox", "sandbox '504-after@id=1074 x1;504-before@id=1107 x1'", 1) + "exits 4 hbupload push 导出.xlsx\nportal 平台名单.xlsx masked\n"},
		// Nothing is written to the machine's schedule without a yes.
		"internal/help/nightly.md": {before: "mkdir inbox\n" + ready, config: "sync: {inbox: inbox, settle: 0s}\n",
			codes: map[string]string{"hbupload schedule install": "2", "hbupload schedule": "0/2"}},
		"internal/help/mappings.md": {before: ready + "cp $TESTDATA/layouts/b/export.xlsx 体检汇总.xlsx\n",
			after: map[string]string{"hbupload map init 体检汇总.xlsx": "answer 体检汇总.映射.xlsx 问题 “初复检标识” 回答（选或填） 初检\nanswer 体检汇总.映射.xlsx 词 焊工 平台字典（选或填） 电焊工"}, // the reader answers the questions
			codes: map[string]string{"hbupload map check": "0/3", "hbupload push": "0/3", "hbupload validate": "0/2/3"}},
	}
}

// notRun are the commands that are shown and cannot be run here, each with the
// reason.
func notRun() map[string]string {
	return map[string]string{
		"make ":    "runs the tests, or builds; .ci/run does both",
		"go build": "builds; .ci/run does",
		"install ": "puts the program into the reader's own folder",

		// The scripts in testdata/shared take the same steps with a server.
		"createuser ":      "needs a PostgreSQL server",
		"echo 'ledger":     "names a server that is not here",
		"HBUPLOAD_LEDGER=": "needs the owner of a database",
		"scp ":             "needs a second machine",
	}
}

// shown returns the command lines in a page's examples: every line of a block
// for a shell, the lines after a $ of any other.
func shown(text string) []string {
	var lines []string
	language := ""
	fenced := false
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if mark, ok := strings.CutPrefix(line, "```"); ok {
			fenced = !fenced
			language = mark
			continue
		}
		typed, prompt := strings.CutPrefix(line, "$ ")
		if !fenced || line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if prompt || language == "sh" || language == "bat" {
			command, _, _ := strings.Cut(typed, "  #")
			lines = append(lines, strings.TrimSpace(command))
		}
	}
	return lines
}

// longest returns the value of the longest key that a command begins with.
func longest(command string, table map[string]string) (string, bool) {
	key := ""
	found := false
	for k := range table {
		if strings.HasPrefix(command, k) && len(k) >= len(key) {
			key = k
			found = true
		}
	}
	return table[key], found
}

// TestManual runs the commands that the README and the topics show, page by
// page against a platform of its own, as their reader would.
func TestManual(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	dir := t.TempDir()
	names, err := filepath.Glob(filepath.Join(root, "internal", "help", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, path := range append(names, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			t.Fatal(err)
		}
		p, known := pages()[filepath.ToSlash(rel)]
		script := p.before
		for _, command := range shown(string(text)) {
			if reason, skip := longest(command, notRun()); skip {
				used[reason] = true
				continue
			}
			if !known || !strings.HasPrefix(command, "hbupload ") {
				t.Errorf("%s shows %q, and nothing says how to run it", rel, command)
				continue
			}
			script += p.line(command)
		}
		out := filepath.Join(dir, strings.TrimSuffix(filepath.Base(path), ".md")+".txtar")
		if err := os.WriteFile(out, []byte("# "+rel+"\n"+script+"-- more.yaml --\n"+p.config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for command, reason := range notRun() {
		if !used[reason] {
			t.Errorf("no page shows %s any more", command)
		}
	}
	testscript.Run(t, testscript.Params{Dir: dir, Setup: setup, Cmds: commands()})
}

// line is what a script has for a command.
func (p page) line(command string) string {
	code, ok := longest(command, p.codes)
	if !ok {
		code = "0"
	}
	line := fmt.Sprintf("exits %s %s\n", code, command)
	if next, ok := longest(command, p.after); ok {
		line += next + "\n"
		delete(p.after, command)
	}
	return line
}
