package crash

import (
	"strings"
	"testing"
)

func fall(secret string) { panic(secret) }

func caught(f func()) (err *Error) {
	defer func() { err = Of(recover()) }()
	f()
	return nil
}

// TestOf: where is kept, what is not.
func TestOf(t *testing.T) {
	t.Parallel()
	err := caught(func() { fall("李四") })
	if err.Cause != "string" || len(err.Stack) == 0 || !strings.HasPrefix(err.Stack[0], "crash.fall crash_test.go:") {
		t.Errorf("%+v", err)
	}
	if all := err.Error() + err.Hint() + strings.Join(err.Stack, ""); strings.Contains(all, "李四") || err.Kind() != "internal" {
		t.Errorf("%q", all)
	}
	list := []int{}
	if err := caught(func() { list[len(list)] = 1 }); !strings.HasPrefix(err.Cause, "runtime.") || !strings.Contains(err.Stack[0], "crash.TestOf") {
		t.Errorf("an index: %+v", err)
	}
}
