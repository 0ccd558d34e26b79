package cli

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
	"hbupload/internal/push"
	"hbupload/internal/reconcile"
	"hbupload/internal/report"
	"hbupload/internal/spec"
	"hbupload/internal/table"
)

type reconcileOptions struct {
	in       []string
	complete bool
	dryRun   bool
	output   string
	noReport bool
	mapping  string
}

func newReconcile(a *app) *cobra.Command {
	var o reconcileOptions
	cmd := &cobra.Command{Use: "reconcile PORTAL.xlsx… [--in FILE…]", Short: "用平台页面导出的名单核对：了结结果不明的记录，列出只在一边的人",
		Long: "用平台页面导出的名单（任何版式，证件号、姓名可以打码，可以分成几个文件）核对台账和导出文件。\n" +
			"姓名、证件号（看得见的部分）、体检日期、机构都相符，并且不可能是别人的，结果不明的记录就记为已接收；有一处不同的只列出，不替您了结。\n" +
			"退出码：0 没有结果不明和有出入的，3 还有，2 文件或配置有问题。",
		Example: "  hbupload reconcile 平台名单.xlsx --in 导出.xlsx\n  hbupload reconcile 名单1.xlsx 名单2.xlsx --in 导出.xlsx --complete\n  hbupload reconcile 平台名单.xlsx --in 导出.xlsx --dry-run",
		RunE: a.run("reconcile", func(ctx context.Context, args []string) error {
			pages, in := splitIn(args, o.in, a.Args)
			o.in = in
			return a.reconcile(ctx, pages, o)
		})}
	f := cmd.Flags()
	f.StringArrayVar(&o.in, "in", nil, "以前上传的导出文件；台账不保存姓名和证件号，要从这里取（后面可以写几个文件）")
	f.BoolVar(&o.complete, "complete", false, "名单是它那些体检日期的全部：不在里面的结果不明记录列为可以再传")
	f.BoolVar(&o.dryRun, "dry-run", false, "只列出，不改动台账")
	f.StringVarP(&o.output, "output", "o", "", "核对结果写到这个 xlsx（默认：名单旁边的“名单.核对结果.xlsx”；含个人信息）")
	f.BoolVar(&o.noReport, "no-report", false, "不写核对结果的工作簿")
	f.StringVar(&o.mapping, "mapping", "", mappingUsage)
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

func (a *app) reconcile(ctx context.Context, pages []string, o reconcileOptions) error {
	pages, err := a.givenFiles(pages)
	if err != nil {
		return err
	}
	if o.in, err = a.givenFiles(o.in); err != nil {
		return err
	}
	if len(pages) == 0 {
		return fault.New(fault.Usage, "缺少平台的名单").Next("名单写在 --in 的前面：hbupload reconcile 平台名单.xlsx --in 导出.xlsx")
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if err := a.belongsFirst(ctx, cfg); err != nil {
		return err
	}
	list, err := a.readList(ctx, pages, o)
	if err != nil {
		return err
	}
	led, err := a.ledgerFor(ctx, cfg, o.dryRun)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	if err := a.belongs(ctx, cfg, led); err != nil {
		return err
	}
	c, err := a.compare(ctx, cfg, led, list, o)
	if err != nil {
		return err
	}
	c.Judge(list, reconcile.Options{Complete: o.complete, Made: list.Made})
	if o.dryRun {
		c.Withhold()
	} else if err := c.Settle(ctx, list, led); err != nil {
		return err
	}
	return a.showReconciled(c, pages[0], o)
}

// ledgerFor opens the ledger for reading where nothing is to be changed.
func (a *app) ledgerFor(ctx context.Context, cfg *config.Config, readOnly bool) (*ledger.Ledger, error) {
	if readOnly {
		return a.readLedger(ctx, cfg)
	}
	return a.openLedger(ctx, cfg)
}

// readList reads the pages of the platform's list.
func (a *app) readList(ctx context.Context, pages []string, o reconcileOptions) (*reconcile.List, error) {
	exports := map[string]bool{}
	for _, path := range o.in {
		exports[realPath(path)] = true
	}
	var open []*table.Input
	defer func() {
		for _, in := range open {
			_ = in.Close()
		}
	}()
	var made time.Time
	for _, path := range a.distinct(pages) {
		if exports[realPath(path)] {
			return nil, fault.New(fault.Usage, "同一个文件既作平台的名单，又作导出文件").At(path).Next("名单请用平台页面导出的文件")
		}
		in, err := a.openTable(ctx, path)
		if err != nil {
			return nil, &fileError{path: path, err: err}
		}
		open = append(open, in)
		if info, err := os.Stat(path); err == nil && (made.IsZero() || info.ModTime().Before(made)) {
			made = info.ModTime()
		}
	}
	list, err := reconcile.Read(ctx, open)
	if err != nil {
		return nil, err
	}
	list.Made = made
	return list, nil
}

func realPath(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return abs
}

// compare holds the list against the exports and the ledger.
func (a *app) compare(ctx context.Context, cfg *config.Config, led *ledger.Ledger, list *reconcile.List, o reconcileOptions) (*reconcile.Comparison, error) {
	s, err := a.begin(cfg, false)
	if err != nil {
		return nil, err
	}
	defer s.close()
	var care [][2]string
	name := entryName(s.judge.dicts)
	for _, e := range s.judge.dicts.Dict(spec.DictCareType).Entries {
		care = append(care, [2]string{e.Code, e.Name})
	}
	var ours []reconcile.Ours
	var entries []ledger.Entry
	asked := push.NewEntries(led.Digester(), s.judge.encoder)
	err = s.people(ctx, o.in, o.mapping, func() spec.Visitor {
		return &reconcile.Collector{Entries: asked, Care: func(code string) string { return name(spec.DictCareType, code) }}
	}, func(v spec.Visitor) {
		o, e := v.(*reconcile.Collector).Taken()
		ours = append(ours, o...)
		entries = append(entries, e...)
	})
	if err != nil {
		return nil, err
	}
	if ours, err = reconcile.Take(ctx, led, ours, entries); err != nil {
		return nil, err
	}
	proof := reconcile.Proof{Care: care, OrgCode: cfg.Institution[spec.OhOrgCode.Key()], OrgName: cfg.Institution[spec.ReportOrgName.Key()]}
	if err := reconcile.Prove(ctx, led, list.Rows, ours, proof); err != nil {
		return nil, err
	}
	return reconcile.Compare(list.Rows, ours), nil
}

type matchJSON struct {
	Kind    reconcile.Kind `json:"kind"`
	Key     string         `json:"key"`
	Row     int            `json:"row"`
	File    string         `json:"file,omitempty"`
	Sheet   string         `json:"sheet,omitempty"`
	Settled string         `json:"settled"`
	Reason  string         `json:"reason"`
}

func (a *app) showReconciled(c *reconcile.Comparison, first string, o reconcileOptions) error {
	path := ""
	if !o.noReport {
		path = o.output
		if path == "" {
			path = strings.TrimSuffix(first, filepath.Ext(first)) + ".核对结果.xlsx"
		}
		if err := a.writeBook(c, path); err != nil {
			return err
		}
	}
	left := c.Left()
	code := fault.ExitOK
	if left > 0 {
		code = fault.ExitFindings
	}
	if a.opts.json {
		doc := struct {
			commandJSON
			Matches []matchJSON    `json:"matches"`
			Counts  map[string]int `json:"counts"`
			Settled map[string]int `json:"settled"`
			Left    int            `json:"left"`
			DryRun  bool           `json:"dry_run,omitempty"`
			Reports []string       `json:"reports"`
		}{commandJSON{Command: a.command, OK: code == 0, ExitCode: code}, []matchJSON{}, map[string]int{}, map[string]int{}, left, o.dryRun, []string{}}
		for _, k := range reconcile.Kinds() {
			doc.Counts[string(k)] = 0
		}
		for _, m := range c.Matches {
			doc.Counts[string(m.Kind)]++
			if m.Settled != "" {
				doc.Settled[string(m.Settled)]++
			}
			doc.Matches = append(doc.Matches, newMatchJSON(c, m))
		}
		if path != "" {
			doc.Reports = append(doc.Reports, path)
		}
		if err := report.Encode(a.out(), doc); err != nil {
			return err
		}
		return exit(code)
	}
	a.tellReconciled(c, left, path, o)
	return exit(code)
}

func newMatchJSON(c *reconcile.Comparison, m reconcile.Match) matchJSON {
	out := matchJSON{Kind: m.Kind, Settled: string(m.Settled), Reason: m.Reason}
	if m.Ours >= 0 {
		out.Key = c.Ours[m.Ours].Key
	}
	if m.Row >= 0 {
		r := &c.Rows[m.Row]
		out.Row = int(r.Line)
		out.File = filepath.Base(r.Sheet.File)
		out.Sheet = r.Sheet.Name
	}
	return out
}

func (a *app) writeBook(c *reconcile.Comparison, path string) error {
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
func (a *app) tellReconciled(c *reconcile.Comparison, left int, path string, o reconcileOptions) {
	sent, resend := 0, 0
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
				groups[m.Reason] = append(groups[m.Reason], matchName(c, m))
			}
		}
		a.tell("%s：%d\n", k.Label(), n)
		for _, why := range order {
			a.tell("  %d 人 %s（%s）\n", len(groups[why]), why, shortList(groups[why]))
		}
	}
	verb := "已"
	if o.dryRun {
		verb = "演练，没有"
	}
	a.tell("%s了结：记为已接收 %d，可以再传 %d；仍结果不明或有出入 %d\n", verb, sent, resend, left)
	if resend > 0 {
		a.tell("可以再传的，再上传一次原来的文件就会发送\n")
	}
	if path != "" {
		a.tell("核对结果（含个人信息，请妥善保管）：%s\n", path)
	}
}

func matchName(c *reconcile.Comparison, m reconcile.Match) string {
	if m.Ours >= 0 {
		return c.Ours[m.Ours].Key
	}
	return "第 " + strconv.Itoa(int(c.Rows[m.Row].Line)) + " 行"
}

// shortList names the first of many.
func shortList(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, "、")
	}
	return strings.Join(names[:most], "、") + "等"
}
