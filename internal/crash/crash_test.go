package crash

import (
	"errors"
	"strings"
	"testing"

	"hbupload/internal/fault"
)

func fall(secret string) { panic(secret) }

func caught(f func()) (err *Error) {
	defer func() { err = Of(recover()) }()
	f()
	return nil
}

// TestRun: an error stays what it is, a panic becomes one.
func TestRun(t *testing.T) {
	t.Parallel()
	plain := errors.New("plain")
	if err := Run(func() error { return plain }); err != plain {
		t.Errorf("%v", err)
	}
	var crashed *Error
	if err := Run(func() error { fall("李四"); return nil }); !errors.As(err, &crashed) || crashed.Stack[0] == "" || strings.Contains(err.Error(), "李四") {
		t.Errorf("%v", err)
	}
	if !strings.HasPrefix(crashed.Stack[0], "crash.fall crash_test.go:") {
		t.Errorf("where: %q", crashed.Stack)
	}
}

// TestOf: where is kept, what is not.
func TestOf(t *testing.T) {
	t.Parallel()
	err := caught(func() { fall("李四") })
	if err.Cause != "string" || len(err.Stack) == 0 || !strings.HasPrefix(err.Stack[0], "crash.fall crash_test.go:") {
		t.Errorf("%+v", err)
	}
	if all := err.Error() + err.Hint() + strings.Join(err.Stack, ""); strings.Contains(all, "李四") || err.Kind() != fault.Internal {
		t.Errorf("%q", all)
	}
	list := []int{}
	if err := caught(func() { list[len(list)] = 1 }); !strings.HasPrefix(err.Cause, "runtime.") || !strings.Contains(err.Stack[0], "crash.TestOf") {
		t.Errorf("an index: %+v", err)
	}
}
