package push

import (
	"context"
	"errors"

	"hbupload/internal/fault"
)

// Cancelled is the operator's no when asked.
func Cancelled() error {
	return fault.New(fault.Stopped, "已取消，没有上传任何记录").Next("需要时重新执行同一命令")
}

// stopped is why the engine stopped by itself. What was accepted before stays
// accepted and is in the ledger.
func stopped(format string, args ...any) error {
	return fault.Newf(fault.Stopped, format, args...).Next("请先查明原因；未轮到的记录下次上传同一文件时会继续")
}

func interrupted() error {
	return fault.New(fault.Interrupted, "已按要求中断").Next("未轮到的记录下次上传同一文件时会继续")
}

// Midway is an error of the ledger or the spool during sending, or when the
// replies are brought to the disk at the end of a run. The kinds whose exit code
// promises that nothing was sent do not fit any more: it is a stop.
func Midway(err error) error {
	told := fault.Of(err)
	if told == nil {
		return fault.New(fault.Internal, "上传中途出错，已停止："+err.Error()).By(err)
	}
	kind := fault.Stopped
	if told.Kind() == fault.Internal {
		kind = fault.Internal
	}
	return fault.New(kind, "上传中途停止："+told.Error()).Next(told.Hint()).By(err)
}

// isCancel reports an error that only says that we were told to stop.
func isCancel(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// isTimeout reports a wait that ended without an answer.
func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || (errors.As(err, &t) && t.Timeout())
}
