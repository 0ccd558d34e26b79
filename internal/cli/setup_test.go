package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/config"
)

// desk is a bench with a terminal, a keyring, a running platform and no configuration.
func desk(t *testing.T, lines ...string) *bench {
	t.Helper()
	b := newBench(t)
	b.serve(nil)
	if err := os.Remove(b.path(config.FileName)); err != nil {
		t.Fatal(err)
	}
	b.process.Keyring = &fakeKeyring{secrets: map[string]string{}}
	b.process.StdinTTY, b.process.StderrTTY = true, true
	b.process.Stdin = strings.NewReader(strings.ReplaceAll(strings.Join(lines, "\n"), "URL", b.server.URL) + "\n")
	return b
}

// TestSetupFromNothing: from an empty folder to downloaded dictionaries and a push,
// without a file edited.
func TestSetupFromNothing(t *testing.T) {
	t.Parallel()
	b := desk(t, "URL/index.html#/login", "sandbox", "sandbox", "", "", "", "")
	b.want(0, "setup")
	says(t, b.err.String(), "平台地址", "登录成功", "密钥环")
	says(t, b.out.String(), "危害因素", "hbupload validate 导出.xlsx", b.path(config.FileName))
	b.process.StdinTTY = false
	data, err := os.ReadFile("../../testdata/standard.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	b.write("a.xlsx", string(data))
	b.want(0, "push", b.path("a.xlsx"), "--no-report", "--limit", "1")
}

// TestSetupWithoutTerminal asks nobody.
func TestSetupWithoutTerminal(t *testing.T) {
	t.Parallel()
	b := desk(t)
	b.process.StdinTTY = false
	b.want(2, "setup")
	says(t, b.err.String(), "没有终端", "hbupload config init")
	b.want(2, "setup", "--json")
	says(t, b.out.String(), `"command": "setup"`, `"exit_code": 2`)
}

// TestSetupGreets: who double-clicks the program or drags a file onto it without a
// configuration is asked; the file comes after. The configuration lies beside the
// program and is found from everywhere.
func TestSetupGreets(t *testing.T) {
	t.Parallel()
	b := desk(t, "URL", "sandbox", "sandbox", "", "", "", "", "n")
	home := t.TempDir()
	b.process.Executable = filepath.Join(home, "hbupload.exe")
	data, err := os.ReadFile("../../testdata/standard.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	b.write("a.xlsx", string(data))
	b.want(4, b.path("a.xlsx"))
	says(t, b.err.String(), "还没有配置", "将上传 ", "已取消")
	if _, err := os.Stat(filepath.Join(home, config.FileName)); err != nil {
		t.Error(err)
	}
	b.want(0, "config", "show")
	says(t, b.out.String(), filepath.Join(home, config.FileName))
	twice := desk(t, "URL", "sandbox", "sandbox", "", "", "", "", "")
	twice.process.DoubleClicked = true
	twice.want(0)
	says(t, twice.err.String(), "登录成功")
}

// TestNoConfiguration: the message names every place looked at, and what Notepad made of it.
func TestNoConfiguration(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.process.UserDir, b.process.Executable = b.path("conf"), b.path("prog/hbupload")
	b.write(config.FileName+".txt", "")
	for _, line := range [][]string{{"login"}, {"push", "../../testdata/standard.xlsx"}, {"validate", "../../testdata/standard.xlsx"}, {"dict", "list"}} {
		b.want(2, line...)
		says(t, b.err.String(), b.path(config.FileName), b.path("conf/hbupload/"+config.FileName), b.path("prog/"+config.FileName), b.path(config.FileName+".txt"), "hbupload setup")
	}
	b.write(config.FileName, "platform:\n  #base_url: x\n")
	b.want(2, "login")
	says(t, b.err.String(), b.path(config.FileName), "platform.base_url", "#")
}
