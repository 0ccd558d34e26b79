package wire

import (
	"encoding/json"
	"regexp"
	"strconv"
	"time"
)

// Class says what an attempt came to.
type Class uint8

// The classes of the table of help: 网络出错 1.
const (
	Unknown      Class = iota // the whole request was written and no clear reply came: in doubt
	Accepted                  // success:true
	Rejected                  // the platform said no
	NotProcessed              // certainly not processed: may be sent again
	Throttled                 // refused before processing (429, 503): wait, fewer in flight
	DeadToken                 // the token is not valid (any more)
	WrongAddress              // 404, 405: the address or the paths are wrong; stop
)

// String is the class's name in logs and in the ledger.
func (c Class) String() string {
	switch c {
	case Accepted:
		return "accepted"
	case Rejected:
		return "rejected"
	case NotProcessed:
		return "not-processed"
	case Throttled:
		return "throttled"
	case DeadToken:
		return "dead-token"
	case WrongAddress:
		return "wrong-address"
	default:
		return "unknown"
	}
}

// Safe reports whether the platform certainly holds nothing of this attempt, so
// that it may be repeated.
func (c Class) Safe() bool { return c == NotProcessed || c == Throttled || c == DeadToken }

// Outcome is one attempt's end.
type Outcome struct {
	Class      Class
	HTTPStatus int             // 0 when no status line came
	Msg        string          // the platform's words, bounded, without control characters; may hold personal data: Redact before showing
	Reason     string          // why this class, Chinese, without personal data; "" when the platform answered as documented
	RetryAfter time.Duration   // for Throttled: what Retry-After asks, 0 when it says nothing
	Echo       json.RawMessage // data of an accepted reply; personal data, never logged
	Sent       bool            // the last byte of the request was written
	Err        error           // the transport's error; never carries a body or a token

	// ByDuplicateReply marks a record in doubt that was settled because the
	// platform said that it already has it.
	ByDuplicateReply bool
}

// Blocked reports whether an answer is about the record's route and not about the record:
// a page with 404, 405 or 403, as firewalls give them.
func (o Outcome) Blocked() bool {
	return o.Class == WrongAddress || o.Class == Unknown && (o.HTTPStatus == 403 || o.HTTPStatus == 404 || o.HTTPStatus == 405)
}

// AfterSuccess is the outcome where this address has accepted records before: a
// 404 or 405 concerns this record alone then, and says nothing about where it is.
func (o Outcome) AfterSuccess() Outcome {
	if o.Class == WrongAddress {
		o.Class = Unknown
		o.Reason = "平台或中间的防火墙只拦下了这一条（" + strconv.Itoa(o.HTTPStatus) + "），平台可能已收下"
	}
	return o
}

// Doubt is what an attempt inherits from an earlier one that ended in doubt.
type Doubt struct {
	SameContent   bool // this very content was in doubt
	OtherAccepted bool // other content of this identity was accepted before
	ByPolicy      bool // it was in doubt, and no person asked for this attempt
}

// SettleDoubt judges a rejection of a record that was in doubt
// (help: 网络出错 1). "Already there" proves that the doubtful attempt arrived, unless it
// may be about older content; any other refusal of a record that was sent again
// by policy may come because the record is there.
func (o Outcome) SettleDoubt(d Doubt, duplicate *regexp.Regexp) Outcome {
	if o.Class != Rejected {
		return o
	}
	there := d.SameContent && duplicate != nil && duplicate.MatchString(o.Msg)
	switch {
	case there && !d.OtherAccepted:
		o.Class = Accepted
		o.ByDuplicateReply = true
	case there:
		o.Class = Unknown
		o.Reason = "平台说已存在，但说的可能是以前收下的旧内容"
	case d.ByPolicy:
		o.Class = Unknown
		o.Reason = "上次结果不明，这次被拒绝也可能正因为上次已收下"
	}
	return o
}

// Foreign is the outcome of an answer whose echo is another record's.
func (o Outcome) Foreign() Outcome {
	o.Class = Unknown
	o.Reason = "平台回传的是另一个人的数据，这个答复可能不是给这条记录的"
	return o
}
