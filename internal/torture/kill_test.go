package torture

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hbupload/internal/ledger"
)

// tally is the table of issue 5.
type tally struct {
	mu                       sync.Mutex
	kills, missed            int
	faults                   map[string]int
	twice, absent, forgotten int
	doubts, resolved         int
	worst                    map[int]int // most in doubt after one kill, by concurrency
}

func (n *tally) add(w *world, kills, missed, doubts, worst, resolved int) {
	a := w.audit(false)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.kills, n.missed, n.doubts, n.resolved = n.kills+kills, n.missed+missed, n.doubts+doubts, n.resolved+resolved
	n.worst[w.workers] = max(n.worst[w.workers], worst)
	n.twice, n.absent, n.forgotten = n.twice+len(a.twice), n.absent+len(a.absent), n.forgotten+len(a.forgotten)
	for kind, c := range w.struck() {
		n.faults[kind] += c
	}
}

// String is the table.
func (n *tally) String() string {
	var b strings.Builder
	row := func(name string, value any) { fmt.Fprintf(&b, "  %-62s %v\n", name, value) }
	row("kills survived", n.kills)
	row("runs that ended before their kill", n.missed)
	row("left in doubt by kills and faults", n.doubts)
	for _, c := range concurrencies() {
		row(fmt.Sprintf("most in doubt after one kill, concurrency %d (at most %d)", c, 2*c), n.worst[c])
	}
	row("doubts resolved by looking", n.resolved)
	kinds := make([]string, 0, len(n.faults))
	for kind := range n.faults {
		kinds = append(kinds, kind)
	}
	sort.Strings(kinds)
	for _, kind := range kinds {
		row("faults injected: "+kind, n.faults[kind])
	}
	row("stored twice", n.twice)
	row("claimed accepted but absent", n.absent)
	row("stored but neither accepted nor in doubt", n.forgotten)
	return b.String()
}

// concurrencies of the worlds: the default, and one that claims ahead.
func concurrencies() []int { return []int{4, 16} }

// TestKills kills the program at each named step and at random moments.
func TestKills(t *testing.T) {
	t.Parallel()
	bin := program(t)
	n := &tally{faults: map[string]int{}, worst: map[int]int{}}
	t.Run("steps", func(t *testing.T) {
		for _, at := range steps() {
			for _, nth := range []int{1, 6} {
				t.Run(fmt.Sprintf("%s, request %d", at, nth), func(t *testing.T) {
					t.Parallel()
					killAtStep(t, bin, at, nth, n)
				})
			}
		}
	})
	want := 20
	if text := os.Getenv("HBUPLOAD_KILLS"); text != "" {
		var err error
		if want, err = strconv.Atoi(text); err != nil || want < 1 {
			t.Fatalf("HBUPLOAD_KILLS=%s is no number of kills", text)
		}
	}
	t.Run("random", func(t *testing.T) {
		const each = 10 // kills of one world: its ledger is read whole after each
		for from := 0; from < want; from += each {
			t.Run(strconv.Itoa(from), func(t *testing.T) {
				t.Parallel()
				killAtRandom(t, bin, uint64(from), min(each, want-from), n)
			})
		}
	})
	t.Logf("\n%s", n)
}

// killAtStep: the program dies at a step of its nth upload; the next push
// settles, holds the doubts, and a person's word brings the rest.
func killAtStep(t *testing.T, bin string, at step, nth int, n *tally) {
	w := newWorld(t, bin, faulty(t, ""), 4)
	file := w.file(12)
	var before func()
	unlock := func() {}
	if at == beforeSettle {
		before = func() { unlock = lockLedger(t, w.data()) }
	}
	reached := w.gate.arm(at, nth, before)
	cmd := w.command(pushArgs(file)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	wait(t, reached, "the step is reached")
	if at == afterSettle {
		w.until(func() bool { return w.accepted() >= nth })
	}
	kill(t, cmd)
	w.gate.open()
	unlock()
	w.check("after the kill", true)

	o := w.push(file)
	a := w.check("after the next push", false)
	if a.doubts > 2*w.workers {
		t.Errorf("%d in doubt after one kill at concurrency %d", a.doubts, w.workers)
	}
	// Others were on their way when the sixth was held; the first travels alone.
	if nth == 1 {
		want := map[bool]int{true: 0, false: 1}[at == afterSettle]
		if at == afterSettle {
			want = -1 // those at the door behind it
		}
		if want >= 0 && a.doubts != want {
			t.Errorf("%d in doubt, want %d", a.doubts, want)
		}
	}
	if wantExit := exitOf(a.doubts); o.ExitCode != wantExit || o.Counts["accepted"]+o.Counts["skipped"]+o.Counts["in_doubt"] != 12 {
		t.Errorf("exit %d, want %d; counts %v", o.ExitCode, wantExit, o.Counts)
	}
	w.settle()
	if o := w.push(file); o.ExitCode != 0 {
		t.Errorf("after resolve: exit %d, counts %v", o.ExitCode, o.Counts)
	}
	if end := w.check("at the end", false); end.stored != 12 || end.accepted != 12 || end.doubts != 0 {
		t.Errorf("at the end %+v", end)
	}
	n.add(w, 1, 0, a.doubts, a.doubts, a.doubts)
}

// faults are what the platform does besides, by rate and repeatable: the seed
// is the world's.
func faults(seed uint64) string {
	return fmt.Sprintf("seed=%d;drop@rate=0.01;drop-after@rate=0.01;504-after@rate=0.01;504@rate=0.005;500-after@rate=0.005;502@rate=0.005;503:0@rate=0.01;429:0@rate=0.005;"+
		"half-json-after@rate=0.005;cut-after@rate=0.005;html@rate=0.005;html-after@rate=0.005;no-success-after@rate=0.005;empty-after@rate=0.005;redirect@rate=0.005;"+
		"slow:30ms@rate=0.01;dead-token@rate=0.01;reject@rate=0.01;echo-differs@rate=0.01;echo-foreign@rate=0.01;403-after@rate=0.005;405@rate=0.002;503-after@rate=0.005", seed)
}

// killAtRandom kills pushes of fresh files until so many have died.
func killAtRandom(t *testing.T, bin string, seed uint64, kills int, n *tally) {
	w := newWorld(t, bin, faulty(t, faults(seed)), concurrencies()[seed/10%2])
	r := rand.New(rand.NewPCG(seed, 5))
	start := time.Now()
	w.push(w.file(20))
	whole := time.Since(start)
	died, missed, doubts, worst, resolved := 0, 0, 0, 0, 0
	for died < kills && !t.Failed() {
		file := w.file(20)
		known := w.audit(false).doubts
		for again := true; again && died < kills; again = r.IntN(3) == 0 { // sometimes the restart dies too
			if !w.killSomewhere(file, whole, r) {
				missed++
				continue
			}
			died++
			w.check(fmt.Sprintf("seed %d, after kill %d", seed, died), true)
		}
		w.push(file)
		a := w.check(fmt.Sprintf("seed %d, after the push that followed kill %d", seed, died), false)
		doubts, worst = doubts+max(0, a.doubts-known), max(worst, w.recovered())
		if r.IntN(4) == 0 {
			resolved += a.doubts
			w.settle()
			w.push(file)
			doubts += w.check(fmt.Sprintf("seed %d, resolved after kill %d", seed, died), false).doubts
		}
	}
	if worst > 2*w.workers {
		t.Errorf("%d in doubt after one kill at concurrency %d", worst, w.workers)
	}
	n.add(w, died, missed, doubts, worst, resolved)
}

// killSomewhere starts a push and kills it: counted from its start, or from the
// arrival of one of its uploads.
func (w *world) killSomewhere(file string, whole time.Duration, r *rand.Rand) (died bool) {
	w.t.Helper()
	fire := make(chan struct{})
	var once sync.Once
	shoot := func() { once.Do(func() { close(fire) }) }
	cmd := w.command(pushArgs(file)...)
	if r.IntN(3) == 0 {
		time.AfterFunc(time.Duration(r.Int64N(int64(whole)+1)), shoot)
	} else {
		nth, late := 1+r.IntN(20), time.Duration(r.IntN(6000))*time.Microsecond
		w.gate.watch(func(n int) {
			if n == nth {
				time.AfterFunc(late, shoot)
			}
		})
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // killed or not: looked at below
		close(ended)
	}()
	select {
	case <-fire:
		_ = cmd.Process.Kill() // it may have ended just now
		<-ended
	case <-ended:
	}
	w.gate.watch(nil)
	return !cmd.ProcessState.Exited() || cmd.ProcessState.ExitCode() == -1
}

// recovered is how many claims the last run found without an answer.
func (w *world) recovered() int {
	w.t.Helper()
	most := map[int64]int{}
	for _, v := range w.believed() {
		for _, a := range v.Attempts {
			if a.Note == "no-answer" {
				most[a.RunID]++
			}
		}
	}
	worst := 0
	for _, n := range most {
		worst = max(worst, n)
	}
	return worst
}

func exitOf(doubts int) int {
	if doubts > 0 {
		return 4
	}
	return 0
}

// accepted is how many records the ledger holds as accepted right now.
func (w *world) accepted() int {
	n := 0
	for _, v := range w.believed() {
		if v.State == ledger.StateAccepted {
			n++
		}
	}
	return n
}

// until waits for something that another process does.
func (w *world) until(done func() bool) {
	w.t.Helper()
	tick := time.NewTicker(3 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(patience); !done(); {
		select {
		case <-tick.C:
		case <-end:
			w.t.Fatal("in vain: it does not get there")
		}
	}
}

// patience bounds waits for another process on a machine under load.
const patience = 60 * time.Second

func wait(t *testing.T, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		t.Fatalf("in vain: %s", what)
	}
}

// kill ends a process without a word.
func kill(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
}
