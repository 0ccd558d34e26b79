package push

import (
	"testing"

	"hbupload/internal/wire"
)

// TestPhrases: words of acceptance are looked through for a record's values until
// they have been found to hold none; words that hold some never pass for a phrase.
func TestPhrases(t *testing.T) {
	t.Parallel()
	e := &engine{Delivery: Delivery{CompareEcho: true}}
	accepted := func(msg, echo string) bool {
		return e.asks(&wire.Outcome{Class: wire.Accepted, Msg: msg, Echo: []byte(echo)})
	}
	if accepted("", "") || !accepted("操作成功", "") || !accepted("", "{}") {
		t.Error("before anything was learned")
	}
	e.usual.learn("操作成功", "操作成功")
	e.usual.learn("张三已接收", "***已接收")
	if accepted("操作成功", "") || !accepted("张三已接收", "") || !accepted("操作成功", "{}") {
		t.Error("after the first answers")
	}
	if !e.asks(&wire.Outcome{Class: wire.Rejected, Msg: "操作成功"}) {
		t.Error("a refusal's words are always looked through")
	}
}
