package wire

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hbupload/internal/host"
	"hbupload/internal/pattern"
)

// Attempt is what one exchange left behind: the facts from which Classify
// draws its conclusion.
type Attempt struct {
	Written     bool   // the last byte of the request left (httptrace)
	Early       bool   // an answer came before the request had been read to its end
	SilentClose bool   // a connection that had served before was closed without one byte of reply
	Err         error  // the transport's error, also one while reading the body
	Status      int    // 0: no status line came
	RetryAfter  string // the header, as sent
	Date        string // the header, as sent: Retry-After may be a date
	ContentType string
	Location    string // of a redirect, which is never followed
	Token       string // the reply's header Authorization
	Body        []byte // what was read of the body, decoded
	Coding      string // a Content-Encoding that we do not know
	Cut         bool   // the body was longer than the limit, or ended early
}

// Policy is what the configuration adds to the table.
type Policy struct {
	TokenError  *regexp.Regexp // platform.token_error_pattern; nil: DefaultTokenError
	Busy        *regexp.Regexp // platform.busy_pattern; nil: DefaultBusy
	RetryStatus []int          // upload.retry_status: statuses declared to mean "not processed"
}

// The default patterns of what a platform says; case does not matter. The
// configuration takes them from here.
const (
	// DefaultTokenError are the words of a dead token (T7).
	DefaultTokenError = `token|jwt|令牌|未登[录陆]|重新登[录陆]|认证失败|(登[录陆]|会话|授权).*(过期|失效|超时)|expired`
	// DefaultBusy are the words of a platform in haste.
	DefaultBusy = `请稍[候后]|频繁|不允许重复提交`
	// DefaultDuplicate are the words for a record that is already there.
	DefaultDuplicate = `已存在|已上[报传]|已有.*记录|数据重复|Duplicate entry`
)

var (
	reTokenError = pattern.New(`(?i)` + DefaultTokenError)
	reBusy       = pattern.New(`(?i)` + DefaultBusy)

	// reOtherToken are tokens of a parser, not of a login.
	reOtherToken = pattern.New(`(?i)un(expected|recogni[sz]ed) (end-of-input|token)|tokeniz`)
)

// IsTokenError reports whether msg is about a dead token.
func (p Policy) IsTokenError(msg string) bool {
	if p.TokenError != nil {
		return p.TokenError.MatchString(msg)
	}
	return reTokenError.MatchString(reOtherToken.ReplaceAllString(msg, ""))
}

// IsBusy reports whether msg only asks for patience.
func (p Policy) IsBusy(msg string) bool {
	if p.Busy != nil {
		return p.Busy.MatchString(msg)
	}
	return reBusy.MatchString(msg)
}

// ReasonAfterLogin is the reason of a rejection in words of a dead token right
// after a fresh login (T7). Rejections in such words without it were recorded by
// an older version, and are none.
const ReasonAfterLogin = "刚刚重新登录，平台仍然拒绝"

// Classify finds what an attempt means: the first row of the table that holds.
// It is a pure function of its arguments.
func Classify(a Attempt, p Policy) Outcome {
	o := Outcome{HTTPStatus: a.Status, Sent: a.Written, Err: a.Err}
	f := newFacts(a, p)
	for _, r := range table() {
		if !r.holds(f) {
			continue
		}
		o.Class = r.class
		o.Msg = f.msg()
		if r.reason != "" {
			o.Reason = strings.NewReplacer("%d", strconv.Itoa(a.Status), "%c", a.Coding).Replace(r.reason)
		}
		if r.unsent != asWritten && !a.Written {
			o.Class = r.unsent
			o.Reason = strings.ReplaceAll(o.Reason, "平台可能已收下", "请求没有完整发出")
		}
		break
	}
	switch o.Class {
	case Accepted:
		o.Echo = f.reply.Data
	case Throttled:
		o.RetryAfter = retryAfter(a)
	}
	return o
}

var reTag = pattern.New(`(?s)<(style|script)\b.*?</(style|script)>|<[^>]*>`)

// IsPage reports whether the answer is a page for people: a gateway's, a proxy's or
// a login form.
func IsPage(a Attempt) bool {
	return firstByte(trimBOM(a.Body)) == '<' || strings.Contains(strings.ToLower(a.ContentType), "html") && firstByte(a.Body) != '{'
}

var reTitle = pattern.New(`(?is)<title[^>]*>(.*?)</title>`)

// titleLength is how much of a page is quoted that has no title.
const titleLength = 80

// title is a page's title, or the beginning of its words.
func title(page []byte) string {
	page = asUTF8(page)
	if m := reTitle.FindSubmatch(page); m != nil && len(bytes.TrimSpace(m[1])) > 0 {
		return host.SafeText(string(m[1]), titleLength)
	}
	return host.SafeText(reTag.ReplaceAllString(string(page[:min(len(page), 1<<16)]), " "), titleLength)
}

// Title is title for an attempt.
func Title(a Attempt) string { return title(a.Body) }

// text is what a refusing status says for itself: its words when the body is an
// envelope, else the body's own without mark-up.
func text(a Attempt) string {
	if a.Coding != "" {
		return ""
	}
	if r, err := ParseReply(a.Body); err == nil {
		if r.Msg == "" {
			r.Msg = host.SafeText(strings.Join(reasons(trimBOM(asUTF8(a.Body))), "；"), MaxMsg)
		}
		return r.Msg
	}
	body := asUTF8(a.Body)
	if len(body) > 1<<16 {
		body = body[:1<<16]
	}
	return host.SafeText(reTag.ReplaceAllString(string(body), " "), MaxMsg)
}

// asUTF8 decodes a body that is no UTF-8 but is GB18030: servers that name no
// charset answer in that of their machine, and a reason that nobody can read, or a
// JSON that a trailing byte breaks, is no reason.
func asUTF8(body []byte) []byte {
	var good, bad int
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
