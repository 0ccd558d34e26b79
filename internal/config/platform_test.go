package config

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"hbupload/internal/fault"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestBaseURLForms(t *testing.T) {
	t.Parallel()
	for text, fix := range map[string]string{
		"http://127.0.0.1:30001":                           "",
		"https://platform.invalid/gate/":                   "",
		"http://127.0.0.1:30001/index.html#/login":         "只保留到端口：http://127.0.0.1:30001",
		"http://127.0.0.1:30001/#/login?redirect=%2Findex": "只保留到端口：http://127.0.0.1:30001",
		"http://127.0.0.1:30001/login":                     "只保留到端口：http://127.0.0.1:30001",
		"http://127.0.0.1:30001/a/main.jsp?x=1":            "只保留到端口：http://127.0.0.1:30001",
		"http://127.0.0.1:":                                "http://127.0.0.1",
		"http://127.0.0.1：30001":                           "请改成 http://127.0.0.1:30001",
		"http://127.0.0.1:99999":                           "1 到 65535",
		"http://127.0.0.1:0":                               "1 到 65535",
		"http：//127.0.0.1:30001":                           "请改成 http://127.0.0.1:30001",
		"http://１２７.0.0.1:30001":                           "请改成 http://127.0.0.1:30001",
		"http://127。0。0。1:30001":                           "请改成 http://127.0.0.1:30001",
		"127.0.0.1:30001":                                  "是否想写 http://127.0.0.1:30001",
		"127.0.0.1:30001/index.html":                       "是否想写 http://127.0.0.1:30001",
		"http://u:geheim@127.0.0.1:30001":                  "地址写成 http://127.0.0.1:30001",
		"http:/127.0.0.1":                                  "只写到端口",
		"http://http://127.0.0.1":                          "端口",
		"ftp://127.0.0.1":                                  "只写到端口",
	} {
		c, err := load(t, "platform: {base_url: '"+text+"'}", nil)
		if fix == "" {
			if err != nil || c.Platform.BaseURL != strings.TrimRight(text, "/") {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		e, ok := err.(*fault.Error)
		if !ok || !strings.Contains(e.Hint(), fix) || strings.Contains(e.Error()+e.Hint(), "geheim") {
			t.Errorf("%s: %v → %v, want %s", text, err, e, fix)
		}
	}
}

// TestPasswordsThatYAMLChanges: none of them is an empty password in silence.
func TestPasswordsThatYAMLChanges(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"!abc123": "以 ! 开头", "&abc": "以 & 开头", "*abc": "引用", "#abc": "以 # 开头", "~": "表示空", "null": "表示空", "[abc]": "列表", "{abc: 1}": "一组",
		"@abc": "加引号", "%abc": "加引号", "`abc": "加引号",
	} {
		_, err := load(t, "platform:\n  username: a\n  password: "+text+"\n", nil)
		e, ok := err.(*fault.Error)
		if !ok || !strings.Contains(e.Error()+e.Hint(), want) || text != "*abc" && !strings.Contains(e.Error(), "第 3 行") {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	for _, text := range []string{"'!abc'", "\"#abc\"", "", "# 还没有", "1e5", "007"} {
		if _, err := load(t, "platform:\n  username: a\n  password: "+text+"\n", nil); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestPasswordFiles(t *testing.T) {
	t.Parallel()
	utf16 := func(s string) string {
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("密码Abc1\r\n")
	if err != nil {
		t.Fatal(err)
	}
	for data, want := range map[string][2]string{
		"Abc1\r\n":                       {"Abc1", ""},
		"\ufeffAbc1\n":                   {"Abc1", ""},
		utf16("Abc1\r\n"):                {"Abc1", "UTF-16"},
		"A\x00b\x00c\x001\x00":           {"Abc1", "UTF-16"},
		gbk:                              {"密码Abc1", "GBK"},
		"密码Abc1":                         {"密码Abc1", "password_md5"},
		"Abc1 \n":                        {"Abc1 ", "首尾有空白"},
		"“Abc1”":                         {"“Abc1”", "引号"},
		"Abc1\nsecond line\n":            {"", "只有一行"},
		"\xff\xfeA\x00\n\x00B\x00\n\x00": {"", "只有一行"},
	} {
		text := "platform: {username: a, password_file: 密码.txt}"
		c, err := load(t, text, func(r *Request) { write(t, r.WorkDir, "密码.txt", data) })
		if want[0] == "" {
			if err == nil || !strings.Contains(err.Error(), want[1]) {
				t.Errorf("%q: %v", data, err)
			}
			continue
		}
		if err != nil || c.Platform.Password.Reveal() != want[0] || (c.Platform.PasswordNote == "") != (want[1] == "") || !strings.Contains(c.Platform.PasswordNote, want[1]) ||
			c.Platform.PasswordKey != "platform.password_file" {
			t.Errorf("%q: %v, %q %q", data, err, c.Platform.Password.Reveal(), c.Platform.PasswordNote)
		}
	}
}

func TestLoginExtra(t *testing.T) {
	t.Parallel()
	text := "platform:\n  login_extra: {login: 1, loginType: pc}\nprofiles:\n  一院: {platform: {login_extra: {loginType: app}}}\n"
	c, err := load(t, text, func(r *Request) { r.Profile = "一院" })
	if err != nil || c.Platform.LoginExtra["login"] != "1" || c.Platform.LoginExtra["loginType"] != "app" {
		t.Errorf("%v %v", err, c)
	}
	c, err = load(t, "", func(r *Request) { r.Environ = []string{"HBUPLOAD_PLATFORM_LOGIN_EXTRA=login=1, b=2"} })
	if err != nil || c.Platform.LoginExtra["login"] != "1" || c.Platform.LoginExtra["b"] != "2" {
		t.Errorf("%v", err)
	}
	if _, err := load(t, "platform: {login_extra: {password: x}}", nil); err == nil {
		t.Error("a parameter of the document is replaced")
	}
	if c, err = load(t, "", nil); err != nil || c.Platform.Download != "auto" || !c.Platform.BusyPattern.MatchString("操作频繁") || !c.Platform.TokenPattern.MatchString("TOKEN") {
		t.Errorf("defaults: %v", err)
	}
}

func TestChmodCanBePasted(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return
	}
	dir := filepath.Join(t.TempDir(), "体检导出 2024年5月")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	secret := write(t, dir, "密码.txt", "x")
	if err := os.Chmod(secret, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := load(t, "platform: {username: a, password_file: '"+secret+"'}", nil)
	if e, ok := err.(*fault.Error); !ok || !strings.Contains(e.Hint(), "chmod 600 '"+secret+"'") {
		t.Errorf("%v", err)
	}
	file := write(t, dir, "hbupload.yaml", "ledger: postgres://u:p@127.0.0.1/x\nledger_key_file: k\n")
	c, err := Load(Request{File: file, DataDir: dir})
	if err != nil || len(c.Warnings) != 0 {
		t.Errorf("a file of mode 0600 is warned about: %v %v", err, c)
	}
}
