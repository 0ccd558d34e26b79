package host

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"hbupload/internal/crash"
)

// TestSystemKeyringWithoutBus must not start a bus of its own.
func TestSystemKeyringWithoutBus(t *testing.T) {
	t.Parallel()
	if sessionBus(func(string) string { return "" }) {
		t.Skip("this session has a keyring; it is not touched")
	}
	dir := t.TempDir()
	k := SystemKeyring(func(name string) string { return map[string]string{"XDG_RUNTIME_DIR": dir}[name] })
	if err := k.Set("a", "b"); err == nil {
		t.Error("a secret was kept without a keyring")
	}
	if err := os.WriteFile(dir+"/bus", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if !sessionBus(func(string) string { return dir }) {
		t.Error("a bus in XDG_RUNTIME_DIR is not seen")
	}
}

// TestKeyringPanic: a library that falls in its goroutine is an error of ours,
// not the end of the process; no answer at all is bounded elsewhere.
func TestKeyringPanic(t *testing.T) {
	t.Parallel()
	k := systemKeyring{reachable: func() bool { return true }}
	var fell *crash.Error
	if err := k.call(func() error { panic("secret") }); !errors.As(err, &fell) || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
	if err := k.call(func() error { return keyring.ErrNotFound }); !errors.Is(err, ErrNoSecret) {
		t.Errorf("%v", err)
	}
	k.reachable = func() bool { return false }
	if err := k.call(func() error { panic("not asked") }); !errors.Is(err, ErrNoKeyring) {
		t.Errorf("%v", err)
	}
}
