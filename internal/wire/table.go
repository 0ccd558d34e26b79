package wire

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"
)

// row is one line of the table of help: 网络出错 1, for one attempt: what it
// means when it holds. The first row that holds decides.
type row struct {
	name   string
	holds  func(f *facts) bool
	class  Class
	reason string // Chinese; "" where the platform's words say it all
	unsent Class  // when the request was not written whole
}

// asWritten is an unsent that makes no difference.
const asWritten = Unknown

// table is that of help: 网络出错 1. What depends on other attempts (a page
// after a success, a refused doubt, a fresh login) is judged by platform and
// push, upon the class found here.
var table = sync.OnceValue(func() []row {
	return slices.Concat(answerRows(), statusRows(), bodyRows())
})

// answerRows say what it means that no answer came, or none to this request.
func answerRows() []row {
	return []row{
		{"nothing written", func(f *facts) bool { return f.Status == 0 && !f.Written }, NotProcessed, "请求没有完整发出", asWritten},
		{"silent close", func(f *facts) bool { return f.Status == 0 && f.SilentClose }, Unknown, "请求发出时，连接已被对方悄悄关闭，没有收到应答", asWritten},
		{"no answer", func(f *facts) bool { return f.Status == 0 }, Unknown, "请求已完整发出，但没有收到应答", asWritten},
		{"declared safe", func(f *facts) bool { return slices.Contains(f.policy.RetryStatus, f.Status) }, NotProcessed, "平台应答 %d（已配置为可重试）", asWritten},
		{"before the request", func(f *facts) bool { return f.Early && f.ok() }, Unknown, "应答比请求来得还早，不是给这条记录的", asWritten},
	}
}

// statusRows judge an answer by its status, and by what says that the login is over.
func statusRows() []row {
	return []row{
		{"at the door", func(f *facts) bool { return f.Status == 429 || f.Status == 503 && (f.RetryAfter != "" || !f.Written) }, Throttled, "平台应答 %d，暂不受理", asWritten},
		{"dead token, status", func(f *facts) bool { return f.Status == 401 || f.Status == 419 || f.Status == 440 }, DeadToken, "平台应答 %d，登录已失效", asWritten},
		{"dead token, 403", func(f *facts) bool { return f.Status == 403 && (f.isReply || f.empty()) }, DeadToken, "平台应答 %d，登录已失效", asWritten},
		{"dead token, code", func(f *facts) bool { return f.isReply && !f.reply.Success && f.reply.deadCode() }, DeadToken, "平台说登录已失效", asWritten},
		{"dead token, words", func(f *facts) bool { return f.isReply && !f.reply.Success && f.policy.IsTokenError(f.reply.words) }, DeadToken, "平台说登录已失效", asWritten},
		{"proxy", func(f *facts) bool { return f.Status == 407 }, NotProcessed, "代理服务器要求认证（407）", asWritten},
		{"no such address", func(f *facts) bool { return f.Status == 404 || f.Status == 405 }, WrongAddress, "平台应答 %d，地址或路径不对", asWritten},
		{"bad request", func(f *facts) bool { return slices.Contains([]int{400, 413, 415, 422}, f.Status) }, Rejected, "平台应答 %d", asWritten},
		{"refused by the application", func(f *facts) bool { return f.Status/100 == 4 && f.isReply && f.reply.Refused() }, Rejected, "平台应答 %d", asWritten},
		{"blocked", func(f *facts) bool { return f.Status == 403 }, Unknown, "平台或中间的防火墙应答 403 网页，平台可能已收下", NotProcessed},
		{"unclear status", func(f *facts) bool { return !f.ok() }, Unknown, "平台应答 %d，平台可能已收下", NotProcessed},
	}
}

// bodyRows say what the body of an answer with a good status means.
func bodyRows() []row {
	return []row{
		{"unknown coding", func(f *facts) bool { return f.Coding != "" }, Unknown, "平台的应答用了本程序不认识的压缩方式（%c），平台可能已收下", NotProcessed},
		{"cut off", func(f *facts) bool { return f.Cut || f.Err != nil && !json.Valid(f.Body) }, Unknown, "平台的应答不完整，平台可能已收下", NotProcessed},
		{"a page", func(f *facts) bool { return !f.isReply && f.page() }, Unknown, "平台的应答是网页，不是 JSON，平台可能已收下", NotProcessed},
		{"no JSON", func(f *facts) bool { return !f.isReply }, Unknown, "平台的应答不是 JSON，平台可能已收下", NotProcessed},
		{"no success", func(f *facts) bool { return !f.reply.HasSuccess }, Unknown, "平台的应答没有 success，平台可能已收下", NotProcessed},
		{"yes and no", func(f *facts) bool { return f.reply.Success && f.reply.Nested }, Unknown, "平台的应答自相矛盾，平台可能已收下", NotProcessed},
		{"success", func(f *facts) bool { return f.reply.Success }, Accepted, "", asWritten},
		{"busy", func(f *facts) bool { return f.policy.IsBusy(f.reply.words) }, Throttled, "平台暂不受理", asWritten},
		{"refused without words", func(f *facts) bool { return f.reply.Msg == "" }, Rejected, "平台没有说明原因", asWritten},
		{"refused", func(*facts) bool { return true }, Rejected, "", asWritten},
	}
}

// facts are what the rows look at.
type facts struct {
	Attempt
	policy  Policy
	reply   Reply
	isReply bool // the body is one whole JSON object
}

func newFacts(a Attempt, p Policy) *facts {
	f := &facts{Attempt: a, policy: p}
	if a.Status == 0 || a.Coding != "" || a.Cut {
		return f
	}
	reply, err := ParseReply(a.Body)
	f.reply = reply
	f.isReply = err == nil
	return f
}

func (f *facts) ok() bool    { return f.Status >= http.StatusOK && f.Status < 300 }
func (f *facts) empty() bool { return firstByte(f.Body) == 0 && f.Coding == "" }
func (f *facts) page() bool  { return IsPage(f.Attempt) }

// msg is what the answer says for itself.
func (f *facts) msg() string {
	switch {
	case f.Status == 0, f.Status == 407:
		return ""
	case f.ok() && (f.Coding != "" || f.Cut || f.Early):
		return ""
	case f.ok() && f.page() && !f.isReply:
		return title(f.Body)
	case f.ok():
		return f.reply.Msg
	}
	return text(f.Attempt)
}
