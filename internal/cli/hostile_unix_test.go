//go:build unix

package cli

import (
	"errors"
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
	standard := b.path("standard.xlsx")
	data, err := os.ReadFile("../../testdata/standard.xlsx")
	if err == nil {
		err = os.WriteFile(standard, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		code int
		line string
	}{
		{b.path("data/token.json"), 0, "push ../../testdata/standard.xlsx --no-report --limit 3"},
		{b.path("data/last-run.json"), 0, "status"},
		{b.path("run.log"), 2, "push ../../testdata/standard.xlsx --no-report --log-file " + b.path("run.log")},
		{b.path("x.mapping.yaml"), 0, "dict pull"},
		{b.path("y.mapping.yaml"), 0, "validate " + standard + " --no-report"},
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

// TestDataFolderOutOfSight: where we cannot look, nothing is claimed of what was
// sent before.
func TestDataFolderOutOfSight(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(b *bench) error{
		"a loop of links": func(b *bench) error {
			return errors.Join(os.Symlink(b.path("data"), b.path("other")), os.Symlink(b.path("other"), b.path("data")))
		},
		"a link to nowhere": func(b *bench) error { return os.Symlink(b.path("gone"), b.path("data")) },
		"a file":            func(b *bench) error { return os.WriteFile(b.path("data"), nil, 0o600) },
		"no way in":         func(b *bench) error { return os.Mkdir(b.path("data"), 0) },
		"a ledger that is a folder": func(b *bench) error {
			return os.MkdirAll(b.path("data/ledger.db/x"), 0o700)
		},
		"a ledger that loops": func(b *bench) error {
			return errors.Join(os.Mkdir(b.path("data"), 0o700), os.Symlink("ledger.db", b.path("data/ledger.db")))
		},
		"a ledger that is a pipe": func(b *bench) error {
			return errors.Join(os.Mkdir(b.path("data"), 0o700), syscall.Mkfifo(b.path("data/ledger.db"), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "no way in" && os.Geteuid() == 0 {
				t.Skip("root enters every folder")
			}
			b := newBench(t)
			b.write("hbupload.yaml", "platform: {base_url: http://127.0.0.1:1, username: a}\n")
			if err := spoil(b); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Chmod(b.path("data"), 0o700) })
			for _, line := range []string{"status", "status --json", "history", "history TJ0001"} {
				b.want(2, strings.Fields(line)...)
				if strings.Contains(b.out.String(), "还没有") {
					t.Errorf("%s:\n%s", line, b.out.String())
				}
				says(t, b.out.String()+b.err.String(), "不知道以前传过什么")
			}
			if b.run("doctor", "--offline") == 0 {
				t.Errorf("doctor is content:\n%s", b.out.String())
			}
			b.want(0, "__complete", "history", "") // the shell is not told
		})
	}
	b := newBench(t)
	b.want(0, "status")
	says(t, b.out.String(), "还没有")
	if err := os.Mkdir(b.path("real"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(b.path("real"), b.path("data")); err != nil {
		t.Fatal(err)
	}
	b.want(0, "status") // a link that leads somewhere is fine
}
