package push

import (
	"context"
	"errors"
	"fmt"

	"hbupload/internal/fault"
)

// Error stops a run. What was accepted before stays accepted and is in the
// ledger.
type Error struct {
	kind    string
	Message string
	Fix     string
	Err     error
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Kind classifies the error for the exit code.
func (e *Error) Kind() string { return e.kind }

// Hint is what to do next.
func (e *Error) Hint() string { return e.Fix }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Cancelled is the operator's no when asked.
func Cancelled() error {
	return &Error{kind: "stopped", Message: "已取消，没有上传任何记录", Fix: "需要时重新执行同一命令"}
}

// stopped is why the engine stopped by itself.
func stopped(format string, args ...any) error {
	return &Error{kind: "stopped", Message: fmt.Sprintf(format, args...), Fix: "请先查明原因；未轮到的记录下次上传同一文件时会继续"}
}

func interrupted() error {
	return &Error{kind: "interrupted", Message: "已按要求中断", Fix: "未轮到的记录下次上传同一文件时会继续"}
}

// midway is an error of the ledger or the spool during sending. The kinds whose
// exit code promises that nothing was sent do not fit any more: it is a stop.
func midway(err error) error {
	var k interface {
		error
		Kind() string
		Hint() string
	}
	if told := fault.Of(err); told != nil {
		e := &Error{kind: "stopped", Message: "上传中途停止：" + told.Error(), Fix: told.Hint(), Err: err}
		if told.Kind() == fault.Internal {
			e.kind = "internal"
		}
		return e
	}
	if !errors.As(err, &k) {
		return &Error{kind: "internal", Message: "上传中途出错，已停止：" + err.Error(), Err: err}
	}
	e := &Error{kind: "stopped", Message: "上传中途停止：" + k.Error(), Fix: k.Hint(), Err: err}
	if k.Kind() == "internal" {
		e.kind = "internal"
	}
	return e
}

// Midway is the same for an error that shows when the answers are brought to
// the disk at the end of a run.
func Midway(err error) error { return midway(err) }

// isCancel tells an error that only says that we were told to stop.
func isCancel(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// isTimeout tells a wait that ended without an answer.
func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || (errors.As(err, &t) && t.Timeout())
}
