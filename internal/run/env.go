package run

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"hbupload/internal/answers"
	"hbupload/internal/config"
	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
)

// Env is what commands share: the process, the global flags, and what can fail
// as functions, so that help and version work with a broken configuration.
type Env struct {
	*Machine
	Opts    Options
	Command string // the running command, for --json
	flags   map[string]string
	names   map[string]string
	answers *answers.Set        // what a run's inputs answer; nil outside of runs
	listed  map[string][]string // mapping files by folder, while many inputs are opened; nil: each looks for itself
	Hidden  *host.Hidden        // what of the names of files is not shown
	Log     *slog.Logger        // of this command; nil until openLog
	// terminal is the bare standard error, for the progress bar alone: it moves
	// the cursor, and shows no word of anybody else's.
	Terminal io.Writer
}

// Options are the flags every command takes.
type Options struct {
	Config, Profile, DataDir, LogFile, LogFormat string
	JSON, Quiet, Verbose, NoColor                bool
}

// Set notes a flag that stands for a configuration key.
func (env *Env) Set(key, flag, value string) {
	if env.flags == nil {
		env.flags = map[string]string{}
		env.names = map[string]string{}
	}
	env.flags[key] = value
	env.names[key] = "--" + flag
}

// Request is what the configuration depends on.
func (env *Env) Request() config.Request {
	if env.Opts.DataDir != "" {
		env.Set("data_dir", "data-dir", env.Opts.DataDir)
	}
	req := config.Request{File: env.Opts.Config, Profile: env.Opts.Profile, Flags: env.flags, Names: env.names,
		Environ: env.Environ, WorkDir: env.WorkDir, UserDir: env.UserDir, DataDir: env.DataDir}
	if env.Executable != "" {
		req.ProgramDir = filepath.Dir(env.Executable)
	}
	return req
}

// Load reads the configuration and says its warnings.
func (env *Env) Load() (*config.Config, error) {
	cfg, err := config.Load(env.Request())
	if err != nil {
		return nil, err
	}
	for _, w := range cfg.Warnings {
		env.Say("警告：%s", w)
	}
	if url := cfg.Ledger.URL.Reveal(); url != "" && ledger.Unverified(url) {
		env.Say("警告：到台账数据库的连接没有加密，或没有校验证书；请去掉地址里的 sslmode，或改为 sslmode=verify-full")
	}
	return cfg, nil
}

// Store is the dictionaries' place for the configured platform and user.
func Store(cfg *config.Config) *dict.Store {
	return dict.Open(filepath.Join(cfg.DataDir, "dict"), cfg.Platform.BaseURL, cfg.Platform.Username)
}

// LedgerOptions says where the ledger of a configuration is.
func (env *Env) LedgerOptions(cfg *config.Config) ledger.Options {
	opt := ledger.Options{Path: filepath.Join(cfg.DataDir, ledger.FileName), Platform: ledger.Address(cfg.Platform.BaseURL), Now: env.Now, ToolVersion: env.Build.Version, User: env.User, Host: env.Host}
	if cfg.Ledger.URL != "" {
		opt.URL = cfg.Ledger.URL.Reveal()
		opt.KeyPath = cfg.Ledger.KeyFile
		opt.DeadAfter = cfg.Ledger.DeadAfter
	}
	return opt
}

// LedgerPlace names the ledger for people: its file, or its database.
func LedgerPlace(cfg *config.Config) string {
	if cfg.Ledger.URL != "" {
		return ledger.Place(cfg.Ledger.URL.Reveal())
	}
	return filepath.Join(cfg.DataDir, ledger.FileName)
}

// ReadLedger opens the ledger for reading. What keeps us from looking (a loop of
// links, a folder we may not enter) is said: "nothing there yet" would be
// believed, and records sent a second time by hand.
func (env *Env) ReadLedger(ctx context.Context, cfg *config.Config) (*ledger.Ledger, error) {
	o := env.LedgerOptions(cfg)
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

// OpenLedger opens the ledger for writing.
func (env *Env) OpenLedger(ctx context.Context, cfg *config.Config) (*ledger.Ledger, error) {
	if err := OwnFolder(cfg); err != nil {
		return nil, err
	}
	return ledger.Open(ctx, env.LedgerOptions(cfg))
}

// OwnFolder makes the data folder, for its owner alone.
func OwnFolder(cfg *config.Config) error {
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

// ReadOwn reads a small file of the data folder; a pipe or a device in its
// place, which might never end, is an error.
func ReadOwn(path string) ([]byte, error) {
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
