package run

import (
	"context"
	"io"
	"path/filepath"
	"time"

	"hbupload/internal/host"
	"hbupload/internal/inbox"
)

// InterfaceVersion is the document this program implements.
const InterfaceVersion = "V3.8"

// Machine is everything of the operating system that a command may touch.
type Machine struct {
	Args      []string // without the program's name
	Environ   []string
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	StdinTTY  bool
	StdoutTTY bool
	StderrTTY bool
	Width     int // columns of the terminal behind Stdout, 0 for none
	WorkDir   string
	UserDir   string // the user's configuration folder
	DataDir   string // the system's place for our data
	User      string // of the operating system
	Host      string
	PID       int
	Now       func() time.Time
	Build     BuildInfo

	// Patience is how long login and download are tried; 0 is the contract's 20 s.
	Patience time.Duration

	// Interrupt is closed at the first Ctrl-C or SIGTERM; the context of Main
	// ends at the second.
	Interrupt <-chan struct{}
	// Keyring keeps the password of login --save; nil where there is none.
	Keyring host.Keyring
	// ReadPassword reads a line without echo, on a terminal.
	ReadPassword func() (string, error)
	// System names the operating system as Go does ("" for none known), Home is
	// the user's home folder, Executable the absolute path of this program.
	System, Home, Executable string
	// Wait waits, unless the context ends first; nil waits by the system's timer.
	Wait func(ctx context.Context, d time.Duration) error
	// Exec runs another program; nil refuses.
	Exec func(ctx context.Context, c host.Command) (output string, err error)
	// Disk is the seam of the inbox's file operations; nil is the real one.
	Disk inbox.Disk
	// DoubleClicked reports whether the program was started from a file manager, so
	// that its window closes as soon as it ends.
	DoubleClicked bool
}

// Pause waits, unless the context ends first.
func (p *Machine) Pause(ctx context.Context, d time.Duration) error {
	if p.Wait != nil {
		return p.Wait(ctx, d)
	}
	return host.Pause(ctx, d)
}

// BuildInfo says which program this is.
type BuildInfo struct{ Version, Commit, Date string }

// Getenv is a variable of the process's environment, "" if it is not set.
func (p *Machine) Getenv(name string) string {
	for _, pair := range p.Environ {
		if len(pair) > len(name) && pair[len(name)] == '=' && pair[:len(name)] == name {
			return pair[len(name)+1:]
		}
	}
	return ""
}

// UntilInterrupt is a context that ends at the first Ctrl-C, for everything
// that has nothing in flight to finish.
func (p *Machine) UntilInterrupt(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if p.Interrupt == nil {
		return ctx, cancel
	}
	go func() {
		select {
		case <-p.Interrupt:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// Absolute is a path that holds in every folder.
func (env *Env) Absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(env.WorkDir, path)
}
