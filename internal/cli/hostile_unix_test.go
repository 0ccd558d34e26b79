//go:build unix

package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestEndless: a pipe nobody writes to and a device without end are refused
// wherever a file is named, and never waited for.
func TestEndless(t *testing.T) {
	t.Parallel()
	for _, a := range []attack{
		{name: "configuration", line: "status --config ENDLESS", code: 2, says: "不是普通文件"},
		{name: "input", line: "validate ENDLESS --no-report", code: 2, says: "不是普通文件"},
		{name: "explain", line: "explain TJ0001 --in ENDLESS", code: 2, says: "不是普通文件"},
		{name: "mapping", line: validateLine + " --mapping ENDLESS", code: 2, says: "没有这个映射"},
		{name: "inspect", line: "inspect ENDLESS", code: 2, says: "不是普通文件"},
		{name: "backup", line: "ledger restore ENDLESS --data-dir DATA", code: 2, says: "不是普通文件"},
		{name: "ca_file", file: fmt.Sprintf(serverYAML, ", ca_file: ENDLESS"), line: "login", code: 2, says: "不是证书文件"},
		{name: "password_file", file: "platform: {base_url: SERVER, username: sandbox, password_file: ENDLESS}", line: "login", code: 2, says: "不是密码文件"},
		{name: "items_file", file: fmt.Sprintf(serverYAML, "") + "spec: {items_file: ENDLESS}\n", line: validateLine, code: 2, says: "不是普通文件"},
	} {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			pipe := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Skip("no pipes here: " + err.Error())
			}
			for _, endless := range []string{pipe, "/dev/zero"} {
				put := strings.NewReplacer("ENDLESS", endless, "DATA", filepath.Join(t.TempDir(), "empty"))
				again := a
				again.line, again.file = put.Replace(a.line), put.Replace(a.file)
				again.run(t)
			}
		})
	}
}

// TestPipesInOurFolders: what should be our own files, a folder of tables and
// the log are not waited for either.
func TestPipesInOurFolders(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	meta, err := filepath.Glob(b.path("data/dict/*/*.json"))
	if err != nil || len(meta) == 0 {
		t.Fatalf("no dictionaries: %v", err)
	}
	for _, c := range []struct {
		path string
		code int
		line string
	}{
		{b.path("data/token.json"), 0, "push ../../testdata/standard.xlsx --no-report --limit 3"},
		{b.path("data/last-run.json"), 0, "status"},
		{b.path("run.log"), 2, "push ../../testdata/standard.xlsx --no-report --log-file " + b.path("run.log")},
		{b.path("tables/x.csv"), 2, "validate " + b.path("tables")},
		{meta[0], 2, validateLine},
	} {
		_ = os.MkdirAll(filepath.Dir(c.path), 0o700)
		_ = os.Remove(c.path)
		if err := syscall.Mkfifo(c.path, 0o600); err != nil {
			t.Skip("no pipes here: " + err.Error())
		}
		b.want(c.code, strings.Fields(c.line)...)
		_ = os.Remove(c.path)
	}
}
