package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary stand for the program itself, so that scripts
// run the real main with real exit codes.
func TestMain(m *testing.M) {
	// Scripts wait for processes and clocks far more than they compute. A flag
	// on the command line, which is parsed later, wins.
	_ = flag.Set("test.parallel", "6")
	// Nobody waits twenty seconds for a platform that is down on purpose.
	testscript.Main(m, map[string]func(){"hbupload": func() { os.Exit(start(2 * time.Second)) }})
}

// TestScripts runs every testdata/script/*.txtar: what an operator types, and
// what must come of it. commands() lists the words that scripts may use beside
// testscript's own.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                filepath.Join("testdata", "script"),
		RequireUniqueNames: true,
		Setup:              setup,
		Cmds:               commands(),
	})
}

// sceneKey finds the scene of a script.
type sceneKey struct{}

// setup gives a script its own folders; nothing of the machine is visible.
func setup(env *testscript.Env) error {
	s := newScene(env.WorkDir)
	env.Values[sceneKey{}] = s
	env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "home", "config"))
	env.Setenv("HBUPLOAD_DATA_DIR", filepath.Join(env.WorkDir, "data"))
	env.Setenv("NO_PROXY", "127.0.0.1")
	testdata, err := filepath.Abs(filepath.Join("..", "..", "testdata"))
	if err != nil {
		return err
	}
	env.Setenv("TESTDATA", testdata)
	t := env.T()
	env.Defer(func() {
		defer s.close()
		if found := s.leaks(); len(found) > 0 {
			t.Log("personal data or secrets where none may be (P5):\n" + strings.Join(found, "\n"))
			t.FailNow()
		}
		if n := s.doubles(); n > 0 && !s.doublesAllowed {
			t.Log("P1: records stored twice:", n)
			t.FailNow()
		}
	})
	return nil
}
