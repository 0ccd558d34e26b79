package night

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/report"
)

// TestLastGoodIsKept: a bad night says when the last good one was, also after
// another bad one; what cannot be read counts as none.
func TestLastGoodIsKept(t *testing.T) {
	t.Parallel()
	st := desk(t)
	now := evening()
	st.Now = func() time.Time { return now }
	night := func(code int) *LastRun {
		t.Helper()
		rd := noRound()
		rd.result.ExitCode = code
		rd.files = []report.FileOutcome{{Outcome: report.FileDone}, {Outcome: report.FileDone}, {Outcome: report.FileWaiting}}
		st.close(context.Background(), rd, now)
		l := ReadLastRun(st.cfg)
		if l == nil || len(rd.result.Notes) != 0 {
			t.Fatalf("not kept: %q", rd.result.Notes)
		}
		now = now.Add(24 * time.Hour)
		return l
	}
	if l := night(fault.ExitDelivery); l.LastGood != nil || l.OK || l.Files["done"] != 2 || l.Files["waiting"] != 1 || l.Version != "v1" {
		t.Errorf("the first night, a bad one: %+v", l)
	}
	good := now
	for _, code := range []int{fault.ExitOK, fault.ExitDelivery, fault.ExitFindings} {
		if l := night(code); l.LastGood == nil || !l.LastGood.Equal(good) || l.ExitCode != code {
			t.Errorf("code %d: %+v, want %v", code, l, good)
		}
	}
	if err := os.WriteFile(lastRunPath(st.cfg), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if l := ReadLastRun(st.cfg); l != nil {
		t.Errorf("of half a file: %+v", l)
	}
}

// TestLastGoodOfPushAndSync: whichever ended later is told.
func TestLastGoodOfPushAndSync(t *testing.T) {
	t.Parallel()
	pushed := evening().Add(-3 * time.Hour)
	for name, c := range map[string]struct {
		push bool
		sync time.Duration // after the push; 0 for none
		want []string
	}{
		"neither":                    {false, 0, []string{"还没有"}},
		"push alone":                 {true, 0, []string{"2026-03-31 19:00:00", "名单.xlsx"}},
		"sync after it":              {true, time.Hour, []string{"2026-03-31 20:00:00", "sync"}},
		"sync before it":             {true, -time.Hour, []string{"2026-03-31 19:00:00", "名单.xlsx"}},
		"the sync that ran the push": {true, 30 * time.Second, []string{"2026-03-31 19:00:00", "名单.xlsx"}},
	} {
		st := desk(t)
		var v ledger.StatusView
		if c.push {
			v.LastGoodRun = &ledger.RunView{Started: pushed, Files: []string{"名单.xlsx"}}
		}
		if c.sync != 0 {
			st.Now = func() time.Time { return pushed.Add(c.sync) }
			st.close(context.Background(), noRound(), pushed)
			st.Now = evening
		}
		got := LastGood(st.Env, st.cfg, v)
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q lacks %q", name, got, want)
			}
		}
	}
}

// TestOnFinish: the operator's command gets the counts and none of our secrets,
// and can only bring a warning.
func TestOnFinish(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		programs *programs
		want     string // of the notes, "" for none
	}{
		"well":                {&programs{out: "done"}, ""},
		"it fails":            {&programs{out: "no mail server", err: errors.New("exit status 1")}, "失败（exit status 1）"},
		"nothing may be run ": {nil, "不能运行别的程序"},
	} {
		st := desk(t)
		st.cfg.Sync.OnFinish = "tell"
		st.Environ = []string{"PATH=/bin", "HBUPLOAD_PLATFORM_PASSWORD=x", "hbupload_platform_password_md5=y", "HBUPLOAD_LEDGER=postgres://u:p@h/d", "HBUPLOAD_DATA_DIR=/d"}
		if c.programs != nil {
			st.Exec = c.programs.exec
		}
		rd := noRound()
		rd.result.ExitCode = fault.ExitDelivery
		st.close(context.Background(), rd, evening())
		notes := strings.Join(rd.result.Notes, "\n")
		if !strings.Contains(notes, c.want) || (c.want == "") != (notes == "") || rd.result.ExitCode != fault.ExitDelivery {
			t.Errorf("%s: %q, code %d", name, notes, rd.result.ExitCode)
		}
		if c.programs == nil {
			continue
		}
		ran := c.programs.ran
		if len(ran) != 1 || ran[0].Shell != "tell" || !strings.Contains(ran[0].Stdin, `"exit_code":4`) || strings.Join(ran[0].Environ, " ") != "PATH=/bin HBUPLOAD_DATA_DIR=/d" {
			t.Errorf("%s: ran %+v", name, ran)
		}
	}
}
