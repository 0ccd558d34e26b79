package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"hbupload/internal/fault"
)

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, text string, change func(*Request)) (*Config, error) {
	t.Helper()
	dir := t.TempDir()
	req := Request{File: write(t, dir, "c.yaml", text), DataDir: filepath.Join(dir, "data"), WorkDir: dir}
	if change != nil {
		change(&req)
	}
	return Load(req)
}

func TestLayersAndOrigins(t *testing.T) {
	t.Parallel()
	c, err := load(t, "platform:\n  base_url: http://127.0.0.1:1/\n  username: file\n  timeout: 5s\nupload: {concurrency: 7}\n", func(r *Request) {
		r.Environ = []string{"HBUPLOAD_PLATFORM_USERNAME=env", "HBUPLOAD_UPLOAD_CONCURRENCY=8", "HBUPLOAD_INSTITUTION_OHORGCODE=130"}
		r.Flags, r.Names = map[string]string{"upload.concurrency": "9"}, map[string]string{"upload.concurrency": "--concurrency"}
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Platform.BaseURL != "http://127.0.0.1:1" || c.Platform.Timeout != 5*time.Second || c.Platform.Username != "env" || c.Upload.Concurrency != 9 {
		t.Errorf("layers: %+v %+v", c.Platform, c.Upload)
	}
	if c.Institution["ohOrgCode"] != "130" || c.Platform.OrgName != DefaultOrgName || c.Platform.TokenTTL != 2*time.Hour {
		t.Errorf("environment and defaults: %+v", c)
	}
	for key, want := range map[string]string{"platform.timeout": "file", "platform.username": "env", "upload.concurrency": "flag", "platform.org_name": "default"} {
		if got := c.Origin(key).From; got != want {
			t.Errorf("origin of %s = %q, want %q", key, got, want)
		}
	}
	if !strings.Contains(c.Origin("platform.timeout").Name, "第 4 行") {
		t.Errorf("file origin lacks its line: %q", c.Origin("platform.timeout").Name)
	}
}

func TestPeoplesOwnWordsKeepTheirCase(t *testing.T) {
	t.Parallel()
	c, err := load(t, "aliases: {careType: {岗中: 在岗期间}, item: {ALT: 丙氨酸氨基转移酶}}\nrules:\n  phone-format: off\n  required.propose: warning\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Aliases["item"]["ALT"] == "" || c.Aliases["careType"]["岗中"] != "在岗期间" {
		t.Errorf("aliases: %v", c.Aliases)
	}
	if c.Rules["phone-format"] != "off" || c.Rules["required.propose"] != "warning" {
		t.Errorf("rules: %v", c.Rules)
	}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	text := "platform: {base_url: http://127.0.0.1:1, username: a}\nprofiles:\n  一院: {platform: {username: b}, aliases: {careType: {岗前: 上岗前}}}\n"
	c, err := load(t, text, func(r *Request) { r.Profile = "一院" })
	if err != nil {
		t.Fatal(err)
	}
	if c.Platform.Username != "b" || c.Platform.BaseURL != "http://127.0.0.1:1" || filepath.Base(c.DataDir) != "一院" || c.Aliases["careType"]["岗前"] == "" {
		t.Errorf("profile: %+v %s", c.Platform, c.DataDir)
	}
	if _, err := load(t, text, func(r *Request) { r.Profile = "二院" }); err == nil || !strings.Contains(fault.Of(err).Hint(), "一院") {
		t.Errorf("unknown profile: %v", err)
	}
	if _, err := load(t, text, func(r *Request) { r.Profile = "../x" }); err == nil {
		t.Error("a profile name that leaves the data folder is accepted")
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ text, want string }{
		"unknown key":      {"platform: {base_ulr: x}", "platform.base_url"},
		"unknown group":    {"platfrom: {base_url: x}", "platform"},
		"unknown nested":   {"platform: {paths: {logn: /x}}", "platform.paths.login"},
		"twice":            {"upload: {retries: 1, Retries: 2}", "重复"},
		"bad yaml":         {"platform: [", "YAML"},
		"list on top":      {"- a", "键: 值"},
		"chinese colon":    {"platform:\n  base_url：http://127.0.0.1\n", "不是“：”"},
		"chinese quotes":   {"platform: {username: “甲”}", "中文引号"},
		"group is scalar":  {"platform: yes", "键: 值"},
		"leaf is mapping":  {"upload: {retries: {a: 1}}", "应是一个值"},
		"bad number":       {"upload: {concurrency: many}", "upload.concurrency"},
		"zero workers":     {"upload: {concurrency: 0}", "upload.concurrency"},
		"bad duration":     {"platform: {timeout: 5 days}", "platform.timeout"},
		"bad choice":       {"wire: {base64: half}", "values"},
		"bad pattern":      {"platform: {token_error_pattern: '('}", "正则"},
		"pattern's words":  {"platform:\n  duplicate_pattern: '[ab'", "第 2 行：platform.duplicate_pattern 不是合法的正则表达式：方括号 [ 没有用 ] 收尾，在“[ab”处"},
		"two documents":    {"upload: {retries: 1}\n---\nupload: {retries: 2}", "第 2 行附近：这里开始了第二个 YAML 文档"},
		"second is broken": {"upload: {retries: 1}\n---\nupload: [", "括号没有写完"},
		"yaml's words":     {"platform:\n\tusername: a", "制表符"},
		"bad url":          {"platform: {base_url: 127.0.0.1}", "platform.base_url"},
		"user in url":      {"platform: {base_url: 'http://u:p@127.0.0.1'}", "platform.base_url"},
		"md5 shape":        {"platform: {password_md5: secret}", "32 位"},
		"two passwords":    {"platform: {password: x, password_md5: 0123456789abcdef0123456789abcdef}", "只能填一个"},
		"anchors":          {"a: &a [1]\nrules: *a", "引用"},
		"unknown profile":  {"profiles: {x: {platform: {usrname: a}}}", "platform.username"},
		"nested profiles":  {"profiles: {x: {profiles: {}}}", "profiles"},
		"refresh past ttl": {"platform: {token_ttl: 5m}", "refresh_before"},
		"ledger elsewhere": {"ledger: mysql://u@127.0.0.1/x\nledger_key_file: k", "postgres://"},
		"ledger no name":   {"ledger: postgres://u@127.0.0.1\nledger_key_file: k", "postgres://"},
		"ledger no host":   {"ledger: postgres:///x\nledger_key_file: k", "postgres://"},
		"ledger no key":    {"ledger: postgres://u@127.0.0.1/x", "ledger_key_file"},
		"key no ledger":    {"ledger_key_file: k", "只与 ledger"},
		"dead in flight":   {"ledger: postgres://u@127.0.0.1/x\nledger_key_file: k\nledger_dead_after: 2m\nplatform: {timeout: 90s}", "ledger_dead_after"},
		"dead too soon":    {"ledger: postgres://u@127.0.0.1/x\nledger_key_file: k\nledger_dead_after: 5s", "ledger_dead_after"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, tc.text, nil)
			e, ok := err.(*fault.Error)
			if !ok || !strings.Contains(e.Error()+e.Hint(), tc.want) || e.Kind() != fault.Config {
				t.Fatalf("got %v, want a *fault.Error that speaks of %q", err, tc.want)
			}
		})
	}
}

// TestModes: who else can write or read the file is said, for each profile's
// password too.
func TestModes(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no permission bits")
	}
	for _, c := range []struct {
		mode os.FileMode
		text string
		want []string
	}{
		{0o600, "platform: {password: x}", nil}, {0o644, "platform: {username: x}", nil}, {0o644, "platform: {password: x}", []string{"其他用户可读"}},
		{0o640, "profiles: {a: {platform: {username: x}}, b: {platform: {password_md5: 0123456789abcdef0123456789abcdef}}}", []string{"其他用户可读"}},
		{0o620, "platform: {username: x}", []string{"可以修改"}}, {0o666, "platform: {password: x}", []string{"可以修改", "其他用户可读"}},
	} {
		cfg, err := load(t, c.text, func(r *Request) {
			if err := os.Chmod(r.File, c.mode); err != nil {
				t.Fatal(err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(cfg.Warnings, "\n"); len(cfg.Warnings) != len(c.want) || !strings.Contains(got, strings.Join(c.want[:min(1, len(c.want))], "")) {
			t.Errorf("%v %s: %q, want %q", c.mode, c.text, got, c.want)
		}
	}
}

func TestPasswordFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := write(t, dir, "pw", "秘密 word\r\n")
	c, err := load(t, "platform: {password_file: '"+filepath.ToSlash(path)+"'}", nil)
	if err != nil || c.Platform.Password.Reveal() != "秘密 word" {
		t.Fatalf("%v %q", err, c.Platform.Password.Reveal())
	}
	if runtime.GOOS == "windows" {
		t.Skip("file modes: not on Windows")
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := load(t, "platform: {password_file: '"+path+"'}", nil); err == nil || !strings.Contains(err.Error(), "其他用户") {
		t.Errorf("a password file others can read is accepted: %v", err)
	}
}

func TestSecretsCannotBePrinted(t *testing.T) {
	t.Parallel()
	c, err := load(t, "platform: {password: hunter2, username: u}\ninstitution: {preparerPhone: '13900000001'}\nledger: postgres://u:geheim@127.0.0.1/x\nledger_key_file: k", nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Ledger.URL.Reveal() != "postgres://u:geheim@127.0.0.1/x" || c.Ledger.DeadAfter != 10*time.Minute {
		t.Errorf("ledger %#v", c.Ledger)
	}
	js, _ := json.Marshal(c.Platform)
	out := fmt.Sprintf("%v %+v %#v %s %q %x %s %v %+v", c.Platform, c.Platform, c.Platform, c.Platform.Password, c.Platform.Password, c.Platform.Password, js, c.Entries(), c.Ledger)
	for _, leak := range []string{"hunter2", "68756e74657232", "13900000001", "geheim"} {
		if strings.Contains(out, leak) {
			t.Errorf("%q leaks in %s", leak, out)
		}
	}
}

func TestExampleIsAcceptedAsItStandsAndUncommented(t *testing.T) {
	t.Parallel()
	text := Example(map[string]string{"platform.base_url": "http://127.0.0.1:18080"})
	c, err := load(t, text, nil)
	if err != nil || c.Platform.BaseURL != "http://127.0.0.1:18080" {
		t.Fatalf("%v %+v", err, c)
	}
	all := map[string]string{}
	for _, k := range keys() {
		all[k.path] = k.def
	}
	if _, err := load(t, Example(all), nil); err != nil {
		t.Errorf("example with every key set: %v", err)
	}
	for _, k := range keys() {
		if k.help == "" || !strings.Contains(text, k.help) {
			t.Errorf("%s is not explained in the example", k.path)
		}
	}
}

// TestExampleUncommentedByHand: whoever takes away the # of a line, and nothing
// else, has a configuration in which that line counts.
func TestExampleUncommentedByHand(t *testing.T) {
	t.Parallel()
	text := Example(nil)
	reKey := regexp.MustCompile(`(?m)^( *)#([^# ][^\n]*)$`)
	if n := len(reKey.FindAllString(text, -1)); n < len(keys()) {
		t.Fatalf("only %d of %d keys begin right behind their #", n, len(keys()))
	}
	c, err := load(t, strings.Replace(reKey.ReplaceAllString(text, "$1$2"), `base_url: ""`, `base_url: "http://127.0.0.1:18080"`, 1), nil)
	if err != nil || c.Platform.BaseURL != "http://127.0.0.1:18080" {
		t.Fatalf("every # taken away: %v", err)
	}
	c, err = load(t, strings.Replace(text, `  #username: ""`, `  username: "甲"`, 1), nil)
	if err != nil || c.Platform.Username != "甲" {
		t.Fatalf("one # taken away: %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("platform: {base_url: http://127.0.0.1}")
	f.Add("a: &a [*a, *a]")
	f.Add("rules: {a: {b: {c: d}}}")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := load(t, text, nil)
		if err == nil {
			return
		}
		if e, ok := err.(*fault.Error); !ok || e.Error() == "" {
			t.Errorf("%q gives %v, which is no *fault.Error", text, err)
		}
	})
}
