package setup

import (
	"context"
	"crypto/md5" //nolint:gosec // the document demands MD5 (2.1)
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"hbupload/internal/config"
	"hbupload/internal/fault"
)

// passwordName is the file of the password where the system has no keyring.
const passwordName = "hbupload.password"

// save writes what was changed, and nothing else.
func (s *Setup) save(ctx context.Context) error {
	text, err := os.ReadFile(s.Target)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unwritable(s.Target, err)
	}
	if len(text) == 0 {
		text = []byte(heading)
	}
	var changes []config.Change
	for _, q := range questions() {
		if s.changed[q.key] && q.key != keyPassword {
			changes = append(changes, config.Change{Profile: s.Request.Profile, Key: q.key, Value: s.answers[q.key]})
		}
	}
	if s.changed[keyPassword] || s.changed[keyUser] || s.changed[keyAddress] { // the keyring knows it by the account
		more, err := s.password(ctx)
		if err != nil {
			return err
		}
		changes = append(changes, more...)
	}
	if len(changes) == 0 {
		return nil
	}
	if text, err = config.Edit(text, changes...); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.Target), 0o700); err != nil {
		return unwritable(s.Target, err)
	}
	if err := s.Write.WriteBytes(ctx, s.Target, text); err != nil {
		return unwritable(s.Target, err)
	}
	s.Dialog.Say("已写入 " + s.Target)
	return nil
}

// heading begins a new configuration.
const heading = "# hbupload 配置，由 hbupload setup 写成。改其中一项：再运行 hbupload setup，或用记事本改。\n" +
	"# 全部配置项见 hbupload help 约定，带说明的样例：hbupload config init -o -\n"

// password keeps the password where it is configured already, else in the keyring,
// else in a file of its own beside the configuration.
func (s *Setup) password(ctx context.Context) ([]config.Change, error) {
	secret := s.answers[keyPassword]
	if secret == "" || s.given[keyPassword] {
		return nil, nil
	}
	req := s.Request
	req.File = s.Target
	cfg, err := s.load(req)
	if err != nil {
		return nil, err
	}
	file := cfg.Platform.PasswordFile
	switch from := cfg.Platform.PasswordKey; {
	case cfg.Platform.PasswordMD5 != "":
		sum := md5.Sum([]byte(secret)) //nolint:gosec // the document demands MD5 (2.1)
		return []config.Change{{Profile: s.Request.Profile, Key: keyMD5, Value: hex.EncodeToString(sum[:])}}, nil
	case from == keyPassword && cfg.Platform.Password != "":
		return []config.Change{{Profile: s.Request.Profile, Key: keyPassword, Value: secret}}, nil
	case file == "" && s.Keep != nil && s.Keep(s.account()) == nil:
		s.Dialog.Say("密码已存入系统密钥环")
		return nil, nil
	}
	var changes []config.Change
	if file == "" {
		name := passwordName
		if s.Request.Profile != "" {
			name = s.Request.Profile + "." + passwordName
		}
		file = filepath.Join(filepath.Dir(s.Target), name)
		changes = append(changes, config.Change{Profile: s.Request.Profile, Key: keyFile, Value: name})
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, unwritable(file, err)
	}
	if err := s.Write.WriteBytes(ctx, file, []byte(secret+"\n")); err != nil {
		return nil, unwritable(file, err)
	}
	s.Dialog.Say("系统没有密钥环，密码写入只有本人可读的文件 " + file)
	return changes, nil
}

func unwritable(path string, err error) error {
	return fault.New(fault.Config, "无法写入，设置没有保存").At(path).By(err).Next("请检查文件夹的权限，或用 --config 指定别的位置")
}
