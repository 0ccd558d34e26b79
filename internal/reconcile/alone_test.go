package reconcile

import (
	"strings"
	"testing"

	"hbupload/internal/ledger"
)

// TestAlone: what is said of a row that is nobody's of ours claims no more than was
// looked at.
func TestAlone(t *testing.T) {
	t.Parallel()
	r := shown(doubtful(9))
	for _, c := range []struct {
		exports, asked bool
		state          ledger.State
		want, never    string
	}{
		{true, true, ledger.StateNone, "导出文件和台账里都没有", ""},
		{true, false, ledger.StateNone, "台账里有没有查不出", "都没有"},
		{true, true, ledger.StateAccepted, "台账里有", "没有这个人"},
		{false, true, ledger.StateNone, "台账里没有", "导出文件"},
		{false, false, ledger.StateNone, "查不出", "台账里没有"},
	} {
		got := alone(&r, c.exports, c.asked, c.state)
		if !strings.Contains(got, c.want) || c.never != "" && strings.Contains(got, c.never) {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
