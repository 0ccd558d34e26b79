package run

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"hbupload/internal/fault"
)

// TestStdoutThatIsFull is no fault of the program, and is not told in English.
func TestStdoutThatIsFull(t *testing.T) {
	t.Parallel()
	if os.Stdout.Name() != stdoutName && !strings.Contains(os.Stdout.Name(), "test") {
		t.Errorf("the standard output is called %s", os.Stdout.Name())
	}
	p := Problem(fmt.Errorf("encode: %w", &fs.PathError{Op: "write", Path: stdoutName, Err: syscall.ENOSPC}))
	if p.Message != "结果没有写出：标准输出写不进去" || !strings.Contains(p.Hint, "磁盘") || p.Kind != fault.Internal {
		t.Errorf("%+v", p)
	}
}
