//go:build extra

package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// windows runs the Windows build under Wine.
type windows struct {
	t           *testing.T
	wine, exe   string
	arch        string // GOARCH
	dir, prefix string
	seven       bool
}

// newWindows builds hbupload.exe and makes a Windows of its own for it: a new one
// with Go's own build, or Windows 7 with ours.
func newWindows(t *testing.T, seven bool, arch string) *windows {
	t.Helper()
	wine := findWine(arch)
	if wine == "" || runtime.GOOS == "windows" {
		t.Skipf("no Wine for %s (apt-get install --no-install-recommends wine wine64; wine32:i386 for 386)", arch)
	}
	w := &windows{t: t, wine: wine, arch: arch, dir: t.TempDir(), prefix: t.TempDir(), seven: seven}
	w.exe = filepath.Join(w.dir, "hbupload.exe")
	args := []string{"build", "-trimpath", "-o", w.exe}
	if seven {
		args = append(args, "-overlay", windows7Overlay(t, "../..", t.TempDir()))
	}
	build := exec.CommandContext(t.Context(), "go", append(args, ".")...)
	build.Env = append(os.Environ(), "GOOS=windows", "GOARCH="+w.arch, "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := w.command("wineboot", "-i").CombinedOutput(); err != nil {
		t.Skipf("Wine does not start here: %v\n%s", err, out)
	}
	t.Cleanup(func() { _ = w.command("wineserver", "-k").Run() })
	if seven {
		w.makeSeven()
	} else {
		w.addPrimitives()
	}
	return w
}

// findWine is the loader that runs programs of an architecture, "" for none.
func findWine(arch string) string {
	names := []string{"wine"}
	if arch == "386" {
		names = []string{"wine32", "/usr/lib/wine/wine"}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// makeSeven sets this Windows to 7 and takes away the library that Windows 8 was
// the first to have.
func (w *windows) makeSeven() {
	w.t.Helper()
	if out, err := w.command("winecfg", "-v", "win7").CombinedOutput(); err != nil {
		w.t.Fatalf("%v\n%s", err, out)
	}
	out, err := w.command("reg", "query", `HKLM\Software\Microsoft\Windows NT\CurrentVersion`, "/v", "CurrentVersion").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "6.1") {
		w.t.Fatalf("not Windows 7: %v\n%s", err, out)
	}
	if err := os.Remove(w.primitives()); err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
}

// primitives is the library that Go's own runtime asks for random numbers.
func (w *windows) primitives() string {
	return filepath.Join(w.prefix, "drive_c", "windows", "system32", "bcryptprimitives.dll")
}

func (w *windows) command(name string, args ...string) *exec.Cmd {
	if name != "wineserver" {
		args, name = append([]string{name}, args...), w.wine
	} else if _, err := exec.LookPath(name); err != nil {
		name = "/usr/lib/wine/wineserver"
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "WINEPREFIX="+w.prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=", "DISPLAY=", "NO_PROXY=127.0.0.1")
	if w.arch == "386" {
		cmd.Env = append(cmd.Env, "WINEARCH=win32")
	}
	return cmd
}

// run runs the program and gives its exit code and what it said.
func (w *windows) run(args ...string) (int, string) {
	w.t.Helper()
	cmd := w.command(w.exe, args...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		w.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), strings.ReplaceAll(string(out), "\r\n", "\n")
}

// want fails unless the command ends with a code and says the words.
func (w *windows) want(code int, args []string, words ...string) {
	w.t.Helper()
	got, out := w.run(args...)
	if got != code {
		w.t.Fatalf("%v: exit %d, want %d\n%s", args, got, code, out)
	}
	for _, word := range words {
		if !strings.Contains(out, word) {
			w.t.Errorf("%v: %q is missing in\n%s", args, word, out)
		}
	}
}

// addPrimitives gives Wine before version 9 the one library that it lacks and
// Go's runtime asks for: a DLL that only forwards to one it has.
func (w *windows) addPrimitives() {
	w.t.Helper()
	path := w.primitives()
	if _, err := os.Stat(path); err == nil {
		return
	}
	if err := os.WriteFile(path, forwarder("bcryptprimitives.dll", "ProcessPrng", "advapi32.SystemFunction036"), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// forwarder is the smallest 64-bit DLL whose only export stands for another
// DLL's: headers and one section with the export directory, no code.
func forwarder(dll, export, target string) []byte {
	const rva = 0x1000
	le := binary.LittleEndian
	section := make([]byte, 0x200)
	text := func(off uint32, s string) uint32 { copy(section[off:], s+"\x00"); return rva + off }
	for off, v := range map[int]uint32{12: text(0x60, dll), 16: 1, 20: 1, 24: 1, 28: rva + 0x40, 32: rva + 0x44, 36: rva + 0x48,
		0x40: text(0xa0, target), 0x44: text(0x80, export)} {
		le.PutUint32(section[off:], v)
	}
	var b bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&b, le, v) // a buffer takes everything
		}
	}
	dos := make([]byte, 64)
	copy(dos, "MZ")
	le.PutUint32(dos[60:], 64)
	put(dos, []byte("PE\x00\x00"), []uint16{0x8664, 1}, []uint32{0, 0, 0}, []uint16{240, 0x2022})
	put(uint16(0x20b), uint16(0), []uint32{0, 0x200, 0, 0, rva}, uint64(0x180000000), []uint32{0x1000, 0x200}, []uint16{6, 0, 0, 0, 6, 0})
	put([]uint32{0, 0x2000, 0x200, 0}, []uint16{3, 0x160}, []uint64{0x100000, 0x1000, 0x100000, 0x1000}, []uint32{0, 16})
	put([]uint32{rva, 0x200}, make([]byte, 15*8), []byte(".edata\x00\x00"), []uint32{0x200, rva, 0x200, 0x200, 0, 0, 0, 0x40000040})
	put(make([]byte, 0x200-b.Len()), section)
	return b.Bytes()
}

// left lists what the program left in the temporary folders of this Windows.
func (w *windows) left() []string {
	var out []string
	for _, pattern := range []string{"Temp/*", "AppData/Local/Temp/*", "AppData/Local/hbupload/tmp/*"} {
		found, _ := filepath.Glob(filepath.Join(w.prefix, "drive_c", "users", "*", filepath.FromSlash(pattern)))
		for _, path := range found {
			if strings.Contains(filepath.Base(path), "hbupload") || strings.HasSuffix(path, ".tmp") {
				out = append(out, path)
			}
		}
	}
	return out
}

// TestExtraWine runs the Windows build: texts, the whole way of a workbook with
// spaces and Chinese in its name, a path beyond 260 characters, and nothing
// left behind. Wine is not Windows: what it shows is that the program finds its
// way on that system's API.
func TestExtraWine(t *testing.T) {
	newWindows(t, false, "amd64").firstDay()
}

// TestExtraWine7 is the same for the build that starts on Windows 7, under a Wine
// that is set to it and lacks what Windows 7 lacks: Go's own build must fail there.
func TestExtraWine7(t *testing.T) {
	w := newWindows(t, true, "amd64")
	w.firstDay()
	w.stockFails()
}

// TestExtraWine7On32Bit is TestExtraWine7 on a 32-bit Windows, which old PCs have.
func TestExtraWine7On32Bit(t *testing.T) {
	w := newWindows(t, true, "386")
	w.firstDay()
	w.stockFails()
}

// stockFails holds that this Windows is one on which Go's own build does not start.
func (w *windows) stockFails() {
	w.t.Helper()
	ours := w.exe
	defer func() { w.exe = ours }()
	w.exe = filepath.Join(w.dir, "stock.exe")
	build := exec.CommandContext(w.t.Context(), "go", "build", "-trimpath", "-o", w.exe, ".")
	build.Env = append(os.Environ(), "GOOS=windows", "GOARCH="+w.arch, "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		w.t.Fatalf("%v\n%s", err, out)
	}
	if code, out := w.run("version"); code == 0 || !strings.Contains(out, "bcryptprimitives.dll not found") {
		w.t.Errorf("Go's own build starts, so nothing is shown: exit %d\n%s", code, out)
	}
}

// firstDay runs all that the test asks for.
func (w *windows) firstDay() {
	t := w.t
	w.want(0, []string{"version"}, "接口规范 V3.8")
	w.want(0, []string{"--help"}, "退出码", "hbupload push 导出.xlsx")
	w.want(2, []string{"push", "没有.xlsx"}, "错误：")
	w.want(2, []string{"doctor"}, "windows/"+w.arch, "本机硬盘", "platform.base_url")
	data, err := os.ReadFile("../../testdata/standard.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	deep := filepath.Join(w.dir, strings.Repeat("很深的文件夹", 8), strings.Repeat("folder-", 25))
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(w.dir, "样例 导出.xlsx"), filepath.Join(deep, "深.xlsx")} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.want(0, []string{"push", "样例 导出.xlsx", "--sandbox"}, "已接收 36", "含个人信息", "没有离开这台电脑")
	w.want(0, []string{"push", "Z:" + strings.ReplaceAll(filepath.Join(deep, "深.xlsx"), "/", `\`), "--sandbox"}, "已接收 36")
	if found, _ := filepath.Glob(filepath.Join(deep, "深-含个人信息-*.xlsx")); len(found) != 1 {
		t.Errorf("the report beside a long path: %v", found)
	}
	w.want(0, []string{"template", "-o", "模板.xlsx"}, "模板.xlsx")
	w.want(0, []string{"shell", "install"}, "发送到")
	w.want(0, []string{"shell", "remove"}, "发送到")
	w.withPlatform()
	if !w.seven { // the test's own program is Go's own build
		w.privateFolder()
	}
	if left := w.left(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// privateFolder runs the one test that asks a Windows who may open our folder.
func (w *windows) privateFolder() {
	w.t.Helper()
	exe := filepath.Join(w.dir, "host.test.exe")
	build := exec.CommandContext(w.t.Context(), "go", "test", "-c", "-o", exe, "../../internal/host")
	build.Env = append(os.Environ(), "GOOS=windows", "GOARCH="+w.arch, "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		w.t.Fatalf("%v\n%s", err, out)
	}
	out, err := w.command(exe, "-test.v", "-test.run", "^TestExtraPrivateFolder$").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestExtraPrivateFolder") {
		w.t.Errorf("%v\n%s", err, out)
	}
}

// withPlatform goes the way of the first day against a platform on this
// machine, outside of Wine.
func (w *windows) withPlatform() {
	w.t.Helper()
	s := newScene(w.t.TempDir())
	if err := s.serve(""); err != nil {
		w.t.Fatal(err)
	}
	defer s.close()
	config := "platform:\n  base_url: " + s.http.URL + "\n  username: sandbox\n  password: " + scenePassword + "\n"
	if err := os.WriteFile(filepath.Join(w.dir, "hbupload.yaml"), []byte(config), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.want(0, []string{"dict", "pull"}, "体检项目")
	w.want(0, []string{"dict", "pull"}, "体检项目") // replaces what is there
	w.want(0, []string{"validate", "样例 导出.xlsx"}, "可上传 36")
	w.want(0, []string{"validate", "样*.xlsx", "--no-report"}, "可上传 36")
	w.want(0, []string{"map", "init", "样例 导出.xlsx", "-o", "样例.yaml"}, "样例.yaml")
	if err := os.Remove(filepath.Join(w.dir, "样例.yaml")); err != nil {
		w.t.Fatal(err)
	}
	w.want(0, []string{"push", "样例 导出.xlsx"}, "已接收 36")
	w.want(0, []string{"push", "样例 导出.xlsx"}, "已传跳过 36")
	w.want(0, []string{"status"}, "共 36 条记录")
	w.want(0, []string{"ledger", "backup", "台账.backup"}, "已备份 36 条记录")
	w.want(0, []string{"push", `\\?\Z:` + strings.ReplaceAll(filepath.Join(w.dir, "样例 导出.xlsx"), "/", `\`), "--no-report"}, "已传跳过 36")
	w.want(0, []string{"doctor"}, "登录成功", "完好，36 条记录")
	w.want(0, []string{"login", "--save"}, "密钥环")
	w.want(0, []string{"logout"}, "密钥环")
}
