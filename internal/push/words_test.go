package push

import (
	"testing"

	"hbupload/internal/wire"
)

// TestWords: a refusal is quoted first; an answer that settles nothing is
// explained first, and its own words, freed of the person's, come behind.
func TestWords(t *testing.T) {
	t.Parallel()
	leaves := []wire.Leaf{{Key: "patientName", Text: "测试甲"}}
	for _, c := range []struct {
		o    wire.Outcome
		want string
	}{
		{wire.Outcome{Class: wire.Rejected, Msg: "测试甲的工种不符", Reason: "平台应答 400"}, "***的工种不符；平台应答 400"},
		{wire.Outcome{Class: wire.Rejected, Msg: "工种不符"}, "工种不符"},
		{wire.Outcome{Class: wire.Unknown, Msg: "Gateway Timeout 测试甲", Reason: "平台应答 504，平台可能已收下"}, "平台应答 504，平台可能已收下（原话：Gateway Timeout ***）"},
		{wire.Outcome{Class: wire.Unknown, Reason: "请求已完整发出，但没有收到应答"}, "请求已完整发出，但没有收到应答"},
	} {
		if got := words(c.o, leaves); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
