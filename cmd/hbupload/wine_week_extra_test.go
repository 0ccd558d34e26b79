//go:build extra

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"hbupload/internal/sandbox/sample"
)

// TestExtraWineWeek lets the Windows build keep an inbox for a week of seven rounds,
// one of them without a platform, and kills it in the middle of pushes. Nothing is
// stored twice, and nothing that arrived is unknown to the ledger.
func TestExtraWineWeek(t *testing.T) {
	w := newWindows(t, false, "amd64")
	s := newScene(t.TempDir())
	if err := s.serve(""); err != nil {
		t.Fatal(err)
	}
	defer s.close()
	w.configure(s, "sync: {inbox: inbox, done: done, failed: failed, settle: 0s}\n")
	if err := os.Mkdir(filepath.Join(w.dir, "inbox"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.want(0, []string{"dict", "pull"}, "体检项目")
	const daily = 12
	for day := range 7 {
		w.export(filepath.Join("inbox", fmt.Sprintf("周%d 导出.xlsx", day+1)), daily, day)
		if day == 3 { // the network is down
			s.down()
			w.want(4, []string{"sync"})
			if err := s.up(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		w.want(0, []string{"sync"}, "已接收")
		if got := len(s.platform.Stored()); got != daily*(day+1) {
			t.Errorf("day %d: %d stored, want %d", day+1, got, daily*(day+1))
		}
	}
	if left, _ := filepath.Glob(filepath.Join(w.dir, "inbox", "*.xlsx")); len(left) > 0 {
		t.Errorf("left in the inbox: %v", left)
	}
	w.kills(s, 7*daily)
	if twice := s.doubles(); twice > 0 {
		t.Errorf("%d records stored twice", twice)
	}
}

// configure writes the configuration of a platform.
func (w *windows) configure(s *scene, more string) {
	w.t.Helper()
	text := "platform:\n  base_url: " + s.http.URL + "\n  username: sandbox\n  password: " + scenePassword + "\n" + more
	if err := os.WriteFile(filepath.Join(w.dir, "hbupload.yaml"), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// export writes a workbook of some people, others for each number.
func (w *windows) export(name string, people, number int) {
	w.t.Helper()
	all := sample.People((number+1)*people, 1)
	part := sample.Source{N: people, At: func(i int) sample.Person { return all.At(number*people + i) }}
	if err := sample.WriteXLSX(context.Background(), filepath.Join(w.dir, name), part); err != nil {
		w.t.Fatal(err)
	}
}

// kills ends the program at the third, sixth and ninth upload of a push, then lets
// pushes finish: what arrived is accepted, or in doubt and held.
func (w *windows) kills(s *scene, before int) {
	w.t.Helper()
	const people = 40
	w.export("被杀.xlsx", people, 10)
	for _, after := range []int{3, 6, 9} {
		s.mu.Lock()
		have := s.arrived
		s.mu.Unlock()
		cmd := w.command(w.exe, "push", "被杀.xlsx", "--no-report", "--rate", "20")
		if err := cmd.Start(); err != nil {
			w.t.Fatal(err)
		}
		if !s.await(have + after) {
			w.t.Fatal("nothing arrives")
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	code, out := w.run("push", "被杀.xlsx", "--no-report")
	if code != 0 && code != 4 {
		w.t.Fatalf("exit %d\n%s", code, out)
	}
	w.want(code, []string{"push", "被杀.xlsx", "--no-report"}, "已传跳过")
	const most = 3 * 2 * 4 // kills, times twice the workers
	if got := len(s.platform.Stored()) - before; got < people-most || got > people {
		w.t.Errorf("%d of %d stored\n%s", got, people, out)
	}
}
