package doctor

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/run"
)

// patient is an installation with a configuration of its own; what doctor writes
// is in the builder.
func patient(t *testing.T, yaml string, environ ...string) (*doctor, *strings.Builder) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"hbupload.yaml": yaml, "pw.txt": "x\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := &strings.Builder{}
	m := &run.Machine{Stdout: out, Stderr: out, Stdin: strings.NewReader(""), WorkDir: dir, UserDir: dir, DataDir: filepath.Join(dir, "data"), Environ: environ}
	d := &doctor{Env: &run.Env{Machine: m, Command: "doctor"}}
	cfg, err := config.Load(d.Request())
	if err != nil {
		t.Fatal(err)
	}
	d.cfg = cfg
	return d, out
}

// TestVerdict: what is wrong on this machine comes before what the platform does;
// a warning is no failure.
func TestVerdict(t *testing.T) {
	t.Parallel()
	here := fault.New(fault.Input, "一个文件读不了") // of whatever kind, it is to be mended here
	there := fault.New(fault.Unreachable, "平台没有应答")
	for name, c := range map[string]struct {
		fails []error
		want  int
	}{
		"well":       {nil, fault.ExitOK},
		"here":       {[]error{here}, fault.ExitUsage},
		"there":      {[]error{there}, fault.ExitDelivery},
		"there last": {[]error{here, there}, fault.ExitUsage},
		"here last":  {[]error{there, here}, fault.ExitUsage},
	} {
		d := &doctor{}
		d.ok("a", "甲", "好")
		d.warn("b", "乙", "旧", "")
		for _, err := range c.fails {
			d.fail("c", "丙", err)
		}
		if got := d.verdict(); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	d := &doctor{}
	d.failDelivery("download", "下载权限", errors.New("words of another program"))
	if d.verdict() != fault.ExitDelivery {
		t.Errorf("what the platform did: %d", d.verdict())
	}
}

// TestTable: every line has its mark, its hint below it, and the sums at the end.
func TestTable(t *testing.T) {
	t.Parallel()
	d, out := patient(t, "")
	d.ok("a", "配置", "好")
	d.checks[0].Hint = "nobody needs this"
	d.warn("b", "字典", "旧", "dict pull")
	d.fail("c", "数据文件夹", fault.New(fault.Config, "不能写入\x1b[31m").Next("检查权限"))
	d.print()
	want := "正常  配置        好\n提醒  字典        旧\n                  → dict pull\n问题  数据文件夹  不能写入"
	if got := out.String(); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "\n\n正常 1，提醒 1，问题 1\n") || strings.Contains(got, "\x1b") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestProxy: which proxy is in force and where it was set, never its password.
func TestProxy(t *testing.T) {
	t.Parallel()
	const http, https = "platform: {base_url: 'http://127.0.0.1:1'}\n", "platform: {base_url: 'https://127.0.0.1:1'}\n"
	for name, c := range map[string]struct {
		yaml    string
		environ []string
		want    []string
	}{
		"none":                       {https, []string{"HTTP_PROXY=http://127.0.0.1:9"}, []string{"不经过代理"}},
		"of the scheme":              {https, []string{"HTTPS_PROXY=http://u:secret@127.0.0.1:9"}, []string{"http://127.0.0.1:9", "HTTPS_PROXY"}},
		"in small letters":           {http, []string{"http_proxy=http://127.0.0.1:9"}, []string{"http://127.0.0.1:9", "http_proxy"}},
		"configured, and a variable": {"platform: {base_url: 'http://127.0.0.1:1', proxy: 'http://127.0.0.1:8'}\n", []string{"HTTP_PROXY=http://127.0.0.1:9"}, []string{"http://127.0.0.1:8", "platform.proxy"}},
		"no address":                 {http, []string{"HTTP_PROXY=secret"}, []string{"地址无法识别"}},
	} {
		d, _ := patient(t, c.yaml, c.environ...)
		d.proxy()
		got := d.checks[0].Message
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q lacks %q", name, got, want)
			}
		}
		if strings.Contains(got, "secret") {
			t.Errorf("%s: a password is shown: %q", name, got)
		}
	}
}

// TestPasswordSource names where a password came from.
func TestPasswordSource(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		yaml, environ string
		saved         bool
	}{
		"系统密钥环":                               {"platform: {password: x}\n", "", true},
		"环境变量 HBUPLOAD_PLATFORM_PASSWORD":     {"platform: {password: x}\n", "HBUPLOAD_PLATFORM_PASSWORD=y", false},
		"配置文件（platform.password）":             {"platform: {password: x}\n", "", false},
		"配置文件（platform.password_md5）":         {"platform: {password_md5: 0123456789abcdef0123456789abcdef}\n", "", false},
		"密码文件":                                {"platform: {password_file: pw.txt}\n", "", false},
		"配置":                                  {"", "", false},
		"环境变量 HBUPLOAD_PLATFORM_PASSWORD_MD5": {"", "HBUPLOAD_PLATFORM_PASSWORD_MD5=0123456789abcdef0123456789abcdef", false},
	} {
		d, _ := patient(t, c.yaml, c.environ)
		if got := d.passwordSource(c.saved); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestDataFolder: what is said of a folder that is missing, no folder, or open to
// others.
func TestDataFolder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		make   func(dir string) error
		status string
		want   string
	}{
		"missing": {func(string) error { return nil }, CheckWarn, "还没有建立"},
		"a file":  {func(dir string) error { return os.WriteFile(dir, nil, 0o600) }, CheckFail, "不是可用的文件夹"},
		"ours":    {func(dir string) error { return os.Mkdir(dir, 0o700) }, CheckOK, "只有本人可读"},
		"with a file": {func(dir string) error {
			return errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, "other"), nil, 0o644))
		}, CheckOK, "只有本人可读"},
	} {
		d, _ := patient(t, "")
		if err := c.make(d.cfg.DataDir); err != nil {
			t.Fatal(err)
		}
		d.dataFolder()
		if got := d.checks[0]; got.Status != c.status || !strings.Contains(got.Message, c.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestExistingParent is where the disk of a folder that is still to be made lies.
func TestExistingParent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if got := existingParent(filepath.Join(dir, "a", "b", "c")); got != dir {
		t.Errorf("%q, want %q", got, dir)
	}
}

// TestFirstOf: a list on the screen is bounded and says how long it is.
func TestFirstOf(t *testing.T) {
	t.Parallel()
	short := strings.Split(strings.Repeat("x", 12), "")
	if got := firstOf(short); len(got) != 12 {
		t.Errorf("%q", got)
	}
	got := firstOf(append(short, "y", "z"))
	if len(got) != 13 || !strings.Contains(got[12], "共 14 项") {
		t.Errorf("%q", got)
	}
}

// TestBundleIsAgreedTo: nothing is written without a word, and nothing over
// another file.
func TestBundleIsAgreedTo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer     string
		tty, json  bool
		yes, agree bool
	}{
		"yes":                 {answer: "y\n", tty: true, agree: true},
		"yes, in Chinese":     {answer: "是\n", tty: true, agree: true},
		"an empty line":       {answer: "\n", tty: true},
		"no":                  {answer: "n\n", tty: true},
		"the end of input":    {tty: true},
		"no terminal":         {answer: "y\n"},
		"no terminal, a flag": {yes: true, agree: true},
		"JSON":                {answer: "y\n", tty: true, json: true},
	} {
		d, _ := patient(t, "")
		d.Stdin = strings.NewReader(c.answer)
		d.StdinTTY = c.tty
		d.StderrTTY = c.tty
		d.Opts.JSON = c.json
		if err := bundleAgreed(d, BundleOptions{File: "诊断.zip", Yes: c.yes}); (err == nil) != c.agree {
			t.Errorf("%s: %v", name, err)
		}
	}
	there := filepath.Join(t.TempDir(), "诊断.zip")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		o    BundleOptions
		kind fault.Kind
		ok   bool
	}{
		"no bundle":              {o: BundleOptions{}, ok: true},
		"a new file":             {o: BundleOptions{File: there + "2", In: []string{"x"}, Yes: true}, ok: true},
		"over another":           {o: BundleOptions{File: there}, kind: fault.Config},
		"inputs without bundle":  {o: BundleOptions{In: []string{"x"}}, kind: fault.Usage},
		"consent without bundle": {o: BundleOptions{Yes: true}, kind: fault.Usage},
	} {
		if err := c.o.check(); (err == nil) != c.ok || !c.ok && !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
