package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/crash"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/platform"
	"hbupload/internal/report"
	"hbupload/internal/setup"
)

func newSetup(a *app) *cobra.Command {
	return &cobra.Command{Use: "setup", Short: "第一次使用：回答几个问题，写好配置，登录、下载字典、检查一遍；以后用来改其中一项", Args: argCount(0, 0, ""),
		RunE: a.run("setup", func(ctx context.Context, _ []string) error { return a.setUp(ctx, nil) })}
}

// configured reports whether there is a configuration, or an address without one.
func (a *app) configured() bool {
	if config.Find(a.request()) != "" {
		return true
	}
	cfg, err := config.Load(a.request())
	return err != nil || cfg.Platform.BaseURL != ""
}

// greets reports whether setup should begin by itself: somebody has started the
// program without a command and nothing is configured yet.
func (a *app) greets() bool {
	return a.StdinTTY && a.StderrTTY && !a.opts.json && !a.configured()
}

// setUp asks, then downloads the dictionaries and examines everything.
func (a *app) setUp(ctx context.Context, files []string) error {
	if !a.StdinTTY || !a.StderrTTY {
		return fault.New(fault.Usage, "setup 要在终端里回答问题，这里没有终端").
			Next("请在命令提示符或终端窗口里运行；没有终端时用 hbupload config init 生成配置文件，填好后运行 hbupload doctor")
	}
	s := &setup.Setup{Dialog: a.dialog(ctx), Request: a.request(), Files: files, Target: a.setupTarget(), Login: a.tryLogin, Recall: a.remembered, Keep: a.keepAccount}
	result, err := s.Run(ctx)
	if err != nil && result.File != "" {
		a.say("回答已保存在 %s；问题解决后再运行 hbupload setup，直接回车就会再试一遍", result.File)
	}
	if err != nil {
		return err
	}
	return a.afterSetup(ctx, result)
}

// setupTarget is where a first configuration is written: as --config says, else in
// the working folder; beside the program when it was started by a double-click or
// a drag, and among the user's configurations when the working folder is only home.
func (a *app) setupTarget() string {
	request := a.request()
	switch {
	case a.opts.config != "":
		return a.opts.config
	case a.command == "hbupload" && request.ProgramDir != "" && host.Writable(request.ProgramDir) == nil:
		return filepath.Join(request.ProgramDir, config.FileName)
	case (a.command == "hbupload" || request.WorkDir == a.Home || host.Writable(request.WorkDir) != nil) && request.UserDir != "":
		return filepath.Join(config.UserFolder(request), config.FileName)
	}
	return filepath.Join(request.WorkDir, config.FileName)
}

// dialog is the terminal. A question ends with Ctrl-C too.
func (a *app) dialog(ctx context.Context) setup.Dialog {
	await := func(prompt string, read func() (string, error)) (string, error) {
		fmt.Fprint(a.Stderr, prompt)
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
			return await(prompt, func() (string, error) { return readLine(a.Stdin) })
		},
		Secret: func(prompt string) (string, error) {
			defer func() { fmt.Fprintln(a.Stderr) }()
			if a.ReadPassword == nil {
				return await(prompt, func() (string, error) { return readLine(a.Stdin) })
			}
			fmt.Fprint(a.Stderr, prompt)
			return a.ReadPassword() // which gives the terminal back when it is interrupted
		},
		Say: func(line string) { fmt.Fprintln(a.Stderr, line) },
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
func (a *app) accountConfig(c setup.Account) (*config.Config, error) {
	request := a.request()
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

// tryLogin logs in without keeping anything.
func (a *app) tryLogin(ctx context.Context, c setup.Account) error {
	cfg, err := a.accountConfig(c)
	if err != nil {
		return err
	}
	settings, err := a.platform(cfg)
	if err != nil {
		return asFault(err)
	}
	client, err := platform.New(settings)
	if err != nil {
		return asFault(err)
	}
	defer client.Close()
	a.warnPlain(client)
	return asFault(client.Login(ctx))
}

// asFault gives an error the kind that setup decides by.
func asFault(err error) error {
	if err == nil {
		return nil
	}
	p := problem(err)
	kind := fault.Internal
	for _, k := range []fault.Kind{fault.Auth, fault.Unreachable, fault.Config, fault.Rejected, fault.Interrupted} {
		if k.String() == p.Kind {
			kind = k
		}
	}
	return fault.New(kind, p.Message).Next(p.Hint).By(err)
}

func (a *app) remembered(c setup.Account) string {
	cfg := &config.Config{Platform: config.Platform{BaseURL: c.Address, Username: c.User}}
	a.recall(cfg)
	return cfg.Platform.Password.Reveal()
}

func (a *app) keepAccount(c setup.Account) error {
	cfg := &config.Config{Platform: config.Platform{BaseURL: c.Address, Username: c.User, Password: config.Secret(c.Password)}}
	return a.keep(cfg)
}

// afterSetup does what a new account needs, and says what to type next.
func (a *app) afterSetup(ctx context.Context, result setup.Result) error {
	if a.opts.config == "" {
		a.opts.config = result.File
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	a.say("\n下载字典：")
	set, err := a.pull(ctx, cfg)
	if err != nil {
		return err
	}
	if a.opts.json {
		return report.Encode(a.out(), struct {
			commandJSON
			File         string `json:"file"`
			Answers      int    `json:"answers"`
			Dictionaries int    `json:"dictionaries"`
		}{a.ok(), result.File, result.Answers, len(set.All())})
	}
	if err := a.listDicts(set); err != nil {
		return err
	}
	a.say("\n检查：")
	examined := a.doctor(ctx, false, bundleOptions{})
	a.tell("\n设置完成，配置在 %s\n下一步：\n  hbupload validate 导出.xlsx   只检查，不上传\n  hbupload push 导出.xlsx       检查并上传（也可以把文件拖到程序图标上）\n  hbupload setup                以后改其中一项\n", result.File)
	return examined
}
