package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/mapping"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/table/grid"
)

// ExitError ends a command whose screen has been written already.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprintf("exit %d", e.Code) }

// Exit is nil for 0.
func Exit(code int) error {
	if code == 0 {
		return nil
	}
	return &ExitError{code}
}

// stdoutName is how Go names the standard output on every system.
const stdoutName = "/dev/stdout"

// Problem puts an error into words; the one place that does.
func Problem(err error) *report.Problem {
	p := &report.Problem{Kind: fault.Internal, Message: err.Error()}
	var told fault.Told
	var unwritten *fs.PathError
	var read *grid.ReadError
	switch {
	case errors.As(err, &told):
		p.Kind = told.Kind()
		p.Message = told.Error()
		p.Hint = told.Hint()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		p.Kind = fault.Interrupted
		p.Message = "已中断"
		p.Hint = "没有上传任何记录；可重新执行同一命令"
	case errors.As(err, &unwritten) && unwritten.Op == "write" && unwritten.Path == stdoutName:
		p.Message = "结果没有写出：标准输出写不进去"
		p.Hint = "请检查输出所在的磁盘是否已满；做过的事都已记入台账，用 hbupload status 查看"
	default:
		p.Hint = "这是程序的问题，请连同命令和版本号（hbupload version）告诉维护人员"
	}
	var input *mapping.Error
	switch {
	case errors.As(err, &read):
		p.File = read.File
	case errors.As(err, &input):
		p.File = input.File
	}
	// A line is a line, whichever room wrote it with a full stop.
	p.Message = shortened(strings.TrimRight(p.Message, "。"))
	p.Hint = strings.TrimRight(p.Hint, "。")
	return p
}

// MaxMessage bounds an error on the screen.
const MaxMessage = 600

// shortened takes the middle out of a long sentence: a path of 100,000 letters
// stands at its beginning, what is wrong with it at the end.
func shortened(s string) string {
	const part = MaxMessage / 3 // bytes
	if len(s) > 2*MaxMessage {
		s = strings.ToValidUTF8(s[:part], "") + "…" + strings.ToValidUTF8(s[len(s)-part:], "")
	}
	return host.SafeText(s, MaxMessage)
}

// maxHints bounds the lines of advice under an error.
const maxHints = 40

// Explain writes an error for a person.
func Explain(w io.Writer, p *report.Problem) {
	label := "错误："
	if p.Message == push.Cancelled().Error() {
		label = "" // the operator's own no is no error to them
	}
	fmt.Fprintf(w, "%s%s\n", label, p.Message)
	lines := strings.Split(p.Hint, "\n")
	if more := len(lines) - maxHints; more > 0 { // 60,000 lines of a file that is no mapping
		lines = append(lines[:maxHints:maxHints], fmt.Sprintf("另有 %d 处", more))
	}
	for _, line := range lines {
		if line = host.SafeText(line, MaxMessage); line != "" {
			fmt.Fprintf(w, "  → %s\n", line)
		}
	}
}
