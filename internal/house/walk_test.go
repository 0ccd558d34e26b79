package house

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// maxWalk is how many files someone must read to follow a push from main to its
// first upload.
const maxWalk = 12

// station is a file of the walk and the calls by which it leads on.
type station struct {
	file  string
	calls []string
}

// walk is hbupload push FILE, from main to the POST, in the order of reading. What a
// file calls and is not followed here (opening tables, checking a record, the
// ledger's statements) is a room that is entered and left by one call.
func walk() []station {
	return []station{
		{"cmd/hbupload/main.go", []string{"cli.Main("}},
		{"internal/cli/main.go", []string{"newRoot("}},
		{"internal/cli/root.go", []string{"newPush("}},
		{"internal/cli/push.go", []string{"run.Deliver("}},
		{"internal/run/push.go", []string{"Begin(", "HoldToSend(", "s.ReadAll(", "s.Send(", "BeginRun(", "s.Batch.Plan(", "s.Batch.Deliver(", "s.client.Upload("}},
		{"internal/run/session.go", []string{"func Begin(", "func HoldToSend(", "openInputs(", "push.Prepare("}},
		{"internal/push/prepare.go", []string{"func Prepare("}},
		{"internal/push/plan.go", []string{") Plan("}},
		{"internal/push/deliver.go", []string{") Deliver(", "e.claim(", "e.send("}},
		{"internal/push/attempt.go", []string{") claim(", ") send(", "Sender.Send("}},
		{"internal/platform/upload.go", []string{") Upload(", "c.exchange("}},
		{"internal/platform/client.go", []string{") exchange(", "c.http.R()"}},
	}
}

// TestWalkToTheFirstUpload holds the main job to few files, and the page that walks it
// to the files that are there.
func TestWalkToTheFirstUpload(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(root, "internal", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(walk()); n > maxWalk {
		t.Errorf("%d files from main to the first upload, at most %d are allowed", n, maxWalk)
	}
	for _, s := range walk() {
		src, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(s.file)))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, call := range s.calls {
			if !strings.Contains(string(src), call) {
				t.Errorf("%s has no %s: the walk is another one", s.file, call)
			}
		}
		if !strings.Contains(string(page), "`"+s.file+"`") {
			t.Errorf("internal/README.md does not name %s in its walk", s.file)
		}
	}
}
