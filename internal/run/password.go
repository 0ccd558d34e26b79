package run

import (
	"errors"
	"strings"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/host"
)

// account names the credentials of a configuration: the user at an address.
func account(cfg *config.Config) string {
	return cfg.Platform.Username + "@" + strings.ToLower(cfg.Platform.BaseURL)
}

// Recall takes the password from the keyring when it is configured nowhere
// else. It reports whether it did.
func (env *Env) Recall(cfg *config.Config) bool {
	p := &cfg.Platform
	if env.Keyring == nil || p.BaseURL == "" || p.Username == "" || PasswordMD5(*p) != "" {
		return false
	}
	secret, err := env.Keyring.Get(account(cfg))
	if err != nil || secret == "" {
		return false
	}
	p.Password = config.Secret(secret)
	p.PasswordKey = "系统密钥环里的密码（hbupload login --save）"
	return true
}

// KeepPassword saves the password in the keyring, or says what to do without one.
func KeepPassword(env *Env, cfg *config.Config) error {
	secret := cfg.Platform.Password.Reveal()
	if secret == "" {
		return fault.New(fault.Usage, "没有可保存的密码：只配置了 password_md5").
			Next("密钥环保存密码本身；请去掉 platform.password_md5 后在终端运行 hbupload login --save")
	}
	err := host.ErrNoKeyring
	if env.Keyring != nil {
		err = env.Keyring.Set(account(cfg), secret)
	}
	if err != nil {
		return fault.New(fault.Config, "登录成功，但这台电脑的系统密钥环不可用，密码没有保存").
			Next("没有桌面的 Linux 通常没有密钥环：请把密码写进一个只有本人可读的文件（chmod 600），并在配置里填 platform.password_file；或使用环境变量 " + config.EnvName("platform.password")).By(err)
	}
	return nil
}

// ForgetPassword removes the saved password; a session without a keyring has none.
func ForgetPassword(env *Env, cfg *config.Config) (bool, error) {
	if env.Keyring == nil || cfg.Platform.BaseURL == "" || cfg.Platform.Username == "" {
		return false, nil
	}
	err := env.Keyring.Delete(account(cfg))
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, host.ErrNoSecret), errors.Is(err, host.ErrNoKeyring):
		return false, nil
	}
	return false, fault.New(fault.Config, "系统密钥环里的密码无法删除").
		Next("请在系统的凭据管理器中删除名为 " + host.KeyringService + " 的条目").By(err)
}
