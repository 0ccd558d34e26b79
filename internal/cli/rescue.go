package cli

import (
	"errors"
	"io"
	"slices"
	"strings"

	"hbupload/internal/crash"
)

// noted tells whether anything was written.
type noted struct {
	io.Writer
	wrote bool
}

// Write passes on.
func (n *noted) Write(p []byte) (int, error) {
	n.wrote = n.wrote || len(p) > 0
	return n.Writer.Write(p)
}

// rescue makes a panic an internal error: one sentence on the screen or one
// JSON document (unless the result is out already), exit 1.
func (a *app) rescue(err *crash.Error, out *noted) int {
	a.opts.json = (a.opts.json || slices.Contains(a.Args, "--json")) && !out.wrote
	return a.finish(err)
}

// logCrash writes where a panic happened to --log-file, the only place that
// gets it.
func (a *app) logCrash(err error) {
	var c *crash.Error
	if !errors.As(err, &c) {
		return
	}
	log, done, err := a.openLog()
	if err != nil {
		return
	}
	defer done()
	log.Error("panic", "cause", c.Cause, "version", a.Build.Version, "stack", strings.Join(c.Stack, " < "))
}
