package cli

import (
	"fmt"
	"io"
	"path"
	"runtime"
	"slices"
	"strings"

	"hbupload/internal/report"
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
// JSON document, exit 1. What the panic said may hold somebody's data, so it is
// shown nowhere; --log-file gets where it happened.
func (a *app) rescue(code *int, out *noted) {
	cause := recover()
	if cause == nil {
		return
	}
	*code = exitCode("internal")
	where := stack()
	if log, done, err := a.openLog(); err == nil {
		log.Error("panic", "cause", fmt.Sprintf("%T", cause), "version", a.Build.Version, "stack", strings.Join(where, " < "))
		done()
	}
	p := &report.Problem{Kind: "internal", Message: "程序内部出错，已停止",
		Hint: "已送出的记录都在台账里，重新执行同一命令不会重复上传\n这是程序的问题，请连同命令和版本号（hbupload version）告诉维护人员；再执行一次并加上 --log-file 文件，可记下出错的位置"}
	if a.opts.json = a.opts.json || slices.Contains(a.Args, "--json"); a.opts.json && !out.wrote {
		if report.JSON(out, &report.Result{Command: a.command, ExitCode: *code, Stop: p}) == nil {
			return
		}
	}
	explain(a.Stderr, p)
}

// stackDepth bounds what is told of where a panic happened.
const stackDepth = 40

// stack is the functions and lines under a panic, innermost first. Arguments
// and values are not in it.
func stack() []string {
	pcs := make([]uintptr, 2*stackDepth)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
	var out []string
	for panicked, more := false, true; more && len(out) < stackDepth; {
		var f runtime.Frame
		f, more = frames.Next()
		if panicked && !strings.HasPrefix(f.Function, "runtime.") {
			out = append(out, fmt.Sprintf("%s %s:%d", path.Base(f.Function), path.Base(f.File), f.Line))
		}
		panicked = panicked || f.Function == "runtime.gopanic"
	}
	return out
}
