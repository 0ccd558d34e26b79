package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"hbupload/internal/sandbox/sample"
	"hbupload/internal/spec"
)

// One line for each attempt, with everything that is needed and nobody in it.
func TestLogOfANight(t *testing.T) {
	t.Parallel()
	n := newNights(t, "reject:测试{name} 13900000000 不符@nth=2 x1")
	n.people("甲.xlsx", 0, 3)
	n.sync(3, "--log-file", n.path("logs", "sync.log"), "--log-format", "json")
	data, err := os.ReadFile(n.path("logs", "sync.log"))
	must(t, err)
	info, err := os.Stat(n.path("logs", "sync.log"))
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	settled, ends := 0, 0
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		var l map[string]any
		must(t, json.Unmarshal([]byte(line), &l))
		switch l["msg"] {
		case "settled":
			settled++
			for _, key := range []string{"run", "key", "state", "attempt", "duration", "message"} {
				if _, there := l[key]; !there {
					t.Errorf("no %s in %s", key, line)
				}
			}
			if d, err := time.ParseDuration(fmt.Sprint(l["duration"])); err != nil || d <= 0 {
				t.Errorf("no duration: %s", line)
			}
		case "sync":
			ends++
		}
	}
	if settled != 3 || ends != 1 {
		t.Errorf("%d settled, %d ends:\n%s", settled, ends, data)
	}
	for i := range 3 {
		p := sample.People(3, 7).At(i)
		for c, f := range spec.SheetFields(spec.SheetPerson) {
			if (f.ID == spec.IDCard || f.ID == spec.EmpPhone || f.ID == spec.PatientName) && strings.Contains(string(data), p.Row[c].Text) {
				t.Errorf("%s stands in the log", f.Key)
			}
		}
	}
}
