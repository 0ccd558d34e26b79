package cli

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/report"
	"hbupload/internal/run"
	"hbupload/internal/spec"
	"hbupload/internal/summary"
)

func newReport(env *run.Env) *cobra.Command {
	cmd := group(&cobra.Command{Use: "report", Short: "上传之后的报表：危害因素和结论汇总、可签字的回执"})
	cmd.AddCommand(newReportSummary(env), newReportReceipt(env))
	return cmd
}

// period are --from and --to.
type period struct{ from, to, output string }

func (p *period) addFlags(cmd *cobra.Command, what string) {
	cmd.Flags().StringVar(&p.from, "from", "", what+"从哪一天起，例如 2026-01-01")
	cmd.Flags().StringVar(&p.to, "to", "", what+"到哪一天止（含）")
	cmd.Flags().StringVarP(&p.output, "output", "o", "", "写到这个文件")
}

func (p *period) check() error {
	for _, day := range []string{p.from, p.to} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return fault.New(fault.Usage, "日期“"+day+"”无效").Next("写成 2026-01-31 这样")
		}
	}
	if p.from != "" && p.to != "" && p.from > p.to {
		return fault.New(fault.Usage, "--from 比 --to 晚")
	}
	return nil
}

// fits reports why --output cannot be written to: a name with another ending, which
// the page beside a workbook may also have, or one of the files that are read.
func (p *period) fits(ext string, inputs []string) error {
	if p.output == "" {
		return nil
	}
	if !strings.EqualFold(filepath.Ext(p.output), ext) {
		return fault.New(fault.Usage, "-o 的文件名应以 "+ext+" 结尾").Next("例如 -o 报表" + ext)
	}
	return run.NotAmong(p.output, inputs)
}

func newReportSummary(env *run.Env) *cobra.Command {
	var p period
	var mapping string
	cmd := &cobra.Command{Use: "summary FILE…", Short: "按监护种类、危害因素汇总已接收的人的体检结论，写成 xlsx 和网页",
		Args:    argCount(1, -1, "导出文件"),
		Example: "  hbupload report summary --from 2026-01-01 --to 2026-03-31 导出.xlsx",
		RunE:    runs(env, "report summary", func(ctx context.Context, args []string) error { return reportSummary(ctx, env, args, p, mapping) })}
	p.addFlags(cmd, "体检日期")
	cmd.Flags().StringVar(&mapping, "mapping", "", run.MappingUsage)
	return cmd
}

func reportSummary(ctx context.Context, env *run.Env, files []string, p period, mapping string) error {
	if err := cmp.Or(p.check(), p.fits(".xlsx", files)); err != nil {
		return err
	}
	cfg, led, err := openBook(ctx, env)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	people, err := run.Stood(ctx, env, cfg, led, files, mapping)
	if err != nil {
		return err
	}
	t := summary.NewTable(people, p.from, p.to)
	if err := t.Settle(ctx, led, people); err != nil {
		return err
	}
	path := cmp.Or(p.output, filepath.Join(filepath.Dir(files[0]), "结论汇总.xlsx"))
	book, err := t.Book()
	if err != nil {
		return err
	}
	page, err := t.Page()
	if err != nil {
		return err
	}
	beside := strings.TrimSuffix(path, filepath.Ext(path)) + ".html"
	if err := writeReport(path, book); err != nil {
		return err
	}
	if err := writeReport(beside, page); err != nil {
		return err
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			*summary.Table
			Columns []string `json:"columns"`
			Reports []string `json:"reports"`
		}{env.OK(), t, summary.Columns(), []string{path, beside}})
	}
	env.Tell("读到 %d 人，计入 %d 人（已被平台接收）\n", t.Read, t.People)
	for _, why := range t.Reasons() {
		env.Tell("  未计入 %d 人：%s（%s）\n", t.LeftOut[why], why, run.ShortList(t.Keys(why)))
	}
	env.Tell("%s\n", t.Reckoning())
	env.Tell("汇总表：%s、%s\n", path, beside)
	return nil
}

func writeReport(path string, data []byte) error {
	if err := host.WritePrivate(path, data); err != nil {
		return fault.New(fault.Config, "报表无法写入").At(path).Next("请检查文件夹权限；如果正在打开，请先关闭，或用 -o 写到别处").By(err)
	}
	return nil
}

func newReportReceipt(env *run.Env) *cobra.Command {
	var p period
	var number int64
	cmd := &cobra.Command{Use: "receipt", Short: "可打印、签字的上传回执：体检编号和状态，不含姓名和证件号",
		Args:    argCount(0, 0, ""),
		Example: "  hbupload report receipt\n  hbupload report receipt --run 12 -o 回执.html\n  hbupload report receipt --from 2026-01-01 --to 2026-01-31",
		RunE:    runs(env, "report receipt", func(ctx context.Context, _ []string) error { return receipt(ctx, env, p, number) })}
	p.addFlags(cmd, "上传")
	cmd.Flags().Int64Var(&number, "run", 0, "第几次运行（hbupload status 的第一栏；默认最近一次发送过记录的）")
	return cmd
}

func receipt(ctx context.Context, env *run.Env, p period, number int64) error {
	if err := cmp.Or(p.check(), p.fits(".html", nil)); err != nil {
		return err
	}
	cfg, led, err := openBook(ctx, env)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	belongs, err := led.Belongs(ctx)
	if err != nil {
		return err
	}
	r := &summary.Receipt{Institution: cmp.Or(cfg.Institution[spec.ReportOrgName.Key()], "（配置里没有写检查单位名称）"), Platform: cmp.Or(belongs.Address, belongs.Configured),
		Run: number, Printed: env.Now().Local(), Tool: env.Build.Version}
	if err := r.Fill(ctx, led, p.from, p.to, run.StateWord); err != nil {
		return err
	}
	if len(r.Rows) == 0 {
		return fault.New(fault.Usage, "这次运行或这段时间没有发送过记录").Next("用 hbupload status 查看各次运行的编号")
	}
	page, err := r.Page()
	if err != nil {
		return err
	}
	path := cmp.Or(p.output, "上传回执-"+r.Printed.Format("20060102-150405")+".html")
	if err := writeReport(path, page); err != nil {
		return err
	}
	if env.Opts.JSON {
		return report.Encode(env.Out(), struct {
			run.Document
			Run     int64                `json:"run,omitempty"`
			SHA256  string               `json:"sha256"`
			Records []summary.ReceiptRow `json:"records"`
			Reports []string             `json:"reports"`
		}{env.OK(), r.Run, r.Digest(), r.Rows, []string{path}})
	}
	env.Tell("回执：%s，%d 人\n名单的 SHA-256：%s\n", path, len(r.Rows), r.Digest())
	return nil
}

func showTimely(env *run.Env, t *run.Timeliness) {
	if t == nil {
		return
	}
	env.Tell("这些文件里 %d 人，从未上传 %d 人%s\n", t.People, len(t.NeverSent), inBrackets(t.NeverSent))
	if len(t.Accepted) > 0 {
		most := slices.MaxFunc(t.Accepted, func(x, y run.AcceptedDay) int { return cmp.Compare(x.Days, y.Days) })
		env.Tell("已接收 %d 人，最晚的在报告出具后第 %d 天（%s）\n", len(t.Accepted), most.Days, most.Key)
	}
	if t.Deadline > 0 {
		env.Tell("报告出具后超过 %d 天才接收或还没有接收的：%d 人%s\n", t.Deadline, t.Late, inBrackets(t.LateKeys))
	}
}

func inBrackets(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "（" + run.ShortList(names) + "）"
}
