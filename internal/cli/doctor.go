package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/dict"
	"hbupload/internal/host"
	"hbupload/internal/platform"
	"hbupload/internal/push"
	"hbupload/internal/report"
)

// The verdicts of a check.
const (
	checkOK   = "ok"
	checkWarn = "warn"
	checkFail = "fail"
)

// check is one line of doctor.
type check struct {
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
	*app
	cfg    *config.Config
	set    *dict.Set // the dictionaries on disk, nil without
	checks []check
}

func newDoctor(a *app) *cobra.Command {
	var offline bool
	var o bundleOptions
	cmd := &cobra.Command{Use: "doctor", Short: "逐项检查配置、网络、账号、时钟、字典、数据文件夹，并给出办法",
		Long: "逐项检查配置、网络、账号、时钟、字典、数据文件夹，并给出办法。\n最多向平台登录一次、下载一个字典，不上传任何数据。退出码：0 没有问题（可有提醒），2 配置或本机有问题，4 平台连不上或拒绝登录。",
		Args: argCount(0, 0, ""),
		RunE: a.run("doctor", func(ctx context.Context, _ []string) error { return a.doctor(ctx, offline, o) })}
	cmd.Flags().BoolVar(&offline, "offline", false, "不联系平台，只检查本机")
	addBundleFlags(cmd, &o)
	return cmd
}

func (a *app) doctor(ctx context.Context, offline bool, o bundleOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	d := &doctor{app: a}
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
	if o.file != "" {
		return d.bundle(ctx, o)
	}
	return d.show()
}

func (d *doctor) add(c check) { d.checks = append(d.checks, c) }

func (d *doctor) ok(name, label, message string) {
	d.add(check{Name: name, Label: label, Status: checkOK, Message: message})
}

func (d *doctor) warn(name, label, message, hint string) {
	d.add(check{Name: name, Label: label, Status: checkWarn, Message: message, Hint: hint})
}

// fail notes an error in the words it brings along. Whatever is wrong with this
// machine is of the configuration's code, whatever the platform does of the
// delivery's.
func (d *doctor) fail(name, label string, err error) {
	p := problem(err)
	code := exitCode(p.Kind)
	if code != push.ExitDelivery {
		code = push.ExitUsage
	}
	d.add(check{Name: name, Label: label, Status: checkFail, Message: p.Message, Hint: p.Hint, code: code})
}

func (d *doctor) versions() {
	d.ok("version", "版本", fmt.Sprintf("hbupload %s，接口规范 %s，%s，%s/%s", d.Build.Version, interfaceVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH))
}

// configuration loads what all else depends on.
func (d *doctor) configuration() bool {
	const name, label = "configuration", "配置"
	for _, s := range config.StrayEnviron(d.Environ) {
		d.warn("environment", "环境变量", "环境变量 "+s.Name+" 不是配置项，不起作用", "是否想写 "+s.Nearest+"？不用就删掉它")
	}
	cfg, err := config.Load(d.request())
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
		if c.Status == checkFail && (code == 0 || c.code == push.ExitUsage) {
			code = c.code // what is wrong here is mended before what is wrong there
		}
	}
	return code
}

// show writes the table and ends with the worst verdict.
func (d *doctor) show() error {
	code := d.verdict()
	if d.opts.json {
		head := d.app.ok()
		head.OK, head.ExitCode = code == 0, code
		if err := report.Encode(d.out(), struct {
			commandJSON
			Checks []check `json:"checks"`
		}{head, d.checks}); err != nil {
			return err
		}
		return exit(code)
	}
	d.print()
	return exit(code)
}

func (d *doctor) print() {
	style := d.style(d.StdoutTTY)
	width := 0
	for _, c := range d.checks {
		width = max(width, lipgloss.Width(c.Label))
	}
	counts := map[string]int{}
	for _, c := range d.checks {
		counts[c.Status]++
		fmt.Fprintf(d.out(), "%s  %s  %s\n", verdict(c.Status, style.Color), padRight(c.Label, width), host.SafeText(c.Message, maxMessage))
		if c.Hint != "" && c.Status != checkOK {
			fmt.Fprintf(d.out(), "      %s  → %s\n", padRight("", width), host.SafeText(c.Hint, maxMessage))
		}
	}
	fmt.Fprintf(d.out(), "\n正常 %d，提醒 %d，问题 %d\n", counts[checkOK], counts[checkWarn], counts[checkFail])
}

// verdict is the mark of a line; colour only repeats what the word says.
func verdict(status string, color bool) string {
	word, paint := "正常", "32"
	switch status {
	case checkWarn:
		word, paint = "提醒", "33"
	case checkFail:
		word, paint = "问题", "31"
	}
	if !color {
		return word
	}
	return "\x1b[" + paint + "m" + word + "\x1b[0m"
}

func padRight(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-lipgloss.Width(s)))
}

// probe is a platform client that logs in once at most and never repeats a
// call: doctor must not lock an account or add load to a platform in trouble.
type probe struct {
	*platform.Client
	logins int
}

func (d *doctor) probe() (*probe, error) {
	pc, err := d.platform(d.cfg)
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
