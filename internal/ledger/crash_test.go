package ledger

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// childEnv makes the test binary play a process that is to be killed: its value
// is the data folder, childSteps what it does before it waits for its death.
const (
	childEnv   = "HBUPLOAD_LEDGER_TEST_CHILD"
	childURL   = "HBUPLOAD_LEDGER_TEST_URL"
	childKey   = "HBUPLOAD_LEDGER_TEST_KEY"
	childSteps = "HBUPLOAD_LEDGER_TEST_STEPS"
)

// TestChildProcess is no test: it is the other process of the tests below.
func TestChildProcess(t *testing.T) {
	dir := os.Getenv(childEnv)
	if dir == "" {
		t.Skip("only as a child of TestKill")
	}
	ctx := context.Background()
	l, err := Open(ctx, options(site{dir, os.Getenv(childURL), os.Getenv(childKey)}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Lock(ctx, Holder{PID: os.Getpid(), Host: "child"}); err != nil {
		t.Fatal(err)
	}
	r, rec := begin(t, l, Policy{})
	say("recovered %d", rec.Count)
	for n, step := range strings.Split(os.Getenv(childSteps), ",") {
		e := invented(n).entry(l.Digester())
		c, d, err := r.ClaimOne(ctx, e)
		if err != nil {
			t.Fatal(err)
		}
		if !c.OK() {
			say("%s held %s", e.Key, d.Action)
			continue
		}
		say("%s claimed", e.Key)
		if step == "claim" {
			continue
		}
		if err := r.Settle(ctx, c, Settlement{Class: Class(step)}); err != nil {
			t.Fatal(err)
		}
		if err := r.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		say("%s settled", e.Key)
	}
	say("ready")
	select {} // until the parent kills us
}

// say writes a line for the parent, unbuffered.
func say(format string, args ...any) { fmt.Fprintf(os.Stdout, "> "+format+"\n", args...) }

// runChild starts the child and kills it once it said ready, or after lines of
// its words; it returns what it said.
func runChild(t *testing.T, at site, steps string, lines int) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChildProcess$")
	cmd.Env = append(os.Environ(), childEnv+"="+at.dir, childURL+"="+at.url, childKey+"="+at.key, childSteps+"="+steps)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said []string
	for sc := bufio.NewScanner(out); sc.Scan(); {
		word, ours := strings.CutPrefix(sc.Text(), "> ")
		if !ours {
			said = append(said, "!"+sc.Text())
			continue
		}
		said = append(said, word)
		if word == "ready" || len(said) == lines {
			break
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	return said
}

// conformKill: what a killed process claimed is in doubt, what it settled stays, and
// its lock is free.
func conformKill(t *testing.T, fresh maker) {
	t.Parallel()
	at := fresh(t)
	said := runChild(t, at, "accepted,claim,rejected,claim,not-processed", -1)
	if !slices.Contains(said, "ready") {
		t.Fatalf("the child said %q", said)
	}
	l := open(t, at)
	if h, alive := l.Running(); alive {
		t.Errorf("a dead run is alive: %+v", h)
	}
	lock, err := l.Lock(context.Background(), Holder{PID: 1})
	if err != nil {
		t.Fatalf("the lock outlived its process: %v", err)
	}
	defer func() { _ = lock.Unlock() }()
	_, rec := begin(t, l, Policy{})
	if !slices.Equal(rec.Keys, []string{"TJ0001", "TJ0003"}) {
		t.Errorf("recovered %+v", rec)
	}
	for n, want := range []Verdict{Skip, HoldInDoubt, Send, HoldInDoubt, Send} {
		if d := planOne(t, l, invented(n).entry(l.Digester()), Policy{}); d.Action != want {
			t.Errorf("person %d: %s, want %s", n, d.Action, want)
		}
	}
}

// conformKillAnywhere kills a child after each of its words: whatever it was told to
// be on disk is on disk, and nothing open is forgotten.
func conformKillAnywhere(t *testing.T, fresh maker) {
	t.Parallel()
	for _, lines := range []int{2, 3, 5} {
		t.Run(fmt.Sprint(lines), func(t *testing.T) {
			t.Parallel()
			at := fresh(t)
			said := runChild(t, at, "accepted,accepted,accepted,accepted", lines)
			l := open(t, at)
			begin(t, l, Policy{})
			for n := range 4 {
				key := invented(n).key
				d := planOne(t, l, invented(n).entry(l.Digester()), Policy{})
				switch {
				case slices.Contains(said, key+" settled") && d.Action != Skip:
					t.Errorf("%s was settled, now %s", key, d.Action)
				case slices.Contains(said, key+" claimed") && d.Action == Send:
					t.Errorf("%s was claimed, and would be sent again", key)
				}
			}
			if problems, err := l.Check(context.Background()); err != nil || len(problems) > 0 {
				t.Errorf("Check = %q, %v", problems, err)
			}
		})
	}
}
