package cli

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/spec"
	"hbupload/internal/summary"
)

func newReport(a *app) *cobra.Command {
	cmd := group(&cobra.Command{Use: "report", Short: "上传之后的报表：危害因素和结论汇总、可签字的回执"})
	cmd.AddCommand(newReportSummary(a), newReportReceipt(a))
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
	there, err := os.Stat(p.output)
	if err != nil {
		return nil //nolint:nilerr // nothing there to lose
	}
	for _, path := range inputs {
		if info, err := os.Stat(path); err == nil && os.SameFile(there, info) {
			return fault.New(fault.Usage, "-o 是所读的导出文件本身，没有覆盖").Next("请换一个文件名")
		}
	}
	return nil
}

func newReportSummary(a *app) *cobra.Command {
	var p period
	var mapping string
	cmd := &cobra.Command{Use: "summary FILE…", Short: "按监护种类、危害因素汇总已接收的人的体检结论，写成 xlsx 和网页",
		Args:    argCount(1, -1, "导出文件"),
		Example: "  hbupload report summary --from 2026-01-01 --to 2026-03-31 导出.xlsx",
		RunE:    a.run("report summary", func(ctx context.Context, args []string) error { return a.reportSummary(ctx, args, p, mapping) })}
	p.addFlags(cmd, "体检日期")
	cmd.Flags().StringVar(&mapping, "mapping", "", mappingUsage)
	return cmd
}

// stood are the persons of exports with what the ledger knows of them.
func (a *app) stood(ctx context.Context, cfg *config.Config, led *ledger.Ledger, files []string, mapping string) ([]summary.Person, error) {
	s, err := a.begin(cfg, false)
	if err != nil {
		return nil, err
	}
	defer s.close()
	asked := push.NewEntries(led.Digester(), s.judge.encoder)
	var taken []*summary.Collector
	err = s.people(ctx, files, mapping, func() spec.Visitor {
		return &summary.Collector{Entries: asked, Name: entryName(s.judge.dicts)}
	}, func(v spec.Visitor) { taken = append(taken, v.(*summary.Collector)) })
	if err != nil {
		return nil, err
	}
	var all []summary.Person
	seen := map[ledger.Digest]bool{}
	for _, c := range taken {
		people, err := c.People(ctx, led, seen)
		if err != nil {
			return nil, err
		}
		all = append(all, people...)
	}
	return all, nil
}

func (a *app) reportSummary(ctx context.Context, files []string, p period, mapping string) error {
	if err := cmp.Or(p.check(), p.fits(".xlsx", files)); err != nil {
		return err
	}
	cfg, led, err := a.openBook(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	people, err := a.stood(ctx, cfg, led, files, mapping)
	if err != nil {
		return err
	}
	t := summary.NewTable(people, p.from, p.to)
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
	if a.opts.json {
		return report.Encode(a.out(), struct {
			commandJSON
			*summary.Table
			Columns []string `json:"columns"`
			Reports []string `json:"reports"`
		}{a.ok(), t, summary.Columns(), []string{path, beside}})
	}
	a.tell("读到 %d 人，计入 %d 人（已被平台接收）\n", t.Read, t.People)
	for _, why := range t.Reasons() {
		a.tell("  未计入 %d 人：%s\n", t.LeftOut[why], why)
	}
	a.tell("汇总表：%s、%s\n", path, beside)
	return nil
}

func writeReport(path string, data []byte) error {
	if err := host.WritePrivate(path, data); err != nil {
		return fault.New(fault.Config, "报表无法写入").At(path).Next("请检查文件夹权限；如果正在打开，请先关闭，或用 -o 写到别处").By(err)
	}
	return nil
}

func newReportReceipt(a *app) *cobra.Command {
	var p period
	var run int64
	cmd := &cobra.Command{Use: "receipt", Short: "可打印、签字的上传回执：体检编号和状态，不含姓名和证件号",
		Args:    argCount(0, 0, ""),
		Example: "  hbupload report receipt\n  hbupload report receipt --run 12 -o 回执.html\n  hbupload report receipt --from 2026-01-01 --to 2026-01-31",
		RunE:    a.run("report receipt", func(ctx context.Context, _ []string) error { return a.receipt(ctx, p, run) })}
	p.addFlags(cmd, "上传")
	cmd.Flags().Int64Var(&run, "run", 0, "第几次运行（hbupload status 的第一栏；默认最近一次发送过记录的）")
	return cmd
}

func (a *app) receipt(ctx context.Context, p period, run int64) error {
	if err := cmp.Or(p.check(), p.fits(".html", nil)); err != nil {
		return err
	}
	cfg, led, err := a.openBook(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	belongs, err := led.Belongs(ctx)
	if err != nil {
		return err
	}
	records, err := led.History(ctx, ledger.Filter{})
	if err != nil {
		return err
	}
	if run == 0 && p.from == "" && p.to == "" {
		run = summary.LastRun(records)
	}
	r := &summary.Receipt{Institution: cmp.Or(cfg.Institution[spec.ReportOrgName.Key()], "（配置里没有写检查单位名称）"), Platform: cmp.Or(belongs.Address, belongs.Configured),
		Run: run, Printed: a.Now().Local(), Tool: a.Build.Version}
	r.Fill(records, p.from, p.to, stateWord)
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
	if a.opts.json {
		return report.Encode(a.out(), struct {
			commandJSON
			Run     int64                `json:"run,omitempty"`
			SHA256  string               `json:"sha256"`
			Records []summary.ReceiptRow `json:"records"`
			Reports []string             `json:"reports"`
		}{a.ok(), r.Run, r.Digest(), r.Rows, []string{path}})
	}
	a.tell("回执：%s，%d 人\n名单的 SHA-256：%s\n", path, len(r.Rows), r.Digest())
	return nil
}

// timeliness is what status says of given exports.
type timeliness struct {
	People    int           `json:"people"`
	NeverSent []string      `json:"never_sent"`
	Accepted  []acceptedDay `json:"accepted"`
	Late      int           `json:"late"`
	Deadline  int           `json:"deadline,omitempty"`
}

type acceptedDay struct {
	Key      string `json:"key"`
	Reported string `json:"report_date"`
	At       string `json:"accepted_at"`
	Days     int    `json:"days"`
	Late     bool   `json:"late"`
}

// timely reads exports for status; nil where they cannot be read here.
func (a *app) timely(ctx context.Context, cfg *config.Config, led *ledger.Ledger, files []string) *timeliness {
	if len(files) == 0 || slices.ContainsFunc(files, func(f string) bool { return !exists(f) }) {
		return nil
	}
	people, err := a.stood(ctx, cfg, led, files, "")
	if err != nil {
		a.say("没有读出这些文件里的人，只能按文件名查台账：%v", err)
		return nil
	}
	t := &timeliness{People: len(people), NeverSent: []string{}, Accepted: []acceptedDay{}, Deadline: cfg.Sense.Deadline}
	for i := range people {
		p := &people[i]
		if p.Attempts == 0 && !p.Accepted() {
			t.NeverSent = append(t.NeverSent, p.Key)
		}
		days, known := p.Days()
		if known {
			d := acceptedDay{p.Key, p.Reported, p.Acceptance.First.Local().Format(time.DateTime), days, t.Deadline > 0 && days > t.Deadline}
			t.Accepted = append(t.Accepted, d)
		} else if !p.Accepted() {
			days, known = p.Waiting(a.Now())
		}
		if known && t.Deadline > 0 && days > t.Deadline {
			t.Late++
		}
	}
	return t
}

func (a *app) showTimely(t *timeliness) {
	if t == nil {
		return
	}
	a.tell("这些文件里 %d 人，从未上传 %d 人%s\n", t.People, len(t.NeverSent), inBrackets(t.NeverSent))
	if len(t.Accepted) > 0 {
		most := slices.MaxFunc(t.Accepted, func(x, y acceptedDay) int { return cmp.Compare(x.Days, y.Days) })
		a.tell("已接收 %d 人，最晚的在报告出具后第 %d 天（%s）\n", len(t.Accepted), most.Days, most.Key)
	}
	if t.Deadline > 0 {
		a.tell("报告出具后超过 %d 天才接收或还没有接收的：%d 人\n", t.Deadline, t.Late)
	}
}

func inBrackets(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "（" + shortList(names) + "）"
}
