package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"

	"hbupload/internal/bundle"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/mapping"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

// BundleOptions are doctor's flags for a bundle.
type BundleOptions struct {
	File string
	In   []string
	Yes  bool
}

func (o *BundleOptions) check() error {
	if o.File == "" && (o.Yes || len(o.In) > 0) {
		return fault.New(fault.Usage, "--in、--yes 要与 --bundle 同用").Next("例如 hbupload doctor --bundle 诊断.zip --in 导出.xlsx")
	}
	if o.File == "" {
		return nil
	}
	if _, err := os.Lstat(o.File); err == nil {
		return fault.New(fault.Config, "文件已存在，没有覆盖").At(o.File).Next("请换一个文件名")
	}
	return nil
}

// writeBundle shows the facts and writes them when the person says so.
func writeBundle(ctx context.Context, d *doctor, o BundleOptions) error {
	facts := facts(ctx, d, o.In)
	if err := ctx.Err(); err != nil {
		return err
	}
	text, err := facts.Text()
	if err != nil {
		return err
	}
	if !d.Opts.JSON {
		d.print()
		fmt.Fprintf(d.Out(), "\n以下是将写入 %s 的全部内容：\n\n%s\n", host.SafeText(o.File, run.MaxPath), text)
	}
	if err := bundleAgreed(d, o); err != nil {
		return err
	}
	zip, err := facts.Zip()
	if err == nil {
		err = host.WritePrivate(o.File, zip)
	}
	if err != nil {
		return fault.New(fault.Config, "无法写入").At(o.File).Next("请检查文件夹是否存在、是否有权限").By(err)
	}
	code := d.verdict()
	if !d.Opts.JSON {
		d.Tell("已写出 %s。内容就是上面显示的这些，可以发给维护人员\n", o.File)
		return run.Exit(code)
	}
	head := d.OK()
	head.OK = code == 0
	head.ExitCode = code
	if err := report.Encode(d.Out(), struct {
		run.Document
		File   string          `json:"file"`
		Checks []Check         `json:"checks"`
		Bundle json.RawMessage `json:"bundle"`
	}{head, o.File, d.checks, text}); err != nil {
		return err
	}
	return run.Exit(code)
}

// bundleAgreed asks a person at a terminal whether what was shown may be written.
func bundleAgreed(d *doctor, o BundleOptions) error {
	if o.Yes {
		return nil
	}
	if d.Opts.JSON || !d.StdinTTY || !d.StderrTTY {
		return fault.New(fault.Usage, "没有写出 "+o.File+"：先看内容，再确认").Next("看过不带 --json 时显示的内容后，加 --yes 再执行一次")
	}
	fmt.Fprintf(d.Stderr, "写到 %s 吗？[y/N] ", host.SafeText(o.File, run.MaxPath))
	var answer string
	_, _ = fmt.Fscanln(d.Stdin, &answer)
	if a := strings.ToLower(strings.TrimSpace(answer)); a == "y" || a == "yes" || a == "是" {
		return nil
	}
	return fault.New(fault.Usage, "没有写出 "+o.File)
}

// facts gathers what may be told.
func facts(ctx context.Context, d *doctor, files []string) *bundle.Facts {
	f := bundle.New(bundle.Origin{Version: d.Build.Version, Commit: d.Build.Commit, Interface: run.InterfaceVersion,
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
	if err := ledgerFacts(ctx, d, f); err != nil {
		f.AddProblem("ledger", fault.KindOf(err))
	}
	for _, path := range files {
		if err := exportFacts(ctx, d, f, path); err != nil {
			f.AddProblem("export", fault.KindOf(err))
		}
	}
	return f
}

func ledgerFacts(ctx context.Context, d *doctor, f *bundle.Facts) error {
	led, err := d.ReadLedger(ctx, d.cfg)
	if err != nil {
		return err
	}
	defer func() { _ = led.Close() }()
	return f.AddLedger(ctx, led, d.cfg.Ledger.URL != "")
}

// exportFacts reads an export as validate does, and takes its shape.
func exportFacts(ctx context.Context, d *doctor, f *bundle.Facts, path string) error {
	s, err := run.Begin(d.Env, d.cfg, false)
	if err != nil {
		return err
	}
	defer s.Close()
	tmp, remove, err := d.Scratch()
	if err != nil {
		return err
	}
	defer remove()
	s.Judge.Mapping.TempDir = tmp
	if err := s.ReadAll(ctx, []string{path}, run.SessionOptions{Read: run.ReadOptions{NoReport: true}}); err != nil {
		return err
	}
	read := bundle.Read{Path: path, Records: s.Batch.Records, Findings: s.Batch.Findings, Accounts: []mapping.Accounts{}, Shape: &bundle.Shape{}}
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		read.Bytes = info.Size()
	}
	for _, in := range s.Inputs {
		if err := in.Each(ctx, read.Shape); err != nil {
			return err
		}
		read.Accounts = append(read.Accounts, in.Accounts())
	}
	f.AddExport(read)
	return nil
}
