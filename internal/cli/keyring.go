package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"hbupload/internal/config"
	"hbupload/internal/crash"
	"hbupload/internal/fault"
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

// errNoKeyring says that this session has no keyring.
var errNoKeyring = errors.New("no keyring in this session")

// keyringService is our name in the keyring.
const keyringService = "hbupload"

// keyringWait bounds every call: a locked keyring may ask for its password on a
// desktop nobody sits at.
const keyringWait = 20 * time.Second

// SystemKeyring is the keyring of this session.
func SystemKeyring(environ []string) Keyring {
	p := &Process{Environ: environ}
	return systemKeyring{reachable: func() bool { return sessionBus(p.getenv) }}
}

type systemKeyring struct{ reachable func() bool }

// Get implements Keyring.
func (k systemKeyring) Get(account string) (secret string, err error) {
	err = k.call(func() error {
		s, err := keyring.Get(keyringService, account)
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
	return k.call(func() error { return keyring.Set(keyringService, account, secret) })
}

// Delete implements Keyring.
func (k systemKeyring) Delete(account string) error {
	return k.call(func() error { return keyring.Delete(keyringService, account) })
}

// call runs one request with a limit, and puts the library's answers into ours.
func (k systemKeyring) call(f func() error) error {
	if !k.reachable() {
		return errNoKeyring
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
		return fmt.Errorf("%w: no answer", errNoKeyring)
	}
}

// sessionBus tells whether the Secret Service can be there at all. Without a
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

// account names the credentials of a configuration: the user at an address.
func account(cfg *config.Config) string {
	return cfg.Platform.Username + "@" + strings.ToLower(cfg.Platform.BaseURL)
}

// recall takes the password from the keyring when it is configured nowhere
// else. It tells whether it did.
func (a *app) recall(cfg *config.Config) bool {
	p := &cfg.Platform
	if a.Keyring == nil || p.BaseURL == "" || p.Username == "" || passwordMD5(*p) != "" {
		return false
	}
	secret, err := a.Keyring.Get(account(cfg))
	if err != nil || secret == "" {
		return false
	}
	p.Password = config.Secret(secret)
	p.PasswordKey = "系统密钥环里的密码（hbupload login --save）"
	return true
}

// keep saves the password in the keyring, or says what to do without one.
func (a *app) keep(cfg *config.Config) error {
	secret := cfg.Platform.Password.Reveal()
	if secret == "" {
		return fault.New(fault.Usage, "没有可保存的密码：只配置了 password_md5").
			Next("密钥环保存密码本身；请去掉 platform.password_md5 后在终端运行 hbupload login --save")
	}
	err := errNoKeyring
	if a.Keyring != nil {
		err = a.Keyring.Set(account(cfg), secret)
	}
	if err != nil {
		return fault.New(fault.Config, "登录成功，但这台电脑的系统密钥环不可用，密码没有保存").
			Next("没有桌面的 Linux 通常没有密钥环：请把密码写进一个只有本人可读的文件（chmod 600），并在配置里填 platform.password_file；或使用环境变量 " + config.EnvName("platform.password")).By(err)
	}
	return nil
}

// forget removes the saved password; a session without a keyring has none.
func (a *app) forget(cfg *config.Config) (bool, error) {
	if a.Keyring == nil || cfg.Platform.BaseURL == "" || cfg.Platform.Username == "" {
		return false, nil
	}
	err := a.Keyring.Delete(account(cfg))
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, ErrNoSecret), errors.Is(err, errNoKeyring):
		return false, nil
	}
	return false, fault.New(fault.Config, "系统密钥环里的密码无法删除").
		Next("请在系统的凭据管理器中删除名为 " + keyringService + " 的条目").By(err)
}
