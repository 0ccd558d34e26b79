package torture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"hbupload/internal/ledger"
	"hbupload/internal/pgtest"
	"hbupload/internal/sandbox"
)

// fleet is several machines with one ledger in PostgreSQL: a world whose
// programs have data folders of their own.
type fleet struct {
	*world
	server   *pgtest.Server
	schema   string
	machines int
}

func newFleet(t testing.TB, bin string, server *pgtest.Server, url, schema string, platform sandbox.Options, workers, machines int) *fleet {
	t.Helper()
	f := &fleet{world: newWorld(t, bin, platform, workers), server: server, schema: schema, machines: machines}
	f.shared = site{url: url + "&search_path=" + schema, key: filepath.Join(f.dir, "shared.key")}
	config := filepath.Join(f.dir, "hbupload.yaml")
	text, err := os.ReadFile(config)
	if err == nil {
		text = fmt.Appendf(text, "ledger: %q\nledger_key_file: %q\n", f.shared.url, f.shared.key)
		err = os.WriteFile(config, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if code, out := f.run("ledger", "init"); code != 0 {
		t.Fatalf("ledger init: exit %d\n%s", code, out)
	}
	for n := range machines {
		if out, err := f.on(n, "dict", "pull").CombinedOutput(); err != nil {
			t.Fatalf("dict pull: %v\n%s", err, out)
		}
	}
	return f
}

// on is the program on one of the machines, not yet started.
func (f *fleet) on(n int, args ...string) *exec.Cmd {
	return f.command(append(args, "--data-dir", filepath.Join(f.dir, fmt.Sprintf("machine-%d", n)))...)
}

// all pushes a file from every machine at once and returns what each said;
// victim is killed at some moment, -1 for nobody.
func (f *fleet) all(file string, victim int, r *rand.Rand) []outcome {
	f.t.Helper()
	return f.some(file, f.machines, 0, victim, r)
}

// some pushes a file from count machines at once, beginning with the first.
func (f *fleet) some(file string, count, first, victim int, r *rand.Rand) []outcome {
	f.t.Helper()
	out := make([]outcome, count)
	cmds := make([]*exec.Cmd, count)
	for n := range cmds {
		cmds[n] = f.on((first+n)%f.machines, pushArgs(file)...)
	}
	if victim >= 0 {
		nth, late := 1+r.IntN(60), time.Duration(r.IntN(20_000))*time.Microsecond
		f.gate.watch(func(n int) {
			if n == nth {
				time.AfterFunc(late, func() { _ = cmds[victim].Process.Kill() }) // it may have ended
			}
		})
		defer f.gate.watch(nil)
	}
	var wg sync.WaitGroup
	for n, cmd := range cmds {
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Start(); err != nil {
			f.t.Fatal(err)
		}
		wg.Go(func() {
			_ = cmd.Wait() // the exit code is looked at below
			if cmd.ProcessState.ExitCode() == -1 && n == victim {
				out[n].ExitCode = -1
				return
			}
			if err := json.Unmarshal(stdout.Bytes(), &out[n]); err != nil {
				f.t.Errorf("machine %d: %v, exit %d\nstdout %s\nstderr %s", n, err, cmd.ProcessState.ExitCode(), stdout.String(), stderr.String())
			}
		})
	}
	wg.Wait()
	return out
}

// finish lets machines push until nothing is left to do, as the operators would
// over the next days: doubts are resolved by looking. All of them the first time;
// then two at a time, since few records are left for them to meet at.
func (f *fleet) finish(file string, people int) {
	f.t.Helper()
	for round := 0; ; round++ {
		open := 0
		count := f.machines
		if round > 0 {
			count = 2
		}
		for n, o := range f.some(file, count, 2*round, -1, nil) {
			if o.ExitCode == 1 || o.ExitCode == 2 || o.ExitCode == 5 {
				f.t.Fatalf("machine %d: exit %d, %v", n, o.ExitCode, o.Counts)
			}
			open = max(open, o.ExitCode)
		}
		a := f.check(fmt.Sprintf("round %d", round), true)
		if open == 0 && a.accepted == people && a.stored == people {
			return
		}
		if round == 8 {
			f.t.Fatalf("no end: %+v", a)
		}
		f.settle()
	}
}

// TestFleet: machines whose exports overlap push them at once through a platform
// with faults, die, and lose the database. Each record is stored once.
func TestFleet(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	bin := program(t)
	url := server.URL(pgtest.Owner, "postgres")
	for _, machines := range []int{2, 8} {
		t.Run(fmt.Sprintf("%d machines", machines), func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, bin, server, url, fmt.Sprintf("fleet%d", machines), faulty(t, faults(uint64(machines))), 4, machines)
			r := rand.New(rand.NewPCG(uint64(machines), 11))
			const people = 80
			for round := range 2 {
				file := f.file(people)
				victim := r.IntN(machines)
				f.all(file, victim, r)
				f.check(fmt.Sprintf("round %d, after the kill", round), true)
				f.finish(file, (round+1)*people)
			}
			t.Logf("faults that struck: %v", f.struck())
		})
	}
	t.Run("the database goes away", func(t *testing.T) {
		t.Parallel()
		databaseTrouble(t, bin)
	})
}

// trouble strikes a database and is mended.
type trouble struct {
	name         string
	strike, mend func()
}

// smallDisk puts the attempts on a small disk of their own, which is then filled
// to the last byte; false, with the reason, where none can be mounted.
func smallDisk(t *testing.T, server *pgtest.Server) (trouble, bool) {
	dir := server.Folder("small")
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=2m,mode=0777", "hbupload-test", dir).CombinedOutput(); err != nil {
		t.Logf("the database's disk is not really filled, a small one cannot be mounted here: %s", out)
		return trouble{}, false
	}
	server.Give(dir)
	t.Cleanup(func() {
		server.Stop("immediate")
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %s", out)
		}
	})
	server.SQL(t, "postgres", `CREATE TABLESPACE small LOCATION '`+dir+`'`, `ALTER TABLE trouble.attempts SET TABLESPACE small`)
	junk := filepath.Join(dir, "junk")
	return trouble{"disk that is really full", func() {
		f, err := os.Create(junk)
		if err != nil {
			t.Error(err)
			return
		}
		for err == nil {
			_, err = f.Write(make([]byte, 4096))
		}
		_ = f.Close() // it is full, as it should be
	}, func() {
		if err := os.Remove(junk); err != nil {
			t.Error(err)
		}
	}}, true
}

// noticed waits until a machine keeps answers to itself, or all have ended.
func (f *fleet) noticed(ended <-chan struct{}) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if kept, _ := filepath.Glob(filepath.Join(f.dir, "machine-*", ledger.JournalName)); len(kept) > 0 {
			return
		}
		select {
		case <-tick.C:
		case <-ended:
			return
		}
	}
}

// databaseTrouble: the database is restarted, crashes, is cut off and has no
// room while four machines push; everything ends well, and no record twice.
func databaseTrouble(t *testing.T, bin string) {
	server := pgtest.Start(t) // its own: the other machines want theirs alive
	cable := pgtest.NewCable(t, server)
	const people = 60
	f := newFleet(t, bin, server, cable.Through(server.URL(pgtest.Owner, "postgres")), "trouble", faulty(t, ""), 4, 4)
	made := 0
	troubles := []trouble{
		{"restart", func() { server.Stop("fast") }, server.Resume},
		{"crash", func() { server.Stop("immediate") }, server.Resume},
		{"cut off", cable.Cut, cable.Mend},
		{"full", func() {
			server.SQL(t, "postgres", `CREATE OR REPLACE FUNCTION trouble.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$`,
				`CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON trouble.attempts EXECUTE FUNCTION trouble.full_disk()`)
		}, func() { server.SQL(t, "postgres", `DROP TRIGGER full_disk ON trouble.attempts`) }},
	}
	if full, ok := smallDisk(t, server); ok {
		troubles = append(troubles, full)
	}
	for _, trouble := range troubles {
		file := f.file(people)
		made += people
		struck, ended, mended := make(chan struct{}), make(chan struct{}), make(chan struct{})
		f.gate.watch(func(n int) {
			if n == 12 {
				close(struck)
			}
		})
		go func() {
			defer close(mended)
			<-struck
			trouble.strike()
			f.noticed(ended)
			trouble.mend()
		}()
		for n, o := range f.all(file, -1, nil) {
			if o.ExitCode != 0 && o.ExitCode != 4 {
				t.Errorf("%s: machine %d ended with %d, %v", trouble.name, n, o.ExitCode, o.Counts)
			}
		}
		close(ended)
		<-mended
		f.gate.watch(nil)
		f.check("after the database's "+trouble.name, true)
		f.finish(file, made)
	}
}
