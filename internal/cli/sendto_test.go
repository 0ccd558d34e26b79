package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSendTo holds what the entry of the menu is: the paths as they are, percent
// signs doubled, the files handed on.
func TestSendTo(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.process.System, n.process.UserDir = "windows", n.path("Roaming")
	n.process.Executable = `D:\职业病 上传\100%\hbupload.exe`
	path := n.path("Roaming", "Microsoft", "Windows", "SendTo", sendToName)
	for range 2 { // the second replaces the first
		if code := n.run("shell", "install", "--profile", ""); code != 0 {
			t.Fatalf("install: %d %s", code, n.err.String())
		}
	}
	text, err := os.ReadFile(path)
	must(t, err)
	lines := strings.Split(string(text), "\r\n")
	for _, want := range []string{"@echo off", `set "hbexe=D:\职业病 上传\100%%\hbupload.exe"`, `set "hbconfig=` + n.path("hbupload.yaml") + `"`,
		`"%hbexe%" --config "%hbconfig%" %*`, "pause"} {
		found := false
		for _, line := range lines {
			found = found || line == want
		}
		if !found {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	if strings.Count(string(text), "\n") != strings.Count(string(text), "\r\n") || strings.HasPrefix(string(text), "\ufeff") {
		t.Error("cmd.exe wants CR LF and no byte order mark")
	}
	for _, want := range []string{"已从“发送到”里去掉", "不需要去掉"} {
		if code := n.run("shell", "remove"); code != 0 || !strings.Contains(n.out.String(), want) {
			t.Errorf("remove: %d %s%s", code, n.out.String(), n.err.String())
		}
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
