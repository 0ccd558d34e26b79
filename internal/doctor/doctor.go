package doctor

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"charm.land/lipgloss/v2"

	"hbupload/internal/config"
	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/platform"
	"hbupload/internal/report"
	"hbupload/internal/run"
)

// The verdicts of a check.
const (
	CheckOK   = "ok"
	CheckWarn = "warn"
	CheckFail = "fail"
)

// Check is one line of doctor.
type Check struct {
	Name    string `json:"name"`
	Label   string `json:"label"`
	Status  string `json:"status"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	code    int    // exit code of a failure
}

// doctor examines an installation. It changes nothing (on Windows a probe
// file comes and goes in the data folder), and asks the platform for one login and one dictionary at most.
type doctor struct {
	*run.Env
	cfg    *config.Config
	set    *dict.Set // the dictionaries on disk, nil without
	checks []Check
}

// Run examines everything and shows a line for each; offline leaves the platform alone.
func Run(ctx context.Context, env *run.Env, offline bool, o BundleOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	d := &doctor{Env: env}
	d.versions()
	if d.configuration() {
		d.standing(ctx)
		d.dictionaries()
		d.network(ctx, offline)
		d.dataFolder()
		d.ledger(ctx)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if o.File != "" {
		return writeBundle(ctx, d, o)
	}
	return d.show()
}

func (d *doctor) add(c Check) { d.checks = append(d.checks, c) }

func (d *doctor) ok(name, label, message string) {
	d.add(Check{Name: name, Label: label, Status: CheckOK, Message: message})
}

func (d *doctor) warn(name, label, message, hint string) {
	d.add(Check{Name: name, Label: label, Status: CheckWarn, Message: message, Hint: hint})
}

// fail notes an error in the words it brings along. Whatever is wrong with this
// machine is of the configuration's code, whatever the platform does of the
// delivery's.
func (d *doctor) fail(name, label string, err error) {
	p := run.Problem(err)
	code := p.Kind.Code()
	if code != fault.ExitDelivery {
		code = fault.ExitUsage
	}
	d.add(Check{Name: name, Label: label, Status: CheckFail, Message: p.Message, Hint: p.Hint, code: code})
}

func (d *doctor) versions() {
	d.ok("version", "版本", fmt.Sprintf("hbupload %s，接口规范 %s，%s，%s/%s", d.Build.Version, run.InterfaceVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH))
}

// configuration loads what all else depends on.
func (d *doctor) configuration() bool {
	const name, label = "configuration", "配置"
	for _, s := range config.StrayEnviron(d.Environ) {
		d.warn("environment", "环境变量", "环境变量 "+s.Name+" 不是配置项，不起作用", "是否想写 "+s.Nearest+"？不用就删掉它")
	}
	cfg, err := config.Load(d.Request())
	if err != nil {
		d.fail(name, label, err)
		return false
	}
	d.cfg = cfg
	for _, w := range cfg.Warnings {
		d.warn(name, label, w, "")
	}
	where := cfg.File
	if where == "" {
		where = "没有配置文件，使用环境变量和默认值"
	}
	if cfg.Profile != "" {
		where += "（profile " + cfg.Profile + "）"
	}
	d.ok(name, label, where)
	return true
}

// verdict is the exit code of the worst check.
func (d *doctor) verdict() int {
	code := 0
	for _, c := range d.checks {
		if c.Status == CheckFail && (code == 0 || c.code == fault.ExitUsage) {
			code = c.code // what is wrong here is mended before what is wrong there
		}
	}
	return code
}

// show writes the table and ends with the worst verdict.
func (d *doctor) show() error {
	code := d.verdict()
	if d.Opts.JSON {
		head := d.OK()
		head.OK = code == 0
		head.ExitCode = code
		if err := report.Encode(d.Out(), struct {
			run.Document
			Checks []Check `json:"checks"`
		}{head, d.checks}); err != nil {
			return err
		}
		return run.Exit(code)
	}
	d.print()
	return run.Exit(code)
}

func (d *doctor) print() {
	style := d.Style(d.StdoutTTY)
	width := 0
	for _, c := range d.checks {
		width = max(width, lipgloss.Width(c.Label))
	}
	counts := map[string]int{}
	for _, c := range d.checks {
		counts[c.Status]++
		fmt.Fprintf(d.Out(), "%s  %s  %s\n", verdict(c.Status, style.Color), run.PadRight(c.Label, width), host.SafeText(c.Message, run.MaxMessage))
		if c.Hint != "" && c.Status != CheckOK {
			fmt.Fprintf(d.Out(), "      %s  → %s\n", run.PadRight("", width), host.SafeText(c.Hint, run.MaxMessage))
		}
	}
	fmt.Fprintf(d.Out(), "\n正常 %d，提醒 %d，问题 %d\n", counts[CheckOK], counts[CheckWarn], counts[CheckFail])
}

// verdict is the mark of a line; colour only repeats what the word says.
func verdict(status string, color bool) string {
	word := "正常"
	paint := "32"
	switch status {
	case CheckWarn:
		word = "提醒"
		paint = "33"
	case CheckFail:
		word = "问题"
		paint = "31"
	}
	if !color {
		return word
	}
	return "\x1b[" + paint + "m" + word + "\x1b[0m"
}

// probe is a platform client that logs in once at most and never repeats a
// call: doctor must not lock an account or add load to a platform in trouble.
type probe struct {
	*platform.Client
	logins int
}

func (d *doctor) probe() (*probe, error) {
	pc, err := run.PlatformConfig(d.Env, d.cfg)
	if err != nil {
		return nil, err
	}
	p := &probe{}
	password := pc.PasswordMD5
	pc.PasswordMD5 = func() string {
		if p.logins++; p.logins > 1 {
			return ""
		}
		return password()
	}
	pc.Sleep = func(context.Context, time.Duration) error { return errOnce } // the first failure is the answer
	p.Client, err = platform.New(pc)
	return p, err
}

// errOnce keeps the client from trying again.
var errOnce = errors.New("one call only")
