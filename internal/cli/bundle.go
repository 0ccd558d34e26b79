package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"hbupload/internal/bundle"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/mapping"
	"hbupload/internal/report"
)

// bundleOptions are doctor's flags for a bundle.
type bundleOptions struct {
	file string
	in   []string
	yes  bool
}

func addBundleFlags(cmd *cobra.Command, o *bundleOptions) {
	f := cmd.Flags()
	f.StringVar(&o.file, "bundle", "", "把检查结果等（只有数目、规则编号等，没有个人信息和文字）写到这个 zip，供维护人员查看；先显示内容再写")
	f.StringArrayVar(&o.in, "in", nil, "连同这个导出的形状（各列对应的字段、各规则的数目）一起写，与 --bundle 同用（可重复）")
	f.BoolVar(&o.yes, "yes", false, "不再询问，直接写 --bundle 的文件")
}

func (o *bundleOptions) check() error {
	if o.file == "" && (o.yes || len(o.in) > 0) {
		return fault.New(fault.Usage, "--in、--yes 要与 --bundle 同用").Next("例如 hbupload doctor --bundle 诊断.zip --in 导出.xlsx")
	}
	if o.file == "" {
		return nil
	}
	if _, err := os.Lstat(o.file); err == nil {
		return fault.New(fault.Config, "文件已存在，没有覆盖").At(o.file).Next("请换一个文件名")
	}
	return nil
}

// bundle shows the facts and writes them when the person says so.
func (d *doctor) bundle(ctx context.Context, o bundleOptions) error {
	facts := d.facts(ctx, o.in)
	if err := ctx.Err(); err != nil {
		return err
	}
	text, err := facts.Text()
	if err != nil {
		return err
	}
	if !d.opts.json {
		d.print()
		fmt.Fprintf(d.out(), "\n以下是将写入 %s 的全部内容：\n\n%s\n", host.SafeText(o.file, maxPath), text)
	}
	if err := d.agreed(o); err != nil {
		return err
	}
	zip, err := facts.Zip()
	if err == nil {
		err = host.WritePrivate(o.file, zip)
	}
	if err != nil {
		return fault.New(fault.Config, "无法写入").At(o.file).Next("请检查文件夹是否存在、是否有权限").By(err)
	}
	code := d.verdict()
	if !d.opts.json {
		d.tell("已写出 %s。内容就是上面显示的这些，可以发给维护人员\n", o.file)
		return exit(code)
	}
	head := d.app.ok()
	head.OK, head.ExitCode = code == 0, code
	if err := report.Encode(d.out(), struct {
		commandJSON
		File   string          `json:"file"`
		Checks []check         `json:"checks"`
		Bundle json.RawMessage `json:"bundle"`
	}{head, o.file, d.checks, text}); err != nil {
		return err
	}
	return exit(code)
}

// agreed asks a person at a terminal whether what was shown may be written.
func (d *doctor) agreed(o bundleOptions) error {
	if o.yes {
		return nil
	}
	if d.opts.json || !d.StdinTTY || !d.StderrTTY {
		return fault.New(fault.Usage, "没有写出 "+o.file+"：先看内容，再确认").Next("看过不带 --json 时显示的内容后，加 --yes 再执行一次")
	}
	fmt.Fprintf(d.Stderr, "写到 %s 吗？[y/N] ", host.SafeText(o.file, maxPath))
	var answer string
	_, _ = fmt.Fscanln(d.Stdin, &answer)
	if a := strings.ToLower(strings.TrimSpace(answer)); a == "y" || a == "yes" || a == "是" {
		return nil
	}
	return fault.New(fault.Usage, "没有写出 "+o.file)
}

// facts gathers what may be told.
func (d *doctor) facts(ctx context.Context, files []string) *bundle.Facts {
	f := bundle.New(bundle.Origin{Version: d.Build.Version, Commit: d.Build.Commit, Interface: interfaceVersion,
		Go: runtime.Version(), System: runtime.GOOS, Machine: runtime.GOARCH, Now: d.Now()})
	for _, c := range d.checks {
		f.AddCheck(c.Name, c.Status)
	}
	if d.cfg == nil {
		f.AddProblem("configuration", fault.Config)
		return f
	}
	f.AddConfig(d.cfg)
	if d.set != nil {
		f.AddDictionaries(d.set)
	}
	if err := d.ledgerFacts(ctx, f); err != nil {
		f.AddProblem("ledger", fault.KindOf(err))
	}
	for _, path := range files {
		if err := d.exportFacts(ctx, f, path); err != nil {
			f.AddProblem("export", fault.KindOf(err))
		}
	}
	return f
}

func (d *doctor) ledgerFacts(ctx context.Context, f *bundle.Facts) error {
	led, err := d.readLedger(ctx, d.cfg)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	return f.AddLedger(ctx, led, d.cfg.Ledger.URL != "")
}

// exportFacts reads an export as validate does, and takes its shape.
func (d *doctor) exportFacts(ctx context.Context, f *bundle.Facts, path string) error {
	s, err := d.begin(d.cfg, false)
	if err != nil {
		return err
	}
	defer s.close()
	tmp, remove, err := d.scratch()
	if err != nil {
		return err
	}
	defer remove()
	s.judge.mapping.TempDir = tmp
	if err := s.readAll(ctx, []string{path}, sessionOptions{read: readOptions{noReport: true}}); err != nil {
		return err
	}
	read := bundle.Read{Path: path, Records: s.batch.Records, Findings: s.batch.Findings, Accounts: []mapping.Accounts{}, Shape: &bundle.Shape{}}
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		read.Bytes = info.Size()
	}
	for _, in := range s.inputs {
		if err := in.Each(ctx, read.Shape); err != nil {
			return err
		}
		read.Accounts = append(read.Accounts, in.accounts())
	}
	f.AddExport(read)
	return nil
}
