package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hbupload/internal/config"
	"hbupload/internal/crash"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/platform"
	"hbupload/internal/setup"
)

// Configured reports whether there is a configuration, or an address without one.
func Configured(env *Env) bool {
	if config.Find(env.Request()) != "" {
		return true
	}
	cfg, err := config.Load(env.Request())
	return err != nil || cfg.Platform.BaseURL != ""
}

// SetupTarget is where a first configuration is written: as --config says, else in
// the working folder; beside the program when it was started by a double-click or
// a drag, and among the user's configurations when the working folder is only home.
func SetupTarget(env *Env) string {
	request := env.Request()
	switch {
	case env.Opts.Config != "":
		return env.Opts.Config
	case env.Command == "hbupload" && request.ProgramDir != "" && host.Writable(request.ProgramDir) == nil:
		return filepath.Join(request.ProgramDir, config.FileName)
	case (env.Command == "hbupload" || request.WorkDir == env.Home || host.Writable(request.WorkDir) != nil) && request.UserDir != "":
		return filepath.Join(config.UserFolder(request), config.FileName)
	}
	return filepath.Join(request.WorkDir, config.FileName)
}

// SetupDialog is the terminal. A question ends with Ctrl-C too.
func SetupDialog(ctx context.Context, env *Env) setup.Dialog {
	await := func(prompt string, read func() (string, error)) (string, error) {
		fmt.Fprint(env.Stderr, prompt)
		type answer struct {
			text string
			err  error
		}
		done := make(chan answer, 1)
		go func() {
			var got answer
			failed := crash.Run(func() error {
				got.text, got.err = read()
				return nil
			})
			got.err = errors.Join(got.err, failed)
			done <- got
		}()
		select {
		case got := <-done:
			return got.text, got.err
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	return setup.Dialog{
		Ask: func(prompt string) (string, error) {
			return await(prompt, func() (string, error) { return readLine(env.Stdin) })
		},
		Secret: func(prompt string) (string, error) {
			defer func() { fmt.Fprintln(env.Stderr) }()
			if env.ReadPassword == nil {
				return await(prompt, func() (string, error) { return readLine(env.Stdin) })
			}
			fmt.Fprint(env.Stderr, prompt)
			return env.ReadPassword() // which gives the terminal back when it is interrupted
		},
		Say: func(line string) { fmt.Fprintln(env.Stderr, line) },
	}
}

// maxAnswer bounds a line that is typed.
const maxAnswer = 4096

// readLine reads a line and not a byte more: the next may be a password.
func readLine(r io.Reader) (string, error) {
	var line []byte
	var b [1]byte
	for len(line) < maxAnswer {
		n, err := r.Read(b[:])
		switch {
		case n == 1 && b[0] == '\n':
			return strings.TrimRight(string(line), "\r"), nil
		case n == 1:
			line = append(line, b[0])
		case err != nil && len(line) > 0 && errors.Is(err, io.EOF):
			return string(line), nil
		case err != nil:
			return "", err
		}
	}
	return "", io.ErrShortBuffer
}

// accountConfig is the configuration as far as there is one, with an account.
func accountConfig(env *Env, c setup.Account) (*config.Config, error) {
	request := env.Request()
	if names, err := config.Profiles(request); err != nil || !slices.Contains(names, request.Profile) {
		request.Profile = "" // it is being made
	}
	if _, err := os.Stat(request.File); request.File != "" && err != nil {
		request.File = os.DevNull // it will be written
	}
	cfg, err := config.Load(request) // what it says of proxy and certificates holds
	if err != nil {
		return nil, err
	}
	p := &cfg.Platform
	p.BaseURL = c.Address
	p.Username = c.User
	p.Password = config.Secret(c.Password)
	p.PasswordMD5 = ""
	p.PasswordKey = "刚才输入的密码"
	return cfg, nil
}

// TryLogin logs in without keeping anything.
func TryLogin(ctx context.Context, env *Env, c setup.Account) error {
	cfg, err := accountConfig(env, c)
	if err != nil {
		return err
	}
	settings, err := PlatformConfig(env, cfg)
	if err != nil {
		return asFault(err)
	}
	client, err := platform.New(settings)
	if err != nil {
		return asFault(err)
	}
	defer client.Close()
	WarnPlain(env, client)
	return asFault(client.Login(ctx))
}

// asFault gives an error the kind that setup decides by.
func asFault(err error) error {
	if err == nil {
		return nil
	}
	p := Problem(err)
	return fault.New(p.Kind, p.Message).Next(p.Hint).By(err)
}

// Remembered is the password that the keyring keeps for an account, "" for none.
func Remembered(env *Env, c setup.Account) string {
	cfg := &config.Config{Platform: config.Platform{BaseURL: c.Address, Username: c.User}}
	env.Recall(cfg)
	return cfg.Platform.Password.Reveal()
}

// KeepAccount saves the password of an account in the keyring.
func KeepAccount(env *Env, c setup.Account) error {
	cfg := &config.Config{Platform: config.Platform{BaseURL: c.Address, Username: c.User, Password: config.Secret(c.Password)}}
	return KeepPassword(env, cfg)
}
