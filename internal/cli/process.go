package cli

import (
	"context"
	"io"
	"time"
)

// Process is everything of the operating system that a command may touch.
type Process struct {
	Args      []string // without the program's name
	Environ   []string
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	StdinTTY  bool
	StdoutTTY bool
	StderrTTY bool
	WorkDir   string
	UserDir   string // the user's configuration folder
	DataDir   string // the system's place for our data
	User      string // of the operating system
	Host      string
	PID       int
	Now       func() time.Time
	Build     Build

	// Interrupt is closed at the first Ctrl-C or SIGTERM; the context of Main
	// ends at the second.
	Interrupt <-chan struct{}
	// Keyring keeps the password of login --save; nil where there is none.
	Keyring Keyring
	// ReadPassword reads a line without echo, on a terminal.
	ReadPassword func() (string, error)
	// DoubleClicked tells that the program was started from a file manager, so
	// that its window closes as soon as it ends.
	DoubleClicked bool
}

// Build says which program this is.
type Build struct{ Version, Commit, Date string }

// Environment variable of the process, "" if it is not set.
func (p *Process) getenv(name string) string {
	for _, pair := range p.Environ {
		if len(pair) > len(name) && pair[len(name)] == '=' && pair[:len(name)] == name {
			return pair[len(name)+1:]
		}
	}
	return ""
}

// untilInterrupt is a context that ends at the first Ctrl-C, for everything
// that has nothing in flight to finish.
func (p *Process) untilInterrupt(ctx context.Context) (context.Context, context.CancelFunc) {
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
