package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"hbupload/internal/answers"
	"hbupload/internal/config"
	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
	"hbupload/internal/report"
)

// app is what commands share: the process, the global flags, and what can fail
// as functions, so that help and version work with a broken configuration.
type app struct {
	*Process
	opts    globalOptions
	command string // the running command, for --json
	flags   map[string]string
	names   map[string]string
	answers *answers.Set // what a run's inputs answer; nil outside of runs
	hidden  *host.Hidden // what of the names of files is not shown
	log     *slog.Logger // of this command; nil until openLog
	// terminal is the bare standard error, for the progress bar alone: it moves
	// the cursor, and shows no word of anybody else's.
	terminal io.Writer
}

// globalOptions are the flags every command takes.
type globalOptions struct {
	config, profile, dataDir, logFile, logFormat string
	json, quiet, verbose, noColor                bool
}

// set notes a flag that stands for a configuration key.
func (a *app) set(key, flag, value string) {
	if a.flags == nil {
		a.flags, a.names = map[string]string{}, map[string]string{}
	}
	a.flags[key], a.names[key] = value, "--"+flag
}

// request is what the configuration depends on.
func (a *app) request() config.Request {
	if a.opts.dataDir != "" {
		a.set("data_dir", "data-dir", a.opts.dataDir)
	}
	req := config.Request{File: a.opts.config, Profile: a.opts.profile, Flags: a.flags, Names: a.names,
		Environ: a.Environ, WorkDir: a.WorkDir, UserDir: a.UserDir, DataDir: a.DataDir}
	if a.Executable != "" {
		req.ProgramDir = filepath.Dir(a.Executable)
	}
	return req
}

// load reads the configuration and says its warnings.
func (a *app) load() (*config.Config, error) {
	cfg, err := config.Load(a.request())
	if err != nil {
		return nil, err
	}
	for _, w := range cfg.Warnings {
		a.say("警告：%s", w)
	}
	if url := cfg.Ledger.URL.Reveal(); url != "" && ledger.Unverified(url) {
		a.say("警告：到台账数据库的连接没有加密，或没有校验证书；请去掉地址里的 sslmode，或改为 sslmode=verify-full")
	}
	return cfg, nil
}

// say writes a line for a person: progress and notes, never results. Foreign
// words in it (file names, the platform's messages) cannot reach the terminal
// as anything but text.
func (a *app) say(format string, args ...any) {
	if !a.opts.quiet {
		fmt.Fprintln(a.Stderr, host.SafeText(fmt.Sprintf(format, args...), maxMessage))
	}
}

// tell writes a part of the result for a person. Foreign words in it are one
// line of plain text each: a name that holds a line break cannot pass for a
// sentence of ours.
func (a *app) tell(format string, args ...any) {
	for i, arg := range args {
		if s, ok := arg.(string); ok {
			args[i] = host.SafeText(s, maxPath)
		}
	}
	fmt.Fprintf(a.out(), format, args...)
}

// maxPath is as long as a path may be.
const maxPath = 4096

// style is how text may look on the given stream.
func (a *app) style(tty bool) report.Style {
	return report.Style{Color: tty && !a.opts.noColor && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb", Verbose: a.opts.verbose}
}

// out is where a command's result goes.
func (a *app) out() io.Writer { return a.Stdout }

// store is the dictionaries' place for the configured platform and user.
func store(cfg *config.Config) *dict.Store {
	return dict.Open(filepath.Join(cfg.DataDir, "dict"), cfg.Platform.BaseURL, cfg.Platform.Username)
}

// ledgerOptions says where the ledger of a configuration is.
func (a *app) ledgerOptions(cfg *config.Config) ledger.Options {
	opt := ledger.Options{Path: filepath.Join(cfg.DataDir, ledger.FileName), Platform: ledger.Address(cfg.Platform.BaseURL), Now: a.Now, ToolVersion: a.Build.Version, User: a.User, Host: a.Host}
	if cfg.Ledger.URL != "" {
		opt.URL, opt.KeyPath, opt.DeadAfter = cfg.Ledger.URL.Reveal(), cfg.Ledger.KeyFile, cfg.Ledger.DeadAfter
	}
	return opt
}

// ledgerPlace names the ledger for people: its file, or its database.
func ledgerPlace(cfg *config.Config) string {
	if cfg.Ledger.URL != "" {
		return ledger.Place(cfg.Ledger.URL.Reveal())
	}
	return filepath.Join(cfg.DataDir, ledger.FileName)
}

// readLedger opens the ledger for reading. What keeps us from looking (a loop of
// links, a folder we may not enter) is said: "nothing there yet" would be
// believed, and records sent a second time by hand.
func (a *app) readLedger(ctx context.Context, cfg *config.Config) (*ledger.Ledger, error) {
	o := a.ledgerOptions(cfg)
	seen := func(path string, right func(fs.FileMode) bool) error {
		_, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		info, err := os.Stat(path) // a link counts as what it leads to
		if err == nil && right(info.Mode()) {
			return nil
		}
		return fault.New(fault.Config, "台账所在的位置无法查看（没有权限，或是失效、循环的链接，或不是文件夹、文件），不知道以前传过什么").At(path).
			Next("请检查权限和链接，或用 --data-dir、data_dir 指定正确的数据文件夹").By(err)
	}
	if err := seen(cfg.DataDir, fs.FileMode.IsDir); err != nil {
		return nil, err
	}
	if err := seen(o.Path, fs.FileMode.IsRegular); err != nil {
		return nil, err
	}
	return ledger.OpenReadOnly(ctx, o)
}

// openLedger opens the ledger for writing.
func (a *app) openLedger(ctx context.Context, cfg *config.Config) (*ledger.Ledger, error) {
	if err := ownFolder(cfg); err != nil {
		return nil, err
	}
	return ledger.Open(ctx, a.ledgerOptions(cfg))
}

// ownFolder makes the data folder, for its owner alone.
func ownFolder(cfg *config.Config) error {
	if err := host.MakePrivate(cfg.DataDir); err != nil {
		return fault.New(fault.Config, "数据文件夹无法建立").At(cfg.DataDir).Next("请检查权限，或用 --data-dir 指定别处").By(err)
	}
	return nil
}

// tempDir is the private folder of what lives only during a run; leftovers of
// killed runs are swept from it.
func tempDir(cfg *config.Config) (string, error) {
	dir := filepath.Join(cfg.DataDir, "tmp")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fault.New(fault.Config, "数据文件夹无法建立").At(dir).Next("请检查权限，或用 --data-dir 指定别处").By(err)
	}
	return dir, nil
}

// readOwn reads a small file of the data folder; a pipe or a device in its
// place, which might never end, is an error.
func readOwn(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxOwn) {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fs.ErrInvalid}
	}
	return os.ReadFile(path)
}

// maxOwn bounds such a file.
const maxOwn = 1 << 20

// sweep removes what killed runs left in the temporary folder. The caller
// holds the run lock, so nobody is using it.
func sweep(dir string) {
	left, _ := filepath.Glob(filepath.Join(dir, "*.tmp"))
	for _, path := range left {
		_ = os.Remove(path)
	}
}

// run wraps a command's body: it notes the name for --json and ends at the
// first Ctrl-C.
func (a *app) run(name string, body func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a.command = name
		ctx, cancel := a.untilInterrupt(cmd.Context())
		defer cancel()
		return body(ctx, args)
	}
}
