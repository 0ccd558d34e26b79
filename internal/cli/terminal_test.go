package cli

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"

	"hbupload/internal/push"
	"hbupload/internal/run"
	"hbupload/internal/sandbox"
)

// hostile is what a terminal must never be sent: a title, a colour, a link, a
// bell, direction overrides, an 8-bit escape.
const hostile = "\x1b]0;evil\x07\x1b[31m\x1b]8;;http://127.0.0.1/\x1b\\\u202e\u2066\u009b31m\r\n\x00"

// wantHarmless fails on anything but text and line feeds.
func wantHarmless(t *testing.T, what, text string) {
	t.Helper()
	for _, r := range text {
		switch {
		case r == '\n':
		case r < ' ', r == 0x7f, r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f:
			t.Errorf("%s holds %U:\n%q", what, r, text)
			return
		}
	}
}

// TestQuestionNamesWhoIsHeld: who drags a file answers knowing who is not sent.
func TestQuestionNamesWhoIsHeld(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	data, err := os.ReadFile("../../testdata/standard.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	b.write("a.xlsx", string(data))
	b.process.StdinTTY, b.process.StderrTTY, b.process.Stdin = true, true, strings.NewReader("n\n")
	b.want(4, b.path("a.xlsx"), "--config", b.path("hbupload.yaml"))
	says(t, b.err.String(), "将上传 ", "有错未传 0，已传跳过 0）。继续吗？", "已取消")
	held := run.Withheld([]push.Record{{State: push.Changed}, {State: push.InDoubt}, {State: push.InDoubt}, {State: push.Valid}, {State: push.Invalid}})
	if held != "有错未传 1，已传跳过 0，内容已变 1，结果不明 2" {
		t.Error(held)
	}
}

// TestHostileWords: the platform's messages and the names of files reach the
// screen and the log as plain text.
func TestHostileWords(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case sandbox.PathUpload:
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, `{"success":false,"msg":"前`+`\u001b]0;evil\u0007\u001b[31m\u202e\u2066\u009b31m\r\n\u0000`+`后"}`)
			default:
				next.ServeHTTP(w, r)
			}
		})
	})
	b.want(0, "dict", "pull")
	name := "导出\x1b]0;evil\x07\u202e.xlsx"
	data, err := os.ReadFile("../../testdata/standard.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.path(name), data, 0o600); err != nil {
		t.Skip("this system has no such names: " + err.Error())
	}
	lines := [][]string{
		{"push", b.path(name), "--limit", "3", "--verbose", "--log-file", b.path("run.log")}, {"status"}, {"history"}, {"history", "TJ0001"}, {"history", hostile},
		{"validate", b.path(name)}, {"validate", b.path("没有" + name)}, {"explain", "TJ0001", "--in", b.path(name)}, {"dict", "search", hostile}, {"dict", "show", hostile},
		{"resolve", hostile, "--sent"}, {"inspect", b.path(name)}, {"rules", hostile}, {hostile}, {"push", "--" + hostile}, {"--profile", hostile, "status"}, {"purge", b.path(hostile), "--older-than", "1d"},
		{"completion", hostile}, {"sandbox", "--addr", hostile}, {"sandbox", "--fault", hostile}, {"build", b.path(name), "-o", b.path("out"), "--only", hostile},
	}
	for _, line := range lines {
		b.run(line...)
		if b.out.Len()+b.err.Len() == 0 {
			t.Errorf("%q says nothing", line)
		}
		wantHarmless(t, strings.Join(line, " ")+": stdout", b.out.String())
		wantHarmless(t, strings.Join(line, " ")+": stderr", b.err.String())
	}
	log, err := os.ReadFile(b.path("run.log"))
	if err != nil {
		t.Fatal(err)
	}
	wantHarmless(t, "the log", string(log))
}

// TestColours: only on a terminal, and not against the user's will.
func TestColours(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	plain := b.process.Environ
	for _, c := range []struct {
		tty  bool
		env  []string
		args []string
		want bool
	}{
		{true, nil, nil, true}, {false, nil, nil, false}, {true, []string{"NO_COLOR=1"}, nil, false}, {true, []string{"TERM=dumb"}, nil, false},
		{true, nil, []string{"--no-color"}, false}, {true, nil, []string{"--json"}, false},
	} {
		b.process.StdoutTTY, b.process.Environ = c.tty, append(append([]string{}, plain...), c.env...)
		for _, line := range []string{"doctor", "validate ../../testdata/standard.xlsx --no-report"} {
			b.run(append(strings.Fields(line), c.args...)...)
			if got := strings.Contains(b.out.String(), "\x1b["); got != c.want {
				t.Errorf("%s, %+v: colours %v\n%s", line, c, got, b.out.String())
			}
		}
	}
}

// tableSample is a table as history shows it, with everything that is awkward
// to align.
func tableSample(width int) string {
	var out strings.Builder
	env := &run.Env{Machine: &run.Machine{Stdout: &out, StdoutTTY: width > 0, Width: width}}
	env.Table([]string{"体检编号", "状态", "结果", "平台的答复"}, [][]string{
		{"TJ0001", "已接收", "±μ≥·“”", "上传成功"},
		{"TJ0002-很长的编号", "平台拒绝", "rejected", "该体检记录的工种编码与监测类型不符，请核对“职业危害监测类型”后重新上传该记录，谢谢配合"},
		{"ＴＪ０００３", "结果不明", "①②③…—", "\x1b[31mred\x1b[0m"},
	})
	return out.String()
}

// TestTableGolden: columns stand under each other at every width and in every
// locale.
func TestTableGolden(t *testing.T) {
	t.Parallel()
	for width, file := range map[int]string{0: "table-plain.txt", 80: "table-80.txt", 120: "table-120.txt"} {
		got := tableSample(width)
		path := filepath.Join("testdata", file)
		if os.Getenv("HBUPLOAD_UPDATE") != "" {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("width %d:\n%s\nwant:\n%s", width, got, want)
		}
		for _, line := range strings.Split(got, "\n") {
			if n := lipgloss.Width(line); width > 0 && n > width {
				t.Errorf("width %d: a line of %d: %q", width, n, line)
			}
		}
	}
}

// TestTableOnANarrowScreen: where columns would be of single characters, each
// row is a list, and every value can be read and copied whole.
func TestTableOnANarrowScreen(t *testing.T) {
	t.Parallel()
	got := tableSample(40)
	for _, want := range []string{"体检编号 TJ0001\n  状态：已接收\n", "体检编号 TJ0002-很长的编号\n  状态：平台拒绝\n  结果：rejected\n", "  平台的答复：上传成功\n体检编号"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
}

// TestTableLocales runs the golden test again in processes of other locales:
// some libraries count “ as two columns where LANG is Chinese.
func TestTableLocales(t *testing.T) {
	t.Parallel()
	if os.Getenv("HBUPLOAD_LOCALE_CHILD") != "" || os.Getenv("HBUPLOAD_UPDATE") != "" {
		return
	}
	for _, lang := range []string{"zh_CN.UTF-8", "C", "ja_JP.eucJP"} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTableGolden$", "-test.count=1")
		cmd.Env = append(os.Environ(), "LANG="+lang, "LC_ALL="+lang, "LC_CTYPE="+lang, "HBUPLOAD_LOCALE_CHILD=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("LANG=%s: %v\n%s", lang, err, out)
		}
	}
}

// TestCronLines: without a terminal no bar, no carriage return, no escape.
func TestCronLines(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	b.want(0, "push", "../../testdata/standard.xlsx", "--no-report")
	wantHarmless(t, "stderr", b.err.String())
	if strings.Contains(b.err.String(), "剩余") {
		t.Errorf("a bar without a terminal:\n%s", b.err.String())
	}
}

// TestDoubleClick: a double-click without files explains itself, and whatever
// was said stays to be read.
func TestDoubleClick(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.process.DoubleClicked, b.process.StdinTTY = true, true
	b.process.Stdin = strings.NewReader("\r\n")
	b.want(0)
	says(t, b.out.String(), "拖到 hbupload.exe", "hbupload doctor")
	says(t, b.err.String(), "按回车键关闭窗口")
	b.process.Stdin = strings.NewReader("\n")
	b.want(2, "gibtesnicht.xlsx")
	says(t, b.err.String(), "没有这个文件", "按回车键关闭窗口")
}

// TestCompletion: the shell's questions are answered without a word of error,
// whatever the state of the installation.
func TestCompletion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.run("__complete", "history", "")
	b.serve(nil)
	b.want(0, "dict", "pull")
	b.want(0, "push", "../../testdata/standard.xlsx", "--no-report", "--limit", "3")
	b.configure("profiles:\n  一院: {platform: {username: a}}\n")
	b.process.Environ = append(b.process.Environ, "HBUPLOAD_CONFIG_UNUSED=1")
	config := []string{"--config", b.path("hbupload.yaml")}
	for line, want := range map[string]string{
		"history TJ": "TJ0001\t已接收", "resolve TJ0001 TJ": "TJ0002", "explain TJ": "TJ0001", "explain TJ0001 typeOf": "typeOfWorkCode\t工种",
		"rules idcard": "idcard-checksum\t", "dict show ": "hazard\t危害因素", "push --resend ch": "changed", "--profile 一": "一院", "push --only TJ": "TJ0003", "completion ba": "bash",
	} {
		words := strings.Split(line, " ")
		args := append([]string{"__complete"}, append(append(append([]string{}, words[:len(words)-1]...), config...), words[len(words)-1])...)
		if strings.HasPrefix(line, "--profile") || strings.Contains(line, " --") {
			args = append([]string{"__complete"}, append(append([]string{}, config...), words...)...)
		}
		b.want(0, args...)
		if !strings.Contains(b.out.String(), want) {
			t.Errorf("%s: %q is not proposed:\n%s", line, want, b.out.String())
		}
	}
	b.want(0, "__complete", "resolve", "TJ0001", "--config", b.path("hbupload.yaml"), "TJ")
	if strings.Contains(b.out.String(), "TJ0001") {
		t.Errorf("a key that stands there already is proposed again:\n%s", b.out.String())
	}
}
