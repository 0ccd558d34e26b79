package cli

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// TestPanic: a mistake of this program ends with a sentence and exit 1. What
// the panic carried is nowhere; where it happened is in the log alone.
func TestPanic(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.serve(nil)
	b.want(0, "dict", "pull")
	b.process.Now = func() time.Time { panic("李四 130102199003070000") }
	line := []string{"push", "../../testdata/standard.xlsx", "--no-report", "--log-file", b.path("run.log")}
	b.want(1, line...)
	says(t, b.err.String(), "程序内部出错", "hbupload version")
	log, err := os.ReadFile(b.path("run.log"))
	if err != nil {
		t.Fatal(err)
	}
	says(t, string(log), "level=ERROR", "panic", "rescue_test.go:", "cause=string")
	for what, text := range map[string]string{"stdout": b.out.String(), "stderr": b.err.String(), "log": string(log)} {
		if strings.Contains(text, "李四") || strings.Contains(text, "1301021990") {
			t.Errorf("%s has what the panic carried:\n%s", what, text)
		}
		if what != "log" && (strings.Contains(text, ".go") || strings.Contains(text, "goroutine")) {
			t.Errorf("%s shows a stack:\n%s", what, text)
		}
	}
	b.want(1, append(line, "--json")...)
	var doc struct {
		ExitCode int `json:"exit_code"`
		Error    struct{ Kind, Message string }
	}
	if err := json.Unmarshal(b.out.Bytes(), &doc); err != nil || doc.ExitCode != 1 || doc.Error.Kind != "internal" {
		t.Errorf("JSON: %v\n%s", err, b.out.String())
	}
	b.process.Now = time.Now
	b.want(0, "push", "../../testdata/standard.xlsx", "--no-report") // and nothing is left locked
}
