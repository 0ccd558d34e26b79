package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Attempt is what one exchange left behind: the facts from which Classify
// draws its conclusion.
type Attempt struct {
	Written     bool   // the last byte of the request left (httptrace)
	Err         error  // the transport's error, also one while reading the body
	Status      int    // 0: no status line came
	RetryAfter  string // the header, as sent
	Date        string // the header, as sent: Retry-After may be a date
	ContentType string
	Body        []byte // what was read of the body
	Cut         bool   // the body was longer than the limit, or ended early
}

// Policy is what the configuration adds to the table.
type Policy struct {
	TokenError  *regexp.Regexp // platform.token_error_pattern; nil: DefaultTokenError
	RetryStatus []int          // upload.retry_status: statuses declared to mean "not processed"
}

var reTokenError = regexp.MustCompile(DefaultTokenError)

// DefaultTokenError are the words of a dead token (T7).
const DefaultTokenError = `token|令牌|未登录|重新登录|认证失败|登录.*(过期|失效|超时)`

// IsTokenError tells whether msg speaks of a dead token.
func (p Policy) IsTokenError(msg string) bool {
	if p.TokenError != nil {
		return p.TokenError.MatchString(msg)
	}
	return reTokenError.MatchString(msg)
}

// Classify is ARCHITECTURE's table "Delivery": what an attempt means. It is a
// pure function of its arguments.
func Classify(a Attempt, p Policy) Outcome {
	o := Outcome{HTTPStatus: a.Status, Sent: a.Written, Err: a.Err}
	if a.Status == 0 {
		return o.unanswered(a)
	}
	switch s := a.Status; {
	case slices.Contains(p.RetryStatus, s):
		return o.with(NotProcessed, "平台应答 "+strconv.Itoa(s)+"（已配置为可重试）", text(a))
	case s == 401 || s == 403:
		return o.with(DeadToken, "平台应答 "+strconv.Itoa(s)+"，登录已失效", text(a))
	case s == 404 || s == 405:
		return o.with(WrongAddress, "平台应答 "+strconv.Itoa(s)+"，地址或路径不对", text(a))
	case s == 407:
		return o.with(NotProcessed, "代理服务器要求认证（407）", "")
	case s == 429 || s == 503:
		o.RetryAfter = retryAfter(a)
		return o.with(Throttled, "平台应答 "+strconv.Itoa(s)+"，暂不受理", text(a))
	case s == 400 || s == 413 || s == 415 || s == 422:
		return o.with(Rejected, "平台应答 "+strconv.Itoa(s), text(a))
	case s >= 200 && s < 300:
		return o.success(a, p)
	default:
		return o.unclear(a, "平台应答 "+strconv.Itoa(s), text(a))
	}
}

func (o Outcome) with(c Class, reason, msg string) Outcome {
	o.Class, o.Reason, o.Msg = c, reason, msg
	return o
}

// unanswered: no status line. Only the last byte decides.
func (o Outcome) unanswered(a Attempt) Outcome {
	if !a.Written {
		return o.with(NotProcessed, "请求没有完整发出", "")
	}
	return o.with(Unknown, "请求已完整发出，但没有收到应答", "")
}

// unclear: an answer that says nothing about the record.
func (o Outcome) unclear(a Attempt, what, msg string) Outcome {
	if !a.Written {
		return o.with(NotProcessed, what+"，请求没有完整发出", msg)
	}
	return o.with(Unknown, what+"，平台可能已收下", msg)
}

// success: a 2xx must say success itself; the status alone says nothing.
func (o Outcome) success(a Attempt, p Policy) Outcome {
	if a.Cut || (a.Err != nil && !json.Valid(a.Body)) {
		return o.unclear(a, "平台的应答不完整", "")
	}
	r, err := ParseReply(a.Body)
	if err != nil {
		return o.unclear(a, "平台的应答不是 JSON", "")
	}
	switch {
	case !r.HasSuccess:
		return o.unclear(a, "平台的应答没有 success", r.Msg)
	case r.Success:
		o.Echo = r.Data
		return o.with(Accepted, "", r.Msg)
	case p.IsTokenError(r.Msg):
		return o.with(DeadToken, "平台说登录已失效", r.Msg)
	case r.Msg == "":
		return o.with(Rejected, "平台没有说明原因", "")
	default:
		return o.with(Rejected, "", r.Msg)
	}
}

// Reply is the platform's envelope: success, msg, and data or rows.
type Reply struct {
	HasSuccess bool // success was there and is a truth value, also as text or 1/0
	Success    bool
	Msg        string // bounded and safe
	Data       json.RawMessage
	Rows       json.RawMessage
}

var (
	errNotObject = errors.New("not a JSON object")
	errTooDeep   = errors.New("JSON nested too deeply")
)

// MaxDepth bounds the nesting of JSON that we read.
const MaxDepth = 32

// ParseReply reads an envelope. Anything but one whole JSON object is an error.
func ParseReply(body []byte) (Reply, error) {
	var r Reply
	body = asUTF8(body)
	if !DepthWithin(body, MaxDepth) {
		return r, errTooDeep
	}
	var env struct {
		Success verdict         `json:"success"`
		Msg     json.RawMessage `json:"msg"`
		Data    json.RawMessage `json:"data"`
		Rows    json.RawMessage `json:"rows"`
	}
	body = trimBOM(body)
	if first := firstByte(body); first != '{' {
		return r, errNotObject
	}
	if err := json.Unmarshal(body, &env); err != nil {
		return r, errNotObject
	}
	r.Success, r.HasSuccess = truth(env.Success.raw)
	r.HasSuccess = r.HasSuccess && !env.Success.clash
	r.Msg = SafeText(plain(env.Msg), MaxMsg)
	r.Data, r.Rows = notNull(env.Data), notNull(env.Rows)
	return r, nil
}

// verdict is the value of success. A reply that says both yes and no has said
// nothing: a decoder alone would believe the last.
type verdict struct {
	raw   json.RawMessage
	clash bool
}

// UnmarshalJSON is called once for each success of the reply.
func (v *verdict) UnmarshalJSON(b []byte) error {
	yes, ok := truth(b)
	if v.raw != nil {
		was, had := truth(v.raw)
		v.clash = v.clash || yes != was || ok != had
	}
	v.raw = bytes.Clone(b)
	return nil
}

// truth reads true, "true", 1, "1" and their opposites.
func truth(raw json.RawMessage) (value, ok bool) {
	switch strings.ToLower(strings.TrimSpace(plain(raw))) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}

// plain is a JSON string's text, or any other value as it stands; null is "".
func plain(raw json.RawMessage) string {
	var s string
	if len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(notNull(raw))
}

func notNull(raw json.RawMessage) json.RawMessage {
	if string(raw) == "null" {
		return nil
	}
	return raw
}

var reTag = regexp.MustCompile(`(?s)<(style|script)\b.*?</(style|script)>|<[^>]*>`)

// text is what a refusing status says for itself: msg when the body is an
// envelope, else the body's own words without mark-up.
func text(a Attempt) string {
	if r, err := ParseReply(a.Body); err == nil {
		return r.Msg
	}
	body := asUTF8(a.Body)
	if len(body) > 1<<16 {
		body = body[:1<<16]
	}
	return SafeText(reTag.ReplaceAllString(string(body), " "), MaxMsg)
}

// asUTF8 decodes a body that is no UTF-8 but is GB18030: servers that name no
// charset answer in that of their machine, and a reason that nobody can read, or a
// JSON that a trailing byte breaks, is no reason.
func asUTF8(body []byte) []byte {
	good, bad := 0, 0
	for rest := body; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		rest = rest[n:]
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 2: // a Han character; two bytes may as well be GB18030's
			good++
		}
	}
	if bad <= good { // UTF-8 with a character broken, or cut off at the limit
		return body
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(body)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return body
	}
	return out
}

// maxRetryAfter keeps an absurd header from stopping a run for a day.
const maxRetryAfter = 10 * time.Minute

func retryAfter(a Attempt) time.Duration {
	h := strings.TrimSpace(a.RetryAfter)
	if h == "" {
		return 0
	}
	d := time.Duration(0)
	if n, err := strconv.ParseUint(h, 10, 31); err == nil {
		d = time.Duration(n) * time.Second
	} else if when, err := time.Parse(time.RFC1123, h); err == nil {
		if now, err := time.Parse(time.RFC1123, strings.TrimSpace(a.Date)); err == nil {
			d = when.Sub(now)
		}
	}
	return min(max(d, 0), maxRetryAfter)
}
