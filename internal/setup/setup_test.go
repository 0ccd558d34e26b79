package setup

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"hbupload/internal/config"
	"hbupload/internal/fault"
)

// terminal is a person who answers in order.
type terminal struct {
	answers []string
	prompts []string
	said    []string
	keys    int // strokes, Enter included
	hidden  int
}

func (p *terminal) next(prompt string) (string, error) {
	p.prompts = append(p.prompts, prompt)
	if len(p.answers) == 0 {
		return "", io.EOF
	}
	text := p.answers[0]
	p.answers = p.answers[1:]
	p.keys += utf8.RuneCountInString(text) + 1
	return text, nil
}

func (p *terminal) dialog() Dialog {
	return Dialog{Ask: p.next, Secret: func(prompt string) (string, error) { p.hidden++; return p.next(prompt) },
		Say: func(line string) { p.said = append(p.said, line) }}
}

func (p *terminal) screen() string { return strings.Join(append(p.said, p.prompts...), "\n") }

// platformAt refuses everything but one account at one address.
func platformAt(right Account) func(context.Context, Account) error {
	return func(_ context.Context, a Account) error {
		switch {
		case a.Address != right.Address:
			return fault.New(fault.Unreachable, "连不上 "+a.Address)
		case a.User != right.User || a.Password != right.Password:
			return fault.New(fault.Auth, "平台拒绝登录：用户名或密码错误")
		}
		return nil
	}
}

// right is the account that the platform takes.
func right() Account {
	return Account{Address: "http://127.0.0.1:30001", User: "yiyuan", Password: "Zxc#1"}
}

// start is a setup in an empty folder.
func start(t *testing.T, p *terminal) (*Setup, map[Account]bool) {
	t.Helper()
	dir := t.TempDir()
	ring := map[Account]bool{}
	return &Setup{Dialog: p.dialog(), Request: config.Request{WorkDir: dir, DataDir: filepath.Join(dir, "data")}, Target: filepath.Join(dir, config.FileName),
		Login: platformAt(right()), Keep: func(a Account) error { ring[a] = true; return nil },
		Recall: func(a Account) string {
			for k := range ring {
				if k.Address == a.Address && k.User == a.User {
					return k.Password
				}
			}
			return ""
		}}, ring
}

func run(t *testing.T, s *Setup) Result {
	t.Helper()
	r, err := s.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func fileText(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestFirstRun: seven answers from an empty folder, the address as a browser shows it.
func TestFirstRun(t *testing.T) {
	t.Parallel()
	p := &terminal{answers: []string{"http://127.0.0.1:30001/index.html#/login?redirect=%2F", "yiyuan", "Zxc#1", "130100001", "测试医院", "测试员", "0311-8000000"}}
	s, ring := start(t, p)
	r := run(t, s)
	if r.Answers != 7 || len(p.prompts) != 7 || p.hidden != 1 || !r.LoggedIn || !ring[right()] {
		t.Errorf("%+v, %d prompts, %d hidden, keyring %v", r, len(p.prompts), p.hidden, ring)
	}
	t.Logf("%d keystrokes", p.keys)
	text := fileText(t, s.Target)
	for _, want := range []string{"base_url: \"http://127.0.0.1:30001\"", "username: \"yiyuan\"", "ohOrgCode: \"130100001\"", "reportOrgName: \"测试医院\"", "preparerName: \"测试员\""} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	if strings.Contains(text+p.screen(), "Zxc#1") {
		t.Error("the password is shown")
	}
	if info, err := os.Stat(s.Target); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
}

// TestPasswordFile: without a keyring the password goes into a file that only its owner reads.
func TestPasswordFile(t *testing.T) {
	t.Parallel()
	p := &terminal{answers: []string{"127.0.0.1:30001", "yiyuan", "Zxc#1", "", "", "", ""}}
	s, _ := start(t, p)
	s.Keep = func(Account) error { return errors.New("no keyring") }
	run(t, s)
	file := filepath.Join(filepath.Dir(s.Target), passwordName)
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 || fileText(t, file) != "Zxc#1\n" {
		t.Errorf("%v %v", info, err)
	}
	cfg, err := config.Load(s.Request)
	if err != nil || cfg.Platform.Password.Reveal() != "Zxc#1" || strings.Contains(fileText(t, s.Target), "institution") {
		t.Errorf("%v\n%s", err, fileText(t, s.Target))
	}
}

// TestChangeOneAnswer: a file that people wrote keeps what they wrote.
func TestChangeOneAnswer(t *testing.T) {
	t.Parallel()
	const before = "# 我们医院\nplatform:\n  base_url: http://127.0.0.1:1 # 旧地址\n  username: yiyuan\n  password: \"Zxc#1\"\nupload: {rate: 2} # 慢一点\n"
	p := &terminal{answers: []string{"1", "http://127.0.0.1:30001/"}}
	s, ring := start(t, p)
	if err := os.WriteFile(s.Target, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, s)
	want := strings.Replace(before, "http://127.0.0.1:1", "\"http://127.0.0.1:30001\"", 1)
	if got := fileText(t, s.Target); got != want || len(ring) > 0 {
		t.Errorf("%s\nwant\n%s\nkeyring %v", got, want, ring)
	}
	for _, c := range []struct {
		answers []string
		has     string
	}{
		{[]string{"5", "第一医院"}, "reportOrgName: \"第一医院\""},
		{[]string{"5", ""}, "reportOrgName: \"第一医院\""},
		{[]string{"5", "-"}, "reportOrgName: \"\""},
		{[]string{"9", "x", ""}, "upload: {rate: 2} # 慢一点"},
	} {
		s.Dialog = (&terminal{answers: c.answers}).dialog()
		s.asked = 0
		run(t, s)
		if !strings.Contains(fileText(t, s.Target), c.has) {
			t.Errorf("%q: %s is missing in\n%s", c.answers, c.has, fileText(t, s.Target))
		}
	}
	if strings.Contains(p.screen(), "Zxc#1") {
		t.Error("the password is shown")
	}
}

// TestRefusals: what was refused is asked for again, and nothing else.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string][]string{
		"password":       {"http://127.0.0.1:30001", "yiyuan", "wrong", "", "Zxc#1", "", "", "", ""},
		"user":           {"http://127.0.0.1:30001", "wrong", "Zxc#1", "yiyuan", "", "", "", "", ""},
		"address":        {"http://127.0.0.1:3001", "yiyuan", "Zxc#1", "http://127.0.0.1:30001", "", "", "", ""},
		"not an address": {"平台 地址", "", "http：//127。0。0。1：30001/a", "yiyuan", "Zxc#1", "", "", "", ""},
		"empty user":     {"http://127.0.0.1:30001", "", "yiyuan", "Zxc#1", "", "", "", ""},
	} {
		p := &terminal{answers: answers}
		s, ring := start(t, p)
		if r := run(t, s); !r.LoggedIn || !ring[right()] || len(p.answers) > 0 {
			t.Errorf("%s: %+v, %v, left %q", name, r, ring, p.answers)
		}
	}
	p := &terminal{answers: []string{"http://127.0.0.1:9", "yiyuan", "Zxc#1", "", "130100001", "", "", ""}}
	s, _ := start(t, p)
	r, err := s.Run(context.Background())
	if !fault.Is(err, fault.Unreachable) || r.LoggedIn || !strings.Contains(fileText(t, s.Target), "130100001") {
		t.Errorf("the answers of an unreachable platform: %+v, %v", r, err)
	}
}

// TestGivenUp: whoever leaves in the middle has changed nothing.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	for n := range 7 {
		p := &terminal{answers: []string{"http://127.0.0.1:30001", "yiyuan", "Zxc#1", "1", "2", "3"}[:min(n, 6)]}
		s, ring := start(t, p)
		_, err := s.Run(context.Background())
		if _, there := os.Stat(s.Target); !fault.Is(err, fault.Usage) || there == nil || len(ring) > 0 {
			t.Errorf("after %d answers: %v", n, err)
		}
	}
}

// TestKnownIsNotAsked: the environment and an export answer.
func TestKnownIsNotAsked(t *testing.T) {
	t.Parallel()
	p := &terminal{answers: []string{"Zxc#1", "", "", "", ""}}
	s, _ := start(t, p)
	s.Request.Environ = []string{"HBUPLOAD_PLATFORM_BASE_URL=http://127.0.0.1:30001", "HBUPLOAD_PLATFORM_USERNAME=yiyuan"}
	csv := "体检编号,姓名,体检日期,职业健康检查机构编码,检查单位名称,填表人姓名,填表人电话\nA1,测试一,2026-01-02,130100001,测试医院,测试员,03118000000\nA2,测试二,2026-01-02,130100001,测试医院,另一人,\n"
	if err := os.WriteFile(filepath.Join(s.Request.WorkDir, "导出.csv"), []byte(csv), 0o600); err != nil {
		t.Fatal(err)
	}
	r := run(t, s)
	text := fileText(t, s.Target)
	if r.Answers != 5 || !strings.Contains(text, "ohOrgCode: \"130100001\"") || !strings.Contains(text, "reportOrgName: \"测试医院\"") || strings.Contains(text, "preparerName") || !strings.Contains(text, "03118000000") {
		t.Errorf("%+v\n%s", r, text)
	}
	if strings.Contains(text, "base_url") || strings.Contains(p.screen(), "03118000000") {
		t.Errorf("the environment's address was written, or a phone shown\n%s\n%s", text, p.screen())
	}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	p := &terminal{answers: []string{"yiyuan", "Zxc#1", "2", "", "", ""}}
	s, _ := start(t, p)
	s.Request.Profile = "二院"
	const before = "platform: {base_url: \"http://127.0.0.1:30001\"}\nprofiles:\n  一院: {}\n"
	if err := os.WriteFile(s.Target, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, s)
	cfg, err := config.Load(s.Request)
	if text := fileText(t, s.Target); err != nil || cfg.Platform.Username != "yiyuan" || cfg.Institution["ohOrgCode"] != "2" || !strings.HasPrefix(text, before) {
		t.Errorf("%v\n%s", err, fileText(t, s.Target))
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"http://127.0.0.1:30001":                     "http://127.0.0.1:30001",
		" HTTP://127.0.0.1:30001/index.html#/login ": "http://127.0.0.1:30001",
		"https://a.example/prod/login?x=1":           "https://a.example",
		"127.0.0.1:30001/login":                      "http://127.0.0.1:30001",
		"a.example:443":                              "https://a.example:443",
		"http：／／127。0。0。1：30001":                     "http://127.0.0.1:30001",
		"“http://127.0.0.1:30001/”":                  "http://127.0.0.1:30001",
		"http:/127.0.0.1:30001":                      "http://127.0.0.1:30001",
		"http://user:secret@127.0.0.1:30001/":        "http://127.0.0.1:30001",
		"http://127.0.0.1:":                          "http://127.0.0.1",
		"http://[::1]:30001/x":                       "http://[::1]:30001",
		"ftp://127.0.0.1":                            "",
		"":                                           "",
		"平台 地址":                                      "",
	} {
		got, _, why := address(text)
		if got != want || (why == "") != (want != "") {
			t.Errorf("%q: %q %q, want %q", text, got, why, want)
		}
	}
}
