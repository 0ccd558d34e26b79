package cli

import (
	"errors"
	"slices"
	"strings"

	"hbupload/internal/crash"
	"hbupload/internal/host"
)

// rescue makes a panic an internal error: one sentence on the screen or one
// JSON document (unless the result is out already), exit 1.
func (a *app) rescue(err *crash.Error, out *host.Noted) int {
	a.opts.json = (a.opts.json || slices.Contains(a.Args, "--json")) && !out.Wrote
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
