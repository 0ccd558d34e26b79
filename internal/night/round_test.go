package night

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/inbox"
	"hbupload/internal/plainfile"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/run"
	"hbupload/internal/spec"
)

// TestWorse: the order of codes, whichever of the two comes first.
func TestWorse(t *testing.T) {
	t.Parallel()
	order := []int{fault.ExitInterrupt, fault.ExitInternal, fault.ExitUsage, fault.ExitDelivery, fault.ExitLocked, fault.ExitFindings, fault.ExitOK}
	for i, a := range order {
		for _, b := range order[i:] {
			if worse(a, b) != a || worse(b, a) != a {
				t.Errorf("worse(%d, %d) = %d and %d, want %d", a, b, worse(a, b), worse(b, a), a)
			}
		}
	}
}

// TestStop: the first reason is kept, the others become notes, the worst code
// stands for all.
func TestStop(t *testing.T) {
	t.Parallel()
	rd := noRound()
	rd.stop(fault.New(fault.Unreachable, "平台没有应答"))
	rd.stop(fault.New(fault.Config, "没有配置"))
	r := rd.result
	if r.Stop == nil || r.Stop.Message != "平台没有应答" || r.ExitCode != fault.ExitUsage || len(r.Notes) != 1 || r.Notes[0] != "没有配置" {
		t.Errorf("%+v, code %d, notes %q", r.Stop, r.ExitCode, r.Notes)
	}
}

// TestDue: when --watch has something to do.
func TestDue(t *testing.T) {
	t.Parallel()
	now := evening()
	known := inbox.File{Path: "甲.xlsx", Size: 5, ModTime: now.Add(-time.Hour)}
	grown, touched, other := known, known, known
	grown.Size++
	touched.ModTime = now
	other.Path = "乙.xlsx"
	for name, c := range map[string]struct {
		files []inbox.File
		retry time.Time
		want  bool
	}{
		"nothing there":                 {nil, now.Add(-time.Hour), false},
		"left behind, not yet time":     {[]inbox.File{known}, now.Add(time.Minute), false},
		"left behind, time to retry":    {[]inbox.File{known}, now, true},
		"left behind, clock went back":  {[]inbox.File{known}, now.Add(WatchRetry + time.Second), true},
		"the same file, longer":         {[]inbox.File{grown}, now.Add(time.Minute), true},
		"the same file, written again":  {[]inbox.File{touched}, now.Add(time.Minute), true},
		"another beside what was there": {[]inbox.File{known, other}, now.Add(time.Minute), true},
	} {
		st := &station{left: map[string]inbox.File{known.Path: known}, retry: c.retry}
		if got := st.due(c.files, now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestSetAside: what becomes of a file that cannot be read, and of the night.
func TestSetAside(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err     error
		outcome report.FileState
		code    int
		stopped bool
		reason  string
	}{
		"gone":             {fs.ErrNotExist, report.FileWaiting, fault.ExitOK, false, "稳定后再读"},
		"changed":          {fmt.Errorf("read: %w", errUnsettled), report.FileWaiting, fault.ExitOK, false, "稳定后再读"},
		"a pipe":           {plainfile.ErrIrregular, report.FileKept, fault.ExitFindings, false, "链接或管道"},
		"not ours to read": {&fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}, report.FileKept, fault.ExitFindings, false, "权限"},
		"a broken disk":    {&fs.PathError{Op: "read", Path: "x", Err: errors.New("input/output error")}, report.FileKept, fault.ExitDelivery, false, "下次再试"},
		"our own mistake":  {errors.New("index out of range"), report.FileKept, fault.ExitInternal, true, ""},
		"unreadable":       {fault.New(fault.Input, "文件不完整"), report.FileUnreadable, fault.ExitFindings, false, "文件不完整"},
	} {
		st := desk(t)
		path := filepath.Join(st.cfg.Sync.Inbox, "名单.xlsx")
		if err := os.WriteFile(path, []byte("PK"), 0o600); err != nil {
			t.Fatal(err)
		}
		digest := sha256.Sum256([]byte("PK"))
		sum := hex.EncodeToString(digest[:])
		rd := noRound()
		st.setAside(context.Background(), rd, &run.FileError{Path: path, Sum: sum, Err: c.err})
		if len(rd.files) != 1 || rd.files[0].Outcome != c.outcome || rd.result.ExitCode != c.code || (rd.result.Stop != nil) != c.stopped || !strings.Contains(rd.files[0].Reason, c.reason) {
			t.Errorf("%s: %+v, code %d, stop %v", name, rd.files, rd.result.ExitCode, rd.result.Stop)
		}
		_, err := os.Stat(path)
		if moved := errors.Is(err, fs.ErrNotExist); moved != (c.outcome == report.FileUnreadable) {
			t.Errorf("%s: moved away: %v", name, moved)
		}
	}
}

// TestUnreadableText is what Notepad shows beside a file that nobody could read.
func TestUnreadableText(t *testing.T) {
	t.Parallel()
	got := unreadable("/in/名单.xlsx", &report.Problem{Message: "/in/名单.xlsx：文件不完整", Hint: "请重新导出"}, evening())
	lines := strings.Split(got, "\r\n")
	if !strings.HasPrefix(got, "\ufeff文件无法读取") || strings.Contains(strings.ReplaceAll(got, "\r\n", ""), "\n") {
		t.Errorf("no text for Notepad: %q", got)
	}
	for _, want := range []string{"文件：名单.xlsx", "时间：2026-03-31 22:00:00", "原因：文件不完整", "办法：请重新导出"} {
		found := false
		for _, line := range lines {
			found = found || line == want
		}
		if !found {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
}

// TestBeginning: a long name leaves room for what is added, and stays whole text.
func TestBeginning(t *testing.T) {
	t.Parallel()
	if got := beginning("名单.xlsx"); got != "名单.xlsx" {
		t.Errorf("%q", got)
	}
	long := "a" + strings.Repeat("长", 80) // 241 bytes; the 180th lies within a character
	if got := beginning(long); len(got) > 180 || len(got) < 178 || !strings.HasPrefix(long, got) {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}

// TestFolders: where files go when the configuration says nothing, and what lies
// within the inbox.
func TestFolders(t *testing.T) {
	t.Parallel()
	in := filepath.Join("srv", "in")
	for _, c := range []struct{ set, done, failed string }{
		{"", filepath.Join(in, "done"), filepath.Join(in, "failed")}, {"elsewhere", "elsewhere", "elsewhere"},
	} {
		done, failed := moveFolders(&config.Sync{Inbox: in, Done: c.set, Failed: c.set})
		if done != c.done || failed != c.failed {
			t.Errorf("%q: %q, %q", c.set, done, failed)
		}
	}
	if done, failed := moveFolders(&config.Sync{}); done != "" || failed != "" {
		t.Errorf("without an inbox: %q, %q", done, failed)
	}
	for path, want := range map[string]bool{in: true, filepath.Join(in, "done"): true, filepath.Join(in, "..", "in", "x"): true, filepath.Join("srv", "inner"): false, "srv": false, filepath.Join(in, "..", "out"): false, filepath.Join(in, "..x"): true} {
		if got := below(path, in); got != want {
			t.Errorf("below(%q) = %v", path, got)
		}
	}
}

// TestMerged: several profiles make one document; each finding still points at
// its record.
func TestMerged(t *testing.T) {
	t.Parallel()
	one := &round{profile: "甲", result: &report.Result{Command: "sync", Records: []push.Record{{Key: "1"}, {Key: "2"}}, Findings: []spec.Finding{{Record: 1}},
		Notes: []string{"慢"}, Elapsed: time.Second, ExitCode: 3}, files: []report.FileOutcome{{File: "a"}}}
	one.result.Rows.Read = 4
	two := &round{profile: "乙", result: &report.Result{Command: "sync", Records: []push.Record{{Key: "3"}}, Findings: []spec.Finding{{Record: 0}, {Record: -1}},
		NoRows: true, Elapsed: time.Minute, Stop: &report.Problem{Message: "停"}, ExitCode: 4}, files: []report.FileOutcome{{File: "b"}, {File: "c"}}}
	two.result.Rows.Read = 1
	all := merged([]*round{one, two})
	if len(all.Records) != 3 || all.Rows.Read != 5 || all.Elapsed != time.Minute+time.Second || all.NoRows || all.Stop == nil || len(all.Files) != 3 {
		t.Errorf("sums: %+v", all)
	}
	var at []int
	for _, f := range all.Findings {
		at = append(at, f.Record)
	}
	if fmt.Sprint(at) != "[1 2 -1]" {
		t.Errorf("findings point at %v", at)
	}
	if fmt.Sprint(all.Notes) != "[甲：慢]" || len(all.Profiles) != 2 || all.Profiles[1].Profile != "乙" || all.Profiles[1].Records != 1 || all.Profiles[0].ExitCode != 3 {
		t.Errorf("notes %q, profiles %+v", all.Notes, all.Profiles)
	}
	if alone := merged([]*round{one}); alone != one.result || len(alone.Files) != 1 || len(alone.Profiles) != 0 {
		t.Errorf("one profile: %+v", alone)
	}
}
