// Package crash carries a panic to whoever waits for the work, as an error: in
// a goroutine of its own it would end the process past every caller, with the
// exit code of a usage error and a trace that may show somebody's data.
package crash

import (
	"fmt"
	"path"
	"runtime"
	"strings"

	"hbupload/internal/fault"
)

// Error is a panic. What the panic said is not kept: it may hold personal data.
type Error struct {
	Cause string   // the type of what was panicked with
	Stack []string // "function file:line", innermost first, without arguments
}

// Error implements error.
func (*Error) Error() string { return "程序内部出错，已停止" }

// Kind is fault.Internal.
func (*Error) Kind() fault.Kind { return fault.Internal }

// Hint says what to do next.
func (*Error) Hint() string {
	return "已送出的记录都在台账里，重新执行同一命令不会重复上传\n" +
		"这是程序的问题，请连同命令和版本号（hbupload version）告诉维护人员；再执行一次并加上 --log-file 文件，可记下出错的位置"
}

// Of makes an error of what recover returned. The deferred function that
// recovers must call it itself: the stack is still there then.
func Of(cause any) *Error { return &Error{Cause: fmt.Sprintf("%T", cause), Stack: stack()} }

// Run calls f and hands a panic of it over as an error. Every goroutine of ours
// is begun with it, or says in internal/house why it need not be.
func Run(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = Of(p)
		}
	}()
	return f()
}

// depth bounds what is shown of where a panic happened.
const depth = 40

func stack() []string {
	pcs := make([]uintptr, 2*depth)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
	var out []string
	for panicked, more := false, true; more && len(out) < depth; {
		var f runtime.Frame
		f, more = frames.Next()
		if panicked && !strings.HasPrefix(f.Function, "runtime.") {
			out = append(out, fmt.Sprintf("%s %s:%d", path.Base(f.Function), path.Base(f.File), f.Line))
		}
		panicked = panicked || f.Function == "runtime.gopanic"
	}
	return out
}
