package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/ledger"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

func newLedger(env *run.Env) *cobra.Command {
	cmd := group(&cobra.Command{Use: "ledger", Short: "台账：建立、备份、恢复、改为几台电脑共用"})
	cmd.AddCommand(newLedgerInit(env), newLedgerMigrate(env), newLedgerBackup(env), newLedgerRestore(env), newLedgerRebind(env), newLedgerAcceptGap(env))
	return cmd
}

func newLedgerInit(env *run.Env) *cobra.Command {
	var role string
	cmd := &cobra.Command{Use: "init", Short: "建立台账和密钥；共用的台账只建一次，并打印授权语句", Args: argCount(0, 0, ""),
		Example: "  HBUPLOAD_LEDGER=postgres://所有者@主机/数据库 hbupload ledger init --role hbupload",
		RunE:    runs(env, "ledger init", func(ctx context.Context, _ []string) error { return ledgerInit(ctx, env, role) })}
	cmd.Flags().StringVar(&role, "role", "hbupload", "平时上传所用的数据库用户，授权语句为它而写")
	return cmd
}

func ledgerInit(ctx context.Context, env *run.Env, role string) error {
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	if err := run.OwnFolder(cfg); err != nil {
		return err
	}
	s, err := ledger.Init(ctx, env.LedgerOptions(cfg), role)
	if err != nil {
		return err
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			Ledger  string   `json:"ledger"`
			KeyFile string   `json:"key_file"`
			Created bool     `json:"created"`
			NewKey  bool     `json:"new_key"`
			Grants  []string `json:"grants,omitempty"`
		}{env.OK(), s.Place, s.KeyPath, s.Created, s.NewKey, s.Grants})
	}
	w := env.Out()
	env.Tell("台账：%s（%s）\n", s.Place, map[bool]string{true: "新建", false: "已有，没有改动记录"}[s.Created])
	env.Tell("密钥：%s（%s）\n", s.KeyPath, map[bool]string{true: "新建", false: "已有，与台账相符"}[s.NewKey])
	if s.Grants == nil {
		return nil
	}
	fmt.Fprintln(w, "  → 把密钥文件复制到每台上传的电脑（权限 0600），并另存一份；丢了它，台账就无法对账")
	env.Tell("\n平时上传用权限最小的用户 %s。请由数据库的所有者执行（可重复执行）：\n\n", role)
	for _, g := range s.Grants {
		env.Tell("  %s\n", g)
	}
	return nil
}

func newLedgerMigrate(env *run.Env) *cobra.Command {
	var from string
	cmd := &cobra.Command{Use: "migrate", Short: "把本机的台账搬进几台电脑共用的台账（ledger: postgres://…）", Args: argCount(0, 0, ""),
		Example: "  hbupload ledger migrate\n  hbupload ledger migrate --from D:\\旧数据文件夹",
		RunE:    runs(env, "ledger migrate", func(ctx context.Context, _ []string) error { return runMigrate(ctx, env, from) })}
	cmd.Flags().StringVar(&from, "from", "", "本机台账所在的文件夹（默认：数据文件夹）")
	return cmd
}

func runMigrate(ctx context.Context, env *run.Env, from string) error {
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	if from == "" {
		from = cfg.DataDir
	}
	m, err := ledger.Migrate(ctx, env.LedgerOptions(cfg), from)
	if err != nil {
		return err
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			Records int    `json:"records"`
			Kept    string `json:"kept"`
			KeptKey string `json:"kept_key,omitempty"`
		}{env.OK(), m.Records, m.KeptOld, m.KeptKey})
	}
	env.Tell("已把 %d 条记录搬到 %s\n本机的台账保留在 %s，不再使用\n", m.Records, run.LedgerPlace(cfg), m.KeptOld)
	sayKey(env, cfg.Ledger.KeyFile, m.KeptKey)
	return nil
}

// sayKey tells about the key that all machines need now.
func sayKey(env *run.Env, path, kept string) {
	if path == "" {
		return
	}
	env.Tell("密钥：%s；请复制到每台上传的电脑（权限 0600）\n", path)
	if kept != "" {
		env.Tell("原来的密钥文件不再适用，改名为 %s\n", kept)
	}
}

func newLedgerBackup(env *run.Env) *cobra.Command {
	return &cobra.Command{Use: "backup FILE", Short: "把台账和密钥备份成一个文件（上传进行中也可以）", Args: argCount(1, 1, "备份文件"),
		RunE: runs(env, "ledger backup", func(ctx context.Context, args []string) error { return runBackup(ctx, env, args[0]) })}
}

func runBackup(ctx context.Context, env *run.Env, path string) error {
	_, led, err := openBook(ctx, env)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	m, err := led.Backup(ctx, path)
	if err != nil {
		return err
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			File    string `json:"file"`
			Records int    `json:"records"`
		}{env.OK(), path, m.Records})
	}
	env.Tell("已备份 %d 条记录和密钥到 %s；请妥善保管，密钥泄露会削弱台账的保护\n", m.Records, path)
	return nil
}

func newLedgerRestore(env *run.Env) *cobra.Command {
	var force bool
	cmd := &cobra.Command{Use: "restore FILE", Short: "从备份恢复台账", Args: argCount(1, 1, "备份文件"),
		RunE: runs(env, "ledger restore", func(ctx context.Context, args []string) error { return runRestore(ctx, env, args[0], force) })}
	cmd.Flags().BoolVar(&force, "force", false, "现有台账里有记录时也替换（旧台账会改名保留）")
	return cmd
}

func runRestore(ctx context.Context, env *run.Env, path string, force bool) error {
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	if err := run.OwnFolder(cfg); err != nil {
		return err
	}
	got, err := ledger.Restore(ctx, env.LedgerOptions(cfg), path, force)
	if err != nil {
		return err
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			Records int        `json:"records"`
			Created *time.Time `json:"backup_made,omitempty"`
			LastRun *time.Time `json:"last_run,omitempty"`
			Kept    string     `json:"kept,omitempty"`
			KeptKey string     `json:"kept_key,omitempty"`
		}{env.OK(), got.Manifest.Records, knownTime(got.Manifest.Created), knownTime(got.Manifest.LastRun), got.KeptOld, got.KeptKey})
	}
	env.Tell("已恢复 %d 条记录（备份于 %s，其中最后一次运行是 %s）\n", got.Manifest.Records, moment(got.Manifest.Created), moment(got.Manifest.LastRun))
	env.Tell("备份之后上传过的记录、作过的标记，这个台账都不知道，再传会重复。请对照平台上的名单，把传过的文件用 hbupload adopt 登记，再执行 hbupload ledger accept-gap；此前不能上传\n")
	if got.KeptOld != "" {
		env.Tell("原台账保留在 %s\n", got.KeptOld)
	}
	sayKey(env, cfg.Ledger.KeyFile, got.KeptKey)
	return nil
}

// knownTime is nil for a time that is not known.
func knownTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// moment is a time as people read it.
func moment(t time.Time) string {
	if t.IsZero() {
		return "时间不明"
	}
	return t.Local().Format("2006-01-02 15:04")
}
