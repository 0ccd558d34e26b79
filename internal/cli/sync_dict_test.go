package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"hbupload/internal/sandbox"
	"hbupload/internal/spec"
)

func TestSyncPullsOldDictionaries(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.configure("dict: {max_age: 7d}\naliases: {typeOfWorkCode: {焊工: 不存在的工种}}\n")
	before := n.platform.Calls("download")
	n.sync(0)
	if n.platform.Calls("download") != before {
		t.Error("fresh dictionaries were pulled")
	}
	n.later(8 * 24 * time.Hour)
	n.people("甲.xlsx", 0, 2)
	n.sync(0)
	if n.platform.Calls("download") != before+8 {
		t.Errorf("%d downloads, want %d", n.platform.Calls("download"), before+8)
	}
	if !strings.Contains(n.err.String(), "不存在的工种") {
		t.Errorf("a broken alias was not named: %s", n.err.String())
	}
	n.later(8 * 24 * time.Hour)
	n.setDown(true)
	n.sync(0) // the old ones serve, and there is nothing to send
	if !strings.Contains(n.err.String(), "继续使用旧字典") {
		t.Errorf("said: %s", n.err.String())
	}
}

// A code that disappears from a dictionary withholds the people who have it,
// and nobody else.
func TestSyncWithoutADroppedCode(t *testing.T) {
	t.Parallel()
	n := newNights(t, "")
	n.configure("dict: {max_age: 1h}\nspec: {dust_codes: {add: [\"1011\"]}}\n")
	rows := sandbox.SampleDictionaries()
	rows[spec.DictHazard] = dropped(t, rows[spec.DictHazard], "1011")
	n.platform.SetDictionaries(rows)
	n.later(2 * time.Hour)
	n.people("甲.xlsx", 0, 4) // the first of four has the fume
	n.sync(3)
	n.stored(3)
	if !strings.Contains(n.err.String(), "1011") {
		t.Errorf("the pin was not named: %s", n.err.String())
	}
	n.expect("failed/MONTH/甲.xlsx")
}

// dropped is a dictionary without one code.
func dropped(t *testing.T, data json.RawMessage, code string) json.RawMessage {
	t.Helper()
	var nested [][]map[string]any
	var rows, kept []map[string]any
	if json.Unmarshal(data, &nested) == nil {
		rows = nested[0]
	} else {
		must(t, json.Unmarshal(data, &rows))
	}
	for _, r := range rows {
		has := false
		for _, v := range r {
			has = has || v == code
		}
		if !has {
			kept = append(kept, r)
		}
	}
	if len(kept) == len(rows) {
		t.Fatalf("no code %s in %s", code, data[:60])
	}
	out, err := json.Marshal(kept)
	must(t, err)
	return out
}
