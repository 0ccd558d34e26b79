package night

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/run"
	"hbupload/internal/sandbox"
)

// TestJudgeFile: where a file belongs. One that holds a record without a clear
// answer stays in the inbox: moved away, what is in doubt would have no file. So
// does every file while answers have not reached the disk, because the ledger
// asks for them again.
func TestJudgeFile(t *testing.T) {
	t.Parallel()
	stand := sandbox.New(sandbox.Options{})
	server := httptest.NewServer(stand)
	t.Cleanup(func() { stand.Close(); server.Close() })
	env, _ := machine(t, "platform: {base_url: '"+server.URL+"', username: sandbox, password: sandbox}\nsync: {inbox: inbox}\n")
	st := newStation(env, "", Options{})
	if st.err != nil {
		t.Fatal(st.err)
	}
	ctx := context.Background()
	if _, err := run.PullDicts(ctx, env, st.cfg); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../../testdata/standard.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(env.WorkDir, "名单.xlsx")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := run.Begin(env, st.cfg, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.ReadAll(ctx, []string{path}, run.SessionOptions{}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		states []push.State // of the first records; the others are accepted
		unsure bool
		want   report.FileState
		folder string
	}{
		"all accepted":           {nil, false, report.FileDone, "done"},
		"skipped":                {[]push.State{push.Skipped}, false, report.FileDone, "done"},
		"not on the disk":        {nil, true, report.FileKept, ""},
		"one refused":            {[]push.State{push.Rejected}, false, report.FileFailed, "failed"},
		"one to mend":            {[]push.State{push.Invalid}, false, report.FileFailed, "failed"},
		"one changed":            {[]push.State{push.Changed}, false, report.FileFailed, "failed"},
		"one in doubt":           {[]push.State{push.InDoubt}, false, report.FileKept, ""},
		"one undelivered":        {[]push.State{push.Undelivered}, false, report.FileKept, ""},
		"one whose turn is next": {[]push.State{push.Pending}, false, report.FileKept, ""},
		"in doubt, and refused":  {[]push.State{push.InDoubt, push.Rejected}, false, report.FileKept, ""},
	} {
		for i := range s.Batch.Records {
			s.Batch.Records[i].State = push.Accepted
		}
		for i, state := range c.states {
			s.Batch.Records[i].State = state
		}
		s.Unsure = c.unsure
		rd := &round{result: s.Result(nil)}
		got := st.judgeFile(ctx, s, rd, s.Inputs[0], s.Split(rd.result)[0])
		if got.Outcome != c.want || (got.Reason == "") != (c.want == report.FileDone) || (len(got.Reports) > 0) != (c.folder != "") || len(rd.result.Notes) > 0 {
			t.Errorf("%s: %+v, notes %q", name, got, rd.result.Notes)
		}
		for _, r := range got.Reports {
			if !strings.Contains(filepath.ToSlash(r), "/inbox/"+c.folder+"/2026-03/") {
				t.Errorf("%s: report %s", name, r)
			}
		}
	}
}
