package night

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hbupload/internal/config"
	"hbupload/internal/host"
	"hbupload/internal/inbox"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

// evening is when these tests happen.
func evening() time.Time { return time.Date(2026, 3, 31, 22, 0, 0, 0, time.Local) }

// machine is a process with a folder of its own and a configuration; what it
// writes to standard error is in the builder.
func machine(t *testing.T, yaml string) (*run.Env, *strings.Builder) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "hbupload.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	said := &strings.Builder{}
	m := &run.Machine{Stdout: &strings.Builder{}, Stderr: said, WorkDir: dir, UserDir: filepath.Join(dir, "user"), DataDir: filepath.Join(dir, "data"), Home: dir,
		User: "oh", Executable: "/opt/hbupload", System: "linux", Now: evening, Build: run.BuildInfo{Version: "v1"}}
	return &run.Env{Machine: m, Command: "sync"}, said
}

// desk is a station whose inbox, done and failed lie in a new folder.
func desk(t *testing.T) *station {
	t.Helper()
	env, _ := machine(t, "")
	dir := env.WorkDir
	cfg := &config.Config{DataDir: env.DataDir, Sync: config.Sync{Inbox: filepath.Join(dir, "inbox"), Done: filepath.Join(dir, "done"), Failed: filepath.Join(dir, "failed")}}
	for _, d := range []string{cfg.DataDir, cfg.Sync.Inbox} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	mover := &inbox.Mover{Disk: inbox.System(), Journal: filepath.Join(cfg.DataDir, "sync-move.json"), DirMode: 0o700, FileMode: 0o600}
	return &station{Env: env, cfg: cfg, mover: mover}
}

// noRound is one that has seen nothing yet.
func noRound() *round { return &round{profile: "甲", result: &report.Result{Command: "sync"}} }

// programs answers for the programs of the system and notes what was run.
type programs struct {
	out string
	err error
	ran []host.Command
}

func (p *programs) exec(_ context.Context, c host.Command) (string, error) {
	p.ran = append(p.ran, c)
	return p.out, p.err
}
