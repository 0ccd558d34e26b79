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
	"hbupload/internal/run"
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
func Main(ctx context.Context, p *run.Machine) (code int) {
	own := *p
	secret := &host.Hidden{}
	screen := &host.Gate{Out: p.Stdout, Colours: p.StdoutTTY, Hidden: secret}
	words := &host.Gate{Out: p.Stderr, Colours: p.StderrTTY, Hidden: secret}
	defer screen.Close()
	defer words.Close()
	out := &host.Noted{Writer: screen}
	own.Stdout = out
	own.Stderr = words
	env := &run.Env{Machine: &own, Hidden: secret, Terminal: p.Stderr}
	defer func() {
		if cause := recover(); cause != nil {
			code = rescue(env, crash.Of(cause), out)
		}
	}()
	root := newRoot(env)
	root.SetArgs(p.Args)
	root.SetIn(p.Stdin)
	root.SetOut(out)
	root.SetErr(own.Stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if env.Command == "" {
		env.Command = commandName(cmd)
	}
	// A flag that is not understood ends the reading of flags: --json may stand
	// behind it.
	env.Opts.JSON = env.Opts.JSON || slices.Contains(p.Args, "--json")
	code = finish(env, err)
	holdWindow(env)
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
func finish(env *run.Env, err error) int {
	var done *run.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &done):
		return done.Code
	}
	run.LogCrash(env, err)
	p := run.Problem(err)
	code := p.Kind.Code()
	if env.Opts.JSON {
		r := &report.Result{Command: env.Command, ExitCode: code, Stop: p, Findings: findingsOf(err)}
		if jsonErr := report.JSON(env.Stdout, r); jsonErr == nil {
			return code
		}
	}
	run.Explain(env.Stderr, p)
	return code
}

// rescue makes a panic an internal error: one sentence on the screen or one
// JSON document (unless the result is out already), exit 1.
func rescue(env *run.Env, err *crash.Error, out *host.Noted) int {
	env.Opts.JSON = (env.Opts.JSON || slices.Contains(env.Args, "--json")) && !out.Wrote
	return finish(env, err)
}
