package run

import (
	"fmt"
	"io"

	"hbupload/internal/host"
	"hbupload/internal/report"
)

// Say writes a line for a person: progress and notes, never results. Foreign
// words in it (file names, the platform's messages) cannot reach the terminal
// as anything but text.
func (env *Env) Say(format string, args ...any) {
	if !env.Opts.Quiet {
		fmt.Fprintln(env.Stderr, host.SafeText(fmt.Sprintf(format, args...), MaxMessage))
	}
}

// Tell writes a part of the result for a person. Foreign words in it are one
// line of plain text each: a name that holds a line break cannot pass for a
// sentence of ours.
func (env *Env) Tell(format string, args ...any) {
	for i, arg := range args {
		if s, ok := arg.(string); ok {
			args[i] = host.SafeText(s, MaxPath)
		}
	}
	fmt.Fprintf(env.Out(), format, args...)
}

// MaxPath is as long as a path may be.
const MaxPath = 4096

// Style is how text may look on the given stream.
func (env *Env) Style(tty bool) report.Style {
	return report.Style{Color: tty && !env.Opts.NoColor && env.Getenv("NO_COLOR") == "" && env.Getenv("TERM") != "dumb", Verbose: env.Opts.Verbose}
}

// Out is where a command's result goes.
func (env *Env) Out() io.Writer { return env.Stdout }

// Document begins the document of every command without records.
type Document struct {
	Command  string `json:"command"`
	OK       bool   `json:"ok"`
	ExitCode int    `json:"exit_code"`
}

// OK begins the document of a command that has succeeded.
func (env *Env) OK() Document { return Document{Command: env.Command, OK: true} }
