package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"

	"hbupload/internal/crash"
)

// Keyring keeps a secret for an account: the system's own store (Windows
// credentials, macOS keychain, the Secret Service of a Linux desktop).
type Keyring interface {
	// Get gives the secret; ErrNoSecret when there is none for the account.
	Get(account string) (string, error)
	// Set keeps the secret, replacing an older one.
	Set(account, secret string) error
	// Delete forgets it; ErrNoSecret when there was none.
	Delete(account string) error
}

// ErrNoSecret says that the keyring works and holds nothing for the account.
var ErrNoSecret = errors.New("keyring holds no secret for this account")

// ErrNoKeyring says that this session has no keyring.
var ErrNoKeyring = errors.New("no keyring in this session")

// KeyringService is our name in the keyring.
const KeyringService = "hbupload"

// keyringWait bounds every call: a locked keyring may ask for its password on a
// desktop nobody sits at.
const keyringWait = 20 * time.Second

// SystemKeyring is the keyring of this session.
func SystemKeyring(getenv func(name string) string) Keyring {
	return systemKeyring{reachable: func() bool { return sessionBus(getenv) }}
}

type systemKeyring struct{ reachable func() bool }

// Get implements Keyring.
func (k systemKeyring) Get(account string) (secret string, err error) {
	err = k.call(func() error {
		s, err := keyring.Get(KeyringService, account)
		if err == nil {
			secret = s
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// Set implements Keyring.
func (k systemKeyring) Set(account, secret string) error {
	return k.call(func() error { return keyring.Set(KeyringService, account, secret) })
}

// Delete implements Keyring.
func (k systemKeyring) Delete(account string) error {
	return k.call(func() error { return keyring.Delete(KeyringService, account) })
}

// call runs one request with a limit, and puts the library's answers into ours.
func (k systemKeyring) call(f func() error) error {
	if !k.reachable() {
		return ErrNoKeyring
	}
	done := make(chan error, 1)
	go func() { done <- crash.Run(f) }()
	timer := time.NewTimer(keyringWait)
	defer timer.Stop()
	select {
	case err := <-done:
		if errors.Is(err, keyring.ErrNotFound) {
			return ErrNoSecret
		}
		return err
	case <-timer.C:
		return fmt.Errorf("%w: no answer", ErrNoKeyring)
	}
}

// sessionBus reports whether the Secret Service can be there at all. Without a
// bus the library would start one, which nobody wants of a task in cron.
func sessionBus(getenv func(string) string) bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return true
	}
	if address := getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return true
	}
	dir := getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		dir = fmt.Sprintf("/run/user/%d", os.Getuid())
	}
	_, err := os.Stat(filepath.Join(dir, "bus"))
	return err == nil
}
