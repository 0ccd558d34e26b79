package wire

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// deliveryRow is one row of the table of help: 网络出错 1, with the class when the whole
// request was written and when it was not.
type deliveryRow struct {
	name    string
	a       Attempt
	written Class
	unsent  Class
	msg     string
	hasEcho bool
	policy  Policy
	retryIn time.Duration
}

func transportRows() []deliveryRow {
	broken := errors.New("connection reset")
	ok := []byte(`{"success":true}`)
	page := []byte("<html><b>页\n面</b></html>")
	return []deliveryRow{
		{name: "no answer", a: Attempt{Err: broken}, written: Unknown, unsent: NotProcessed},
		{name: "silent close", a: Attempt{Err: broken, SilentClose: true}, written: Unknown, unsent: NotProcessed},
		{name: "419", a: Attempt{Status: 419, Body: page, ContentType: "text/html"}, written: DeadToken, unsent: DeadToken, msg: "页 面"},
		{name: "440", a: Attempt{Status: 440}, written: DeadToken, unsent: DeadToken},
		{name: "403 without a body", a: Attempt{Status: 403}, written: DeadToken, unsent: DeadToken},
		{name: "403 with a page", a: Attempt{Status: 403, Body: page, ContentType: "text/html"}, written: Unknown, unsent: NotProcessed, msg: "页 面"},
		{name: "403 in plain text", a: Attempt{Status: 403, Body: []byte("Forbidden")}, written: Unknown, unsent: NotProcessed, msg: "Forbidden"},
		{name: "503 with a page", a: Attempt{Status: 503, Body: page}, written: Unknown, unsent: Throttled, msg: "页 面"},
		{name: "500, a dead token's words", a: Attempt{Status: 500, Body: []byte(`{"success":false,"msg":"token验证失败"}`)}, written: DeadToken, unsent: DeadToken, msg: "token验证失败"},
		{name: "500, a parser's token", a: Attempt{Status: 500, Body: []byte(`{"status":500,"error":"Internal Server Error","message":"JSON parse error: Unexpected token '<'"}`)}, written: Unknown, unsent: NotProcessed, msg: "JSON parse error: Unexpected token '<'"},
		{name: "500, JWT in capitals", a: Attempt{Status: 500, Body: []byte(`{"status":500,"error":"Internal Server Error","message":"JWT expired at 2024-03-01"}`)}, written: DeadToken, unsent: DeadToken, msg: "JWT expired at 2024-03-01"},
		{name: "400, Spring's own", a: Attempt{Status: 400, Body: []byte(`{"timestamp":"2024-03-01","status":400,"error":"Bad Request","message":"Required request part 'data' is not present","path":"/x"}`)}, written: Rejected, unsent: Rejected, msg: "Required request part 'data' is not present"},
		{name: "400, Spring's own without a message", a: Attempt{Status: 400, Body: []byte(`{"status":400,"error":"Bad Request","message":"No message available"}`)}, written: Rejected, unsent: Rejected, msg: "Bad Request"},
		{name: "401", a: Attempt{Status: 401}, written: DeadToken, unsent: DeadToken},
		{name: "403", a: Attempt{Status: 403, Body: []byte(`{"msg":"无权"}`)}, written: DeadToken, unsent: DeadToken, msg: "无权"},
		{name: "429", a: Attempt{Status: 429, RetryAfter: "7"}, written: Throttled, unsent: Throttled, retryIn: 7 * time.Second},
		{name: "503 date", a: Attempt{Status: 503, RetryAfter: "Tue, 05 Mar 2024 08:00:09 GMT", Date: "Tue, 05 Mar 2024 08:00:00 GMT"}, written: Throttled, unsent: Throttled, retryIn: 9 * time.Second},
		{name: "503 absurd", a: Attempt{Status: 503, RetryAfter: "86400000"}, written: Throttled, unsent: Throttled, retryIn: maxRetryAfter},
		{name: "503", a: Attempt{Status: 503}, written: Unknown, unsent: Throttled},
		{name: "503 nonsense", a: Attempt{Status: 503, RetryAfter: "-5 apples"}, written: Throttled, unsent: Throttled},
		{name: "404", a: Attempt{Status: 404}, written: WrongAddress, unsent: WrongAddress},
		{name: "405", a: Attempt{Status: 405}, written: WrongAddress, unsent: WrongAddress},
		{name: "407", a: Attempt{Status: 407}, written: NotProcessed, unsent: NotProcessed},
		{name: "400", a: Attempt{Status: 400, Body: []byte(`<html><style>b{}</style><b>字段 不对</b></html>`)}, written: Rejected, unsent: Rejected, msg: "字段 不对"},
		{name: "413", a: Attempt{Status: 413}, written: Rejected, unsent: Rejected},
		{name: "415", a: Attempt{Status: 415}, written: Rejected, unsent: Rejected},
		{name: "422", a: Attempt{Status: 422, Body: []byte(`{"success":false,"msg":"年龄有误"}`)}, written: Rejected, unsent: Rejected, msg: "年龄有误"},
		{name: "500", a: Attempt{Status: 500, Body: []byte(`{"success":false,"msg":"x"}`)}, written: Unknown, unsent: NotProcessed, msg: "x"},
		{name: "500 declared safe", a: Attempt{Status: 500}, policy: Policy{RetryStatus: []int{500}}, written: NotProcessed, unsent: NotProcessed},
		{name: "502", a: Attempt{Status: 502}, written: Unknown, unsent: NotProcessed},
		{name: "504", a: Attempt{Status: 504}, written: Unknown, unsent: NotProcessed},
		{name: "302", a: Attempt{Status: 302, Body: ok}, written: Unknown, unsent: NotProcessed, msg: ""},
		{name: "304", a: Attempt{Status: 304}, written: Unknown, unsent: NotProcessed},
		{name: "409", a: Attempt{Status: 409}, written: Unknown, unsent: NotProcessed},
		{name: "409 of the application", a: Attempt{Status: 409, Body: []byte(`{"success":false,"msg":"该记录已存在"}`)}, written: Rejected, unsent: Rejected, msg: "该记录已存在"},
		{name: "400, a problem", a: Attempt{Status: 400, Body: []byte(`{"type":"about:blank","detail":"年龄必填"}`)}, written: Rejected, unsent: Rejected, msg: "年龄必填"},
		{name: "302, success false", a: Attempt{Status: 302, Body: []byte(`{"success":false}`)}, written: Unknown, unsent: NotProcessed},
	}
}

// TestUnusualReasons: a reason under a key of its own is quoted, the record that
// a platform sends back is not.
func TestUnusualReasons(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"success":false,"errorMsg":"年龄必填"}`:                                                              "年龄必填",
		`{"success":false,"result_msg":"年龄必填","requestId":"abc"}`:                                          "年龄必填",
		`{"success":false,"data":"年龄必填"}`:                                                                  "年龄必填",
		`{"success":false,"msg":"","data":{"msg":"年龄必填"}}`:                                                 "年龄必填",
		`{"success":false,"data":{"ohEmployees":{"patientName":"测试甲"}}}`:                                   "",
		`{"success":false,"errors":["年龄必填","姓名必填"]}`:                                                       "年龄必填；姓名必填",
		`{"type":"about:blank","title":"Bad Request","status":400,"detail":"年龄必填"}`:                        "Bad Request；年龄必填",
		`{"timestamp":"2026-01-01","status":400,"error":"Bad Request","errors":[{"defaultMessage":"必填"}]}`: "Bad Request：必填",
		`{"success":false,"错误":"年龄必填"}`:                                                                    "年龄必填",
		`{"success":true,"info":"已保存"}`:                                                                    "",
		`{"success":false,"msg":"不通过","traceInfo":"x"}`:                                                    "不通过",
		`{"success":false,"data":{"msg":"token失效"}}`:                                                       "token失效",
	} {
		r, err := ParseReply([]byte(body))
		if err != nil || r.Msg != want {
			t.Errorf("%s: %q, want %q (%v)", body, r.Msg, want, err)
		}
	}
	if o := Classify(Attempt{Status: 200, Written: true, Body: []byte(`{"success":false,"data":{"msg":"token失效"}}`)}, Policy{}); o.Class != DeadToken {
		t.Errorf("a dead token's words in data: %v", o.Class)
	}
	if o := Classify(Attempt{Status: 200, Written: true, Coding: "br"}, Policy{}); !strings.Contains(o.Reason, "（br）") {
		t.Errorf("the coding is not named: %s", o.Reason)
	}
}

func replyRows() []deliveryRow {
	ok := func(name, body string, c Class) deliveryRow {
		return deliveryRow{name: name, a: Attempt{Status: 200, Body: []byte(body)}, written: c, unsent: c}
	}
	unclear := func(name, body string) deliveryRow {
		r := ok(name, body, Unknown)
		r.unsent = NotProcessed
		return r
	}
	withMsg := func(r deliveryRow, msg string) deliveryRow { r.msg = msg; return r }
	withEcho := func(r deliveryRow) deliveryRow { r.hasEcho = true; return r }
	cut := unclear("cut by the limit", `{"success":true}`)
	cut.a.Cut = true
	unknownCoding := unclear("unknown coding", "\x1b\x2c")
	unknownCoding.a.Coding = "br"
	early := ok("before the request", `{"success":true}`, Unknown)
	early.a.Early, early.unsent = true, Unknown
	torn := unclear("torn", `{"success":true}`)
	torn.a.Err, torn.a.Cut = errors.New("unexpected EOF"), true
	return []deliveryRow{
		ok("success", `{"success":true}`, Accepted),
		ok("success twice", `{"success":true,"Success":"true"}`, Accepted),
		unclear("yes and no", `{"success":false,"success":true}`),
		unclear("no and yes, in another case", `{"SUCCESS":true,"success":false}`),
		ok("success as text", `{"success":"true","data":null}`, Accepted),
		ok("success as one", "\xef\xbb\xbf {\"success\":1}", Accepted),
		withEcho(ok("success with echo", `{"success":true,"data":{"idcard":"x"}}`, Accepted)),
		withMsg(ok("refused", `{"success":false,"msg":"该人员\u001b[31m年龄\n有误"}`, Rejected), "该人员 [31m年龄 有误"),
		ok("refused as text", `{"success":"False"}`, Rejected),
		ok("refused without msg", `{"success":0,"msg":null}`, Rejected),
		withMsg(ok("dead token", `{"success":false,"msg":"登录状态已过期"}`, DeadToken), "登录状态已过期"),
		withMsg(ok("dead token, word", `{"success":"false","msg":"无效的token"}`, DeadToken), "无效的token"),
		withMsg(ok("success may speak of a token", `{"success":true,"msg":"token ok"}`, Accepted), "token ok"),
		withMsg(unclear("no success", `{"code":200,"msg":"ok"}`), "ok"),
		unclear("success of another type", `{"success":"ja"}`),
		unclear("empty", ""),
		unclear("half JSON", `{"success":tr`),
		withMsg(unclear("HTML", `<html>login</html>`), "login"),
		withMsg(unclear("HTML with a title", `<!DOCTYPE html><html><head><title> 统一登录 </title></head><body>x</body></html>`), "统一登录"),
		withMsg(ok("dead token, code", `{"code":401,"msg":"请求访问：/x，认证失败，无法访问系统资源"}`, DeadToken), "请求访问：/x，认证失败，无法访问系统资源"),
		withMsg(ok("dead token, code as text", `{"code":"403","msg":"没有权限"}`, DeadToken), "没有权限"),
		ok("dead token, status", `{"status":401}`, DeadToken),
		ok("dead token's code beside success", `{"success":true,"code":401}`, Accepted),
		withMsg(ok("dead token, Token", `{"success":false,"msg":"Token已失效"}`, DeadToken), "Token已失效"),
		withMsg(ok("dead token, no success", `{"code":500,"msg":"JWT expired"}`, DeadToken), "JWT expired"),
		withMsg(ok("dead token, 登陆", `{"success":false,"message":"请重新登陆"}`, DeadToken), "请重新登陆"),
		withMsg(ok("dead token, session", `{"success":false,"msg":"会话已过期"}`, DeadToken), "会话已过期"),
		withMsg(ok("dead token, licence", `{"success":false,"msg":"授权已过期"}`, DeadToken), "授权已过期"),
		withMsg(ok("dead token, English", `{"success":false,"error":"Session expired"}`, DeadToken), "Session expired"),
		withMsg(ok("in haste", `{"success":false,"msg":"不允许重复提交，请稍候再试"}`, Throttled), "不允许重复提交，请稍候再试"),
		withMsg(ok("in haste, as text", `{"success":"false","msg":"操作过于频繁"}`, Throttled), "操作过于频繁"),
		withMsg(ok("nested words", `{"success":false,"data":{"success":false,"pwmsg":"年龄有误"}}`, Rejected), "年龄有误"),
		withMsg(unclear("success, and data that refuse", `{"success":true,"data":{"success":false,"msg":"没有入库"}}`), "没有入库"),
		unknownCoding, early,
		unclear("list", `[{"success":true}]`),
		unclear("two values", `{"success":true}{"success":false}`),
		unclear("deep", `{"success":true,"data":`+strings.Repeat("[", 99)+strings.Repeat("]", 99)+`}`),
		cut, torn,
	}
}

func TestClassifyIsTheDeliveryTable(t *testing.T) {
	t.Parallel()
	for _, row := range append(transportRows(), replyRows()...) {
		for _, written := range []bool{true, false} {
			a, want := row.a, row.unsent
			if a.Written = written; written {
				want = row.written
			}
			o := Classify(a, row.policy)
			if o.Class != want {
				t.Errorf("%s, written %v: %v, want %v", row.name, written, o.Class, want)
			}
			if o.Msg != row.msg || o.RetryAfter != row.retryIn || (o.Echo != nil) != row.hasEcho || o.Sent != written {
				t.Errorf("%s, written %v: %+v", row.name, written, o)
			}
			if (o.Reason == "") != (a.Status/100 == 2 && (want == Accepted || want == Rejected && row.msg != "")) {
				t.Errorf("%s: reason %q", row.name, o.Reason)
			}
		}
	}
}

// TestEveryRowDecides: no row of the table is without a case above.
func TestEveryRowDecides(t *testing.T) {
	t.Parallel()
	hit := map[string]bool{}
	for _, c := range append(transportRows(), replyRows()...) {
		for _, written := range []bool{true, false} {
			c.a.Written = written
			f := newFacts(c.a, c.policy)
			for _, r := range table() {
				if r.holds(f) {
					hit[r.name] = true
					break
				}
			}
		}
	}
	for _, r := range table() {
		if !hit[r.name] {
			t.Errorf("no case for the row %q", r.name)
		}
	}
}

func TestClassifyOwnTokenPattern(t *testing.T) {
	t.Parallel()
	a := Attempt{Written: true, Status: 200, Body: []byte(`{"success":false,"msg":"SESSION GONE"}`)}
	if c := Classify(a, Policy{}).Class; c != Rejected {
		t.Error(c)
	}
	if c := Classify(a, Policy{TokenError: regexp.MustCompile("GONE")}).Class; c != DeadToken {
		t.Error(c)
	}
}

// TestClassifyReadsGB18030: a reason in the charset of the platform's machine can be
// read, and one in UTF-8 with a broken character stays what it is.
func TestClassifyReadsGB18030(t *testing.T) {
	t.Parallel()
	gb := func(s string) []byte {
		out, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct {
		status int
		body   []byte
		class  Class
		msg    string
	}{
		{200, gb(`{"success":false,"msg":"工种不符"}`), Rejected, "工种不符"},
		{200, gb(`{"success":false,"msg":"請乗車輛"}`), Rejected, "請乗車輛"}, // 乗 ends in a backslash
		{200, gb(`{"success":false,"msg":"请重新登录"}`), DeadToken, "请重新登录"},
		{400, gb("<p>参数有误</p>"), Rejected, "参数有误"},
		{400, []byte("参数有误\xff，请核对"), Rejected, "参数有误\uFFFD，请核对"},
		{400, []byte("参数有误"[:10]), Rejected, "参数有\uFFFD"},
	} {
		o := Classify(Attempt{Written: true, Status: c.status, Body: c.body}, Policy{})
		if o.Class != c.class || strings.TrimSpace(o.Msg) != c.msg {
			t.Errorf("%q: %v %q, want %v %q", c.body, o.Class, o.Msg, c.class, c.msg)
		}
	}
}

// TestSettleDoubt: "already there" is believed only where it can speak of nothing
// else, and no other refusal of a doubt is.
func TestSettleDoubt(t *testing.T) {
	t.Parallel()
	re := regexp.MustCompile(DefaultDuplicate)
	const there, other = "该记录已存在", "年龄有误"
	for _, c := range []struct {
		msg  string
		d    Doubt
		want Class
	}{
		{there, Doubt{}, Rejected},
		{there, Doubt{SameContent: true}, Accepted},
		{there, Doubt{SameContent: true, ByPolicy: true}, Accepted},
		{there, Doubt{SameContent: true, OtherAccepted: true}, Unknown},
		{there, Doubt{OtherAccepted: true}, Rejected},
		{there, Doubt{ByPolicy: true}, Unknown},
		{there, Doubt{ByPolicy: true, OtherAccepted: true}, Unknown},
		{other, Doubt{SameContent: true}, Rejected},
		{other, Doubt{SameContent: true, ByPolicy: true}, Unknown},
		{other, Doubt{ByPolicy: true, OtherAccepted: true}, Unknown},
	} {
		got := Outcome{Class: Rejected, Msg: c.msg}.SettleDoubt(c.d, re)
		if got.Class != c.want || got.ByDuplicateReply != (c.want == Accepted) || (got.Reason == "") == (c.want == Unknown) {
			t.Errorf("%s %+v: %+v, want %v", c.msg, c.d, got, c.want)
		}
	}
	if got := (Outcome{Class: Unknown, Msg: there}).SettleDoubt(Doubt{SameContent: true}, re); got.Class != Unknown {
		t.Errorf("no refusal became %+v", got)
	}
}

func TestBlocked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		o    Outcome
		want bool
	}{
		{Outcome{Class: WrongAddress, HTTPStatus: 404}, true}, {Outcome{Class: Unknown, HTTPStatus: 403}, true},
		{Outcome{Class: WrongAddress, HTTPStatus: 405}.AfterSuccess(), true}, {Outcome{Class: DeadToken, HTTPStatus: 403}, false},
		{Outcome{Class: Unknown, HTTPStatus: 504}, false}, {Outcome{Class: Accepted, HTTPStatus: 200}, false},
	} {
		if got := c.o.Blocked(); got != c.want {
			t.Errorf("%+v: %v", c.o, got)
		}
	}
	if o := (Outcome{Class: WrongAddress, HTTPStatus: 405}).AfterSuccess(); o.Class != Unknown {
		t.Errorf("%+v", o)
	}
}

func TestMsgIsBounded(t *testing.T) {
	t.Parallel()
	body := `{"success":false,"msg":"` + strings.Repeat("长", 50_000) + `"}`
	if n := len([]rune(Classify(Attempt{Written: true, Status: 200, Body: []byte(body)}, Policy{}).Msg)); n > MaxMsg+1 {
		t.Errorf("%d characters", n)
	}
}
