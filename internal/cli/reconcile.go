package cli

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
	"hbupload/internal/reconcile"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

func newReconcile(env *run.Env) *cobra.Command {
	var o run.ReconcileOptions
	cmd := &cobra.Command{Use: "reconcile PORTAL.xlsx… [--in FILE…]", Short: "用平台页面导出的名单核对：了结结果不明的记录，列出只在一边的人",
		Long: "用平台页面导出的名单（任何版式，证件号、姓名可以打码，可以分成几个文件）核对台账和导出文件。\n" +
			"姓名、证件号（看得见的部分）、体检日期、机构都相符，并且不可能是别人的，结果不明的记录就记为已接收；有一处不同的只列出，不替您了结。\n" +
			"退出码：0 没有结果不明和有出入的，3 还有，2 文件或配置有问题。",
		Example: "  hbupload reconcile 平台名单.xlsx --in 导出.xlsx\n  hbupload reconcile 名单1.xlsx 名单2.xlsx --in 导出.xlsx --complete\n  hbupload reconcile 平台名单.xlsx --in 导出.xlsx --dry-run",
		RunE: runs(env, "reconcile", func(ctx context.Context, args []string) error {
			pages, in := splitIn(args, o.In, env.Args)
			o.In = in
			return runReconcile(ctx, env, pages, o)
		})}
	f := cmd.Flags()
	f.StringArrayVar(&o.In, "in", nil, "以前上传的导出文件；台账不保存姓名和证件号，要从这里取（后面可以写几个文件）")
	f.BoolVar(&o.Complete, "complete", false, "名单是它那些体检日期的全部：不在里面的结果不明记录列为可以再传")
	f.BoolVar(&o.DryRun, "dry-run", false, "只列出，不改动台账")
	f.StringVarP(&o.Output, "output", "o", "", "核对结果写到这个 xlsx（默认：名单旁边的“名单.核对结果.xlsx”；含个人信息）")
	f.BoolVar(&o.NoReport, "no-report", false, "不写核对结果的工作簿")
	f.StringVar(&o.Mapping, "mapping", "", run.MappingUsage)
	return cmd
}

// splitIn parts the pages of a list from the exports: files that follow --in on the
// command line belong to it, as in every use line of ours. An export that was taken
// for the platform's list would settle everything by itself.
func splitIn(args, in, line []string) (pages, exports []string) {
	behind := map[string]bool{}
	after := false
	for _, word := range line {
		switch {
		case word == "--in" || strings.HasPrefix(word, "--in="):
			after = true
		case strings.HasPrefix(word, "-") && word != "-":
			after = false
		case after && !slices.Contains(in, word):
			behind[word] = true
		}
	}
	exports = slices.Clone(in)
	for _, arg := range args {
		if behind[arg] {
			exports = append(exports, arg)
		} else {
			pages = append(pages, arg)
		}
	}
	return pages, exports
}

func runReconcile(ctx context.Context, env *run.Env, pages []string, o run.ReconcileOptions) error {
	pages, err := env.GivenFiles(pages)
	if err != nil {
		return err
	}
	if o.In, err = env.GivenFiles(o.In); err != nil {
		return err
	}
	if len(pages) == 0 {
		return fault.New(fault.Usage, "缺少平台的名单").Next("名单写在 --in 的前面：hbupload reconcile 平台名单.xlsx --in 导出.xlsx")
	}
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	if err := run.BelongsFirst(ctx, env, cfg); err != nil {
		return err
	}
	list, err := run.ReadPlatformList(ctx, env, pages, o)
	if err != nil {
		return err
	}
	led, err := run.LedgerFor(ctx, env, cfg, o.DryRun)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	if err := run.Belongs(ctx, env, cfg, led); err != nil {
		return err
	}
	c, err := run.CompareWithPlatform(ctx, env, cfg, led, list, o)
	if err != nil {
		return err
	}
	c.Judge(list, reconcile.Options{Complete: o.Complete, Made: list.Made})
	if o.DryRun {
		c.Withhold()
	} else if err := c.Settle(ctx, list, led); err != nil {
		return err
	}
	return showReconciled(env, c, pages[0], o)
}

func showReconciled(env *run.Env, c *reconcile.Comparison, first string, o run.ReconcileOptions) error {
	path := ""
	if !o.NoReport {
		path = o.Output
		if path == "" {
			path = strings.TrimSuffix(first, filepath.Ext(first)) + ".核对结果.xlsx"
		}
		if err := writeBook(c, path); err != nil {
			return err
		}
	}
	left := c.Left()
	code := fault.ExitOK
	if left > 0 {
		code = fault.ExitFindings
	}
	if env.Opts.JSON {
		doc := struct {
			run.Document
			Matches []run.MatchJSON `json:"matches"`
			Counts  map[string]int  `json:"counts"`
			Settled map[string]int  `json:"settled"`
			Left    int             `json:"left"`
			DryRun  bool            `json:"dry_run,omitempty"`
			Reports []string        `json:"reports"`
		}{run.Document{Command: env.Command, OK: code == 0, ExitCode: code}, []run.MatchJSON{}, map[string]int{}, map[string]int{}, left, o.DryRun, []string{}}
		for _, k := range reconcile.Kinds() {
			doc.Counts[string(k)] = 0
		}
		for _, m := range c.Matches {
			doc.Counts[string(m.Kind)]++
			if m.Settled != "" {
				doc.Settled[string(m.Settled)]++
			}
			doc.Matches = append(doc.Matches, run.NewMatchJSON(c, m))
		}
		if path != "" {
			doc.Reports = append(doc.Reports, path)
		}
		if err := report.Encode(env.Out(), doc); err != nil {
			return err
		}
		return run.Exit(code)
	}
	tellReconciled(env, c, left, path, o)
	return run.Exit(code)
}

func writeBook(c *reconcile.Comparison, path string) error {
	book, err := c.Book(filepath.Dir(path))
	if err == nil {
		err = host.WritePrivate(path, book)
	}
	if err != nil {
		return fault.New(fault.Config, "核对结果无法写入").At(path).Next("请检查文件夹权限；如果正在 Excel 里打开，请先关闭；--no-report 不写").By(err)
	}
	return nil
}

// tellReconciled is the outcome on the screen: a line a kind, with keys where a person
// must act.
func tellReconciled(env *run.Env, c *reconcile.Comparison, left int, path string, o run.ReconcileOptions) {
	var sent, resend int
	for _, k := range reconcile.Kinds() {
		n := 0
		groups := map[string][]string{}
		var order []string
		for _, m := range c.Matches {
			if m.Kind != k {
				continue
			}
			n++
			switch m.Settled {
			case ledger.AsSent:
				sent++
			case ledger.AsResend:
				resend++
			default:
				if groups[m.Reason] == nil {
					order = append(order, m.Reason)
				}
				groups[m.Reason] = append(groups[m.Reason], run.MatchName(c, m))
			}
		}
		env.Tell("%s：%d\n", k.Label(), n)
		for _, why := range order {
			env.Tell("  %d 人 %s（%s）\n", len(groups[why]), why, run.ShortList(groups[why]))
		}
	}
	verb := "已"
	if o.DryRun {
		verb = "演练，没有"
	}
	env.Tell("%s了结：记为已接收 %d，可以再传 %d；仍结果不明或有出入 %d\n", verb, sent, resend, left)
	if resend > 0 {
		env.Tell("可以再传的，再上传一次原来的文件就会发送\n")
	}
	if path != "" {
		env.Tell("核对结果（含个人信息，请妥善保管）：%s\n", path)
	}
}
