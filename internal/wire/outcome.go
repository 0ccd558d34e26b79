package wire

import (
	"encoding/json"
	"regexp"
	"time"
)

// Class says what an attempt came to.
type Class uint8

// The classes of ARCHITECTURE's table "Delivery".
const (
	Unknown      Class = iota // the whole request was written and no clear reply came: in doubt
	Accepted                  // success:true
	Rejected                  // the platform said no
	NotProcessed              // certainly not processed: may be sent again
	Throttled                 // refused at the door (429, 503): wait, fewer in flight
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

// Safe tells whether the platform certainly holds nothing of this attempt, so
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

// SettleDuplicate turns a rejection that says "already there" into an
// acceptance marked ByDuplicateReply. Call it only for a record that was in
// doubt with the same content (ARCHITECTURE, Delivery).
func (o Outcome) SettleDuplicate(pattern *regexp.Regexp) Outcome {
	if o.Class != Rejected || pattern == nil || !pattern.MatchString(o.Msg) {
		return o
	}
	o.Class, o.ByDuplicateReply = Accepted, true
	return o
}
