package cli

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"hbupload/internal/doctor"
	"hbupload/internal/sandbox"
)

// doctorSays runs doctor --json and gives the status and message of each check.
func doctorSays(t *testing.T, b *bench, code int) map[string]doctor.Check {
	t.Helper()
	b.want(code, "doctor", "--json")
	var doc struct {
		ExitCode int            `json:"exit_code"`
		Checks   []doctor.Check `json:"checks"`
	}
	if err := json.Unmarshal(b.out.Bytes(), &doc); err != nil || doc.ExitCode != code {
		t.Fatalf("exit_code %d, %v: %s", doc.ExitCode, err, b.out.String())
	}
	out := map[string]doctor.Check{}
	for _, c := range doc.Checks {
		if old, seen := out[c.Name]; !seen || old.Status == doctor.CheckOK {
			out[c.Name] = c
		}
		if c.Status == doctor.CheckFail && c.Hint == "" {
			t.Errorf("%s fails without a remedy: %s", c.Name, c.Message)
		}
	}
	return out
}

func wantStatus(t *testing.T, got map[string]doctor.Check, name, status string, words ...string) {
	t.Helper()
	if got[name].Status != status {
		t.Errorf("%s is %q (%s), want %q", name, got[name].Status, got[name].Message, status)
	}
	says(t, got[name].Message+" "+got[name].Hint, words...)
}

func TestDoctorWell(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	clear(b.calls)
	got := doctorSays(t, b, 0)
	for _, name := range []string{"version", "configuration", "dictionaries", "pins", "meanings", "symbol-codes", "proxy", "address", "tls", "clock", "credentials", "download", "data-folder", "ledger"} {
		wantStatus(t, got, name, doctor.CheckOK)
	}
	if b.calls[sandbox.PathLogin] != 1 || b.calls[sandbox.PathDownload] != 1 || len(b.calls) != 2 {
		t.Errorf("one login and one download, got %v", b.calls)
	}
	b.want(0, "doctor")
	says(t, b.out.String(), "正常  版本", "“疑似职业病”是", "正常 ")
}

func TestDoctorFindsFaults(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	b.configure("aliases:\n  careType: {岗中: 没有的名称}\nspec:\n  dust_codes: {add: [\"987654\"]}\n  symbol_codes: {add: [\"7777777\"]}\n")
	if runtime.GOOS != "windows" {
		if err := os.Chmod(filepath.Join(b.process.WorkDir, "data"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	later := time.Now().Add(40 * 24 * time.Hour)
	b.process.Now = func() time.Time { return later }
	b.process.Environ = append(b.process.Environ, "HBUPLOAD_PLATFORM_PASSWORT=secret-word")
	got := doctorSays(t, b, 0)
	wantStatus(t, got, "environment", doctor.CheckWarn, "HBUPLOAD_PLATFORM_PASSWORT", "HBUPLOAD_PLATFORM_PASSWORD")
	wantStatus(t, got, "dictionaries", doctor.CheckWarn, "40 天", "dict pull")
	wantStatus(t, got, "pins", doctor.CheckWarn, "没有的名称")
	wantStatus(t, got, "symbol-codes", doctor.CheckWarn, "7777777")
	wantStatus(t, got, "clock", doctor.CheckWarn, "快", "40 天")
	if runtime.GOOS != "windows" {
		wantStatus(t, got, "data-folder", doctor.CheckWarn, "chmod")
	}
	b.want(0, "doctor")
	says(t, b.out.String(), "987654")
	if s := b.out.String() + b.err.String(); len(s) == 0 || contains(s, "secret-word") {
		t.Errorf("a variable's value was shown:\n%s", s)
	}
}

func TestDoctorRefusedAndUnreachable(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	environ := b.process.Environ
	b.process.Environ = append(environ, "HBUPLOAD_PLATFORM_PASSWORD=wrong")
	clear(b.calls)
	got := doctorSays(t, b, 4)
	wantStatus(t, got, "address", doctor.CheckOK)
	wantStatus(t, got, "credentials", doctor.CheckFail, "用户名或密码")
	if b.calls[sandbox.PathLogin] != 1 || b.calls[sandbox.PathDownload] != 0 {
		t.Errorf("a refused account is tried once, got %v", b.calls)
	}
	b.process.Environ = environ
	b.server.Close()
	got = doctorSays(t, b, 4)
	wantStatus(t, got, "address", doctor.CheckFail, "连接被拒绝")
	b.want(0, "doctor", "--offline")
	b.write("hbupload.yaml", "platform:\n  base_ur: x\n")
	got = doctorSays(t, b, 2)
	wantStatus(t, got, "configuration", doctor.CheckFail, "base_ur", "platform.base_url")
}

// TestDoctorAsksOnce: whatever the platform answers, one login and one download.
func TestDoctorAsksOnce(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]struct {
		path   string
		status int
		check  string
		want   string
		logins int
	}{
		"busy login":         {sandbox.PathLogin, 503, "address", "503", 1},
		"busy download":      {sandbox.PathDownload, 503, "download", "503", 1},
		"token dead at once": {sandbox.PathDownload, 401, "download", "token", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			broken := false
			b.serve(func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if broken && r.URL.Path == answer.path {
						w.WriteHeader(answer.status)
						return
					}
					next.ServeHTTP(w, r)
				})
			})
			b.want(0, "dict", "pull")
			broken = true
			clear(b.calls)
			got := doctorSays(t, b, 4)
			wantStatus(t, got, answer.check, doctor.CheckFail, answer.want)
			if b.calls[sandbox.PathLogin] != answer.logins || b.calls[sandbox.PathDownload] > 1 {
				t.Errorf("calls %v", b.calls)
			}
		})
	}
}

func TestDoctorDamagedLedger(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	if err := os.WriteFile(b.path("data/ledger.db"), []byte("SQLite format 3\x00 and then nothing that makes sense"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := doctorSays(t, b, 2)
	wantStatus(t, got, "ledger", doctor.CheckFail)
}
