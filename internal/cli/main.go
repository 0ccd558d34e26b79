package cli

import (
	"context"
	"errors"
	"io"
	"log"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/crash"
	"hbupload/internal/host"
	"hbupload/internal/report"
)

// Prepare sets what the command library keeps once for the whole process: the
// commands stand in our order, not the alphabet's. Main may run many times at
// once, in tests, and must not write it.
// net/http writes to the standard logger what it did not expect on a connection: a
// second reply there holds a person's data.
func Prepare() {
	cobra.EnableCommandSorting = false
	log.SetOutput(io.Discard)
}

// Main runs one command line and returns its exit code (help: 约定 2). Nothing below it exits the process or touches it otherwise.
func Main(ctx context.Context, p *Process) (code int) {
	own := *p
	secret := &host.Hidden{}
	screen, words := &host.Gate{Out: p.Stdout, Colours: p.StdoutTTY, Hidden: secret}, &host.Gate{Out: p.Stderr, Colours: p.StderrTTY, Hidden: secret}
	defer screen.Close()
	defer words.Close()
	out := &host.Noted{Writer: screen}
	own.Stdout, own.Stderr = out, words
	app := &app{Process: &own, hidden: secret, terminal: p.Stderr}
	defer func() {
		if cause := recover(); cause != nil {
			code = app.rescue(crash.Of(cause), out)
		}
	}()
	root := newRoot(app)
	root.SetArgs(p.Args)
	root.SetIn(p.Stdin)
	root.SetOut(out)
	root.SetErr(own.Stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if app.command == "" {
		app.command = commandName(cmd)
	}
	// A flag that is not understood ends the reading of flags: --json may stand
	// behind it.
	app.opts.json = app.opts.json || slices.Contains(p.Args, "--json")
	code = app.finish(err)
	app.holdWindow()
	return code
}

// commandName is the command as --json names it, without the program.
func commandName(cmd *cobra.Command) string {
	if _, name, ok := strings.Cut(cmd.CommandPath(), " "); ok {
		return name
	}
	return cmd.Name()
}

// finish turns what a command returned into words and a code.
func (a *app) finish(err error) int {
	var done *exitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &done):
		return done.code
	}
	a.logCrash(err)
	p := problem(err)
	code := exitCode(p.Kind)
	if a.opts.json {
		r := &report.Result{Command: a.command, ExitCode: code, Stop: p, Findings: findingsOf(err)}
		if jsonErr := report.JSON(a.Stdout, r); jsonErr == nil {
			return code
		}
	}
	explain(a.Stderr, p)
	return code
}
