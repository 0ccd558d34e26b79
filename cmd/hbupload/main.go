// Command hbupload turns exports of occupational health examinations into the
// records of the Hebei monitoring platform (interface V3.8) and delivers them.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"os/user"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"syscall"
	"time"
	_ "time/tzdata" // a Windows PC has no zone database

	"golang.org/x/term"

	"hbupload/internal/cli"
	"hbupload/internal/host"
	"hbupload/internal/run"
)

func main() { os.Exit(start(patience)) }

// patience is how long login and download are tried (help: 约定 5.4).
const patience = 20 * time.Second

// start hands the process to the library, which decides everything.
func start(patience time.Duration) int {
	if os.Getenv("GOGC") == "" {
		flatHeap()
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	p := process(interrupts(cancel))
	p.Patience = patience
	cli.Prepare()
	return cli.Main(ctx, p)
}

// flatHeap trades a few per cent of speed for a flat heap: exports are read on
// clinic PCs, beside the program that made them. What is alive may grow by less than
// a third before it is collected again, and to small in any case: a small heap would
// be collected all the time for a few megabytes. It does so from the first collection
// on, at 4 MB: a command that needs less is not made to collect (2 ms).
func flatHeap() {
	now := 100
	var collected func(struct{})
	collected = func(struct{}) {
		if percent := growth(liveHeap()); percent != now {
			now = percent
			debug.SetGCPercent(percent)
		}
		runtime.AddCleanup(new([64]byte), collected, struct{}{}) // asks again after the next collection
	}
	runtime.AddCleanup(new([64]byte), collected, struct{}{})
}

const (
	small    = 28 << 20 // bytes that the heap may hold without being collected
	tight    = 30       // per cent by which a larger one may grow
	roomiest = 400      // per cent
	coarse   = 5        // steps of the percentage: to set it stops the program for a moment
)

// growth is by how many per cent a heap may grow of which so many bytes are alive.
func growth(live uint64) int {
	percent := roomiest
	if live > 0 && small/live < roomiest/100 {
		percent = int(small*100/live) - 100
	}
	return max(tight, percent-percent%coarse)
}

// liveHeap is how many bytes the last collection found alive.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}

// grace is how long a run may take to end after a second signal. What then still
// hangs (a file on a share that is gone) is as if killed: what was sent and not
// answered is in doubt.
const grace = 5 * time.Second

// interrupts closes its channel at the first signal and cancels at the second,
// which always ends the process, as a third does at once. A terminal that is
// closed (SIGHUP) asks as SIGTERM does, unless nohup keeps it away.
func interrupts(cancel context.CancelFunc) <-chan struct{} {
	signals := make(chan os.Signal, 3)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	first := make(chan struct{})
	go func() {
		if s := <-signals; s == syscall.SIGHUP {
			signal.Ignore(syscall.SIGPIPE) // what is written to a terminal that is gone must not end us
		}
		close(first)
		<-signals
		cancel()
		select {
		case <-time.After(grace):
		case <-signals:
		}
		os.Exit(interrupted)
	}()
	return first
}

// interrupted is the exit code of a run that was ended by a signal (help: 约定 2).
const interrupted = 130

func process(interrupt <-chan struct{}) *run.Machine {
	p := &run.Machine{Args: os.Args[1:], Environ: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		StdinTTY: isTerminal(os.Stdin), StdoutTTY: isTerminal(os.Stdout), StderrTTY: isTerminal(os.Stderr),
		DataDir: dataDir(), User: userName(), PID: os.Getpid(), Now: time.Now, Build: build(), Interrupt: interrupt, DoubleClicked: doubleClicked()}
	if p.StdoutTTY {
		p.Width, _, _ = term.GetSize(int(os.Stdout.Fd()))
	}
	if !consoleColours() {
		p.Environ = append(p.Environ, "NO_COLOR=1")
	}
	p.Keyring = host.SystemKeyring(os.Getenv)
	p.System = runtime.GOOS
	p.Exec = host.Execute
	p.Executable, _ = os.Executable()
	p.Home, _ = os.UserHomeDir()
	p.WorkDir, _ = os.Getwd()
	p.UserDir, _ = os.UserConfigDir()
	p.Host, _ = os.Hostname()
	p.ReadPassword = func() (string, error) { return readPassword(int(os.Stdin.Fd()), interrupt) }
	return p
}

// readPassword reads a line that is not shown. After Ctrl-C the user gets a
// terminal back that shows again what is typed.
func readPassword(fd int, interrupt <-chan struct{}) (string, error) {
	state, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	type answer struct {
		text []byte
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		done <- answer{text, err}
	}()
	select {
	case got := <-done:
		return string(got.text), got.err
	case <-interrupt:
		return "", errors.Join(context.Canceled, term.Restore(fd, state))
	}
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// dataDir is the system's place for our data (help: 约定 5.1).
func dataDir() string {
	home, _ := os.UserHomeDir()
	switch runtime.GOOS {
	case "windows":
		if dir := os.Getenv("LOCALAPPDATA"); dir != "" {
			return filepath.Join(dir, "hbupload")
		}
	case "darwin":
		if home != "" {
			return filepath.Join(home, "Library", "Application Support", "hbupload")
		}
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "hbupload")
	}
	if home == "" {
		return ""
	}
	return filepath.Join(home, ".local", "share", "hbupload")
}

func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return os.Getenv("USER")
}

// build is what the Go toolchain noted about this program.
func build() run.BuildInfo {
	b := run.BuildInfo{Version: "dev"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Date = s.Value
		}
	}
	return b
}
