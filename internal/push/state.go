package push

import (
	"encoding/hex"

	"hbupload/internal/fault"
	"hbupload/internal/spec"
)

// State of a record at the end of a run (help: 约定 4).
type State string

// The states.
const (
	Accepted    State = "accepted"
	Rejected    State = "rejected"
	Invalid     State = "invalid"
	InDoubt     State = "in_doubt"
	Undelivered State = "undelivered"
	Changed     State = "changed"
	Skipped     State = "skipped"
	Pending     State = "pending"
	Valid       State = "valid"
	Built       State = "built"
)

// States lists all of them in the order of the counts (help: 约定 3.2).
func States() []State {
	return []State{Accepted, Rejected, Invalid, InDoubt, Undelivered, Changed, Skipped, Pending, Valid, Built}
}

// Label is the state's name on the screen.
func (s State) Label() string {
	switch s {
	case Accepted:
		return "已接收"
	case Rejected:
		return "平台拒绝"
	case Invalid:
		return "有错未传"
	case InDoubt:
		return "结果不明"
	case Undelivered:
		return "未送达"
	case Changed:
		return "内容已变"
	case Skipped:
		return "已传跳过"
	case Pending:
		return "未轮到"
	case Valid:
		return "可上传"
	case Built:
		return "已生成"
	}
	return string(s)
}

// Record is what became of one record. The engine keeps one for each person:
// digests and places, no values.
type Record struct {
	Key      string
	Place    spec.Place
	State    State
	Content  [32]byte // SHA-256 of data.json; zero when there is none, because the record has errors
	Message  string   // for the screen and JSON: the platform's words redacted, or the reason
	Reply    *Reply   // what the platform said in this run; nil: nothing
	Attempts int32
	Warnings int32
}

// Reply is what the platform said of records, of thousands often the same.
type Reply struct {
	Verbatim string // its words as they came, for the annotated workbook only
	Hint     string // what to try first where it refused; not a part of Message, so that one reason stays one group
}

// Verbatim are the platform's words as they came.
func (r *Record) Verbatim() string {
	if r.Reply == nil {
		return ""
	}
	return r.Reply.Verbatim
}

// Hint is what to try first.
func (r *Record) Hint() string {
	if r.Reply == nil {
		return ""
	}
	return r.Reply.Hint
}

// SHA256 is Content in lower-case hex, "" when there is none.
func (r *Record) SHA256() string {
	if r.Content == ([32]byte{}) {
		return ""
	}
	return hex.EncodeToString(r.Content[:])
}

// Counts adds up the records by state.
func Counts(records []Record) map[State]int {
	out := map[State]int{}
	for i := range records {
		out[records[i].State]++
	}
	return out
}

// ExitCode is the code of a run that was not interrupted: 4 when something is
// undelivered or in doubt, else 3 when something is invalid, rejected, changed
// or orphaned, else 0.
func ExitCode(records []Record, orphans int, stopped bool) int {
	n := Counts(records)
	switch {
	case stopped, n[Undelivered]+n[InDoubt]+n[Pending] > 0:
		return fault.ExitDelivery
	case n[Invalid]+n[Rejected]+n[Changed]+orphans > 0:
		return fault.ExitFindings
	}
	return fault.ExitOK
}
