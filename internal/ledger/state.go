package ledger

import (
	"fmt"

	"hbupload/internal/fault"
)

// State is where a record stands. The stored ones are listed first; the derived
// ones (changed, skipped, pending …) belong to the run that reports them.
type State string

// The stored states. StateNone means that the ledger has never seen the identity.
const (
	StateNone        State = ""
	StateUndelivered State = "undelivered" // certainly not processed
	StateRejected    State = "rejected"    // the platform said no
	StateInDoubt     State = "in_doubt"    // it may or may not be there
	StateAccepted    State = "accepted"    // the platform holds it
	StateClaimed     State = "claimed"     // being sent by a run right now
)

// Label is the Chinese word for a state, as sentences use it.
func (s State) Label() string {
	switch s {
	case StateNone:
		return "无记录"
	case StateUndelivered:
		return "未送达"
	case StateRejected:
		return "被平台拒绝"
	case StateInDoubt:
		return "结果不明"
	case StateAccepted:
		return "已接收"
	case StateClaimed:
		return "正在上传"
	}
	return string(s)
}

// Action is something that may happen to a record.
type Action string

// The actions of the state machine; doc.go holds the truth table.
const (
	ActClaim              Action = "claim"
	ActSettleAccepted     Action = "settle-accepted"
	ActSettleRejected     Action = "settle-rejected"
	ActSettleNotProcessed Action = "settle-not-processed"
	ActSettleUnknown      Action = "settle-unknown"
	ActAdopt              Action = "adopt"
	ActMarkSent           Action = "mark-sent"
	ActMarkResend         Action = "mark-resend"
	ActMarkSamePerson     Action = "mark-same-person"
	ActRecover            Action = "recover"

	// ActLateAnswer is no step: it marks a record whose answer was written again
	// into a database that had fallen back behind its claim.
	ActLateAnswer Action = "late-answer"
)

// facts is what the state machine looks at: nothing else decides a step.
type facts struct {
	State       State
	Prior       State // where a claim came from; only while claimed
	HasAccepted bool  // some content of this identity was accepted
	Resend      bool  // an operator marked it --resend
	SamePerson  bool  // an operator marked it --same-person
}

// Refusal is the reason why a step is not legal.
type Refusal struct {
	From   State
	Action Action
	Reason string // one Chinese sentence
}

// Error returns the sentence.
func (r *Refusal) Error() string { return r.Reason }

// Kind makes a refusal that reaches the operator a usage error (exit 2).
func (r *Refusal) Kind() fault.Kind { return fault.Usage }

// Hint says what to do instead.
func (r *Refusal) Hint() string {
	switch {
	case r.From == StateClaimed:
		return "等正在进行的上传结束后再试。"
	case r.From == StateNone:
		return "核对体检编号；用 hbupload history 查看台账里有哪些记录。"
	case r.From == StateAccepted && r.Action == ActMarkResend:
		return "如确需重新上传已接收的记录，请用 hbupload push --resend all --only 体检编号。"
	}
	return ""
}

// step takes one action: the facts afterwards, or a *Refusal that says why not.
// Whether a claim is wanted is Plan's business; Step knows what is possible.
func step(f facts, a Action) (facts, error) {
	if err := legal(f, a); err != nil {
		return f, err
	}
	switch a {
	case ActClaim:
		f.Prior = f.State
		f.State = StateClaimed
	case ActSettleAccepted, ActAdopt, ActMarkSent:
		return facts{State: StateAccepted, HasAccepted: true}, nil
	case ActSettleRejected:
		return facts{State: afterRejection(f), HasAccepted: f.HasAccepted, SamePerson: f.SamePerson}, nil
	case ActSettleNotProcessed:
		f.State = afterNothing(f.Prior)
		f.Prior = StateNone
	case ActSettleUnknown, ActRecover:
		return facts{State: StateInDoubt, HasAccepted: f.HasAccepted, SamePerson: f.SamePerson}, nil
	case ActMarkResend:
		f.Resend = true
		if f.HasAccepted { // the doubtful change is not there, so what was accepted is in force
			f.State = StateAccepted
		}
	case ActMarkSamePerson:
		f.SamePerson = true
	}
	return f, nil
}

// afterRejection is the state after a refusal: a refused change leaves what was
// accepted before in force.
func afterRejection(f facts) State {
	if f.HasAccepted {
		return StateAccepted
	}
	return StateRejected
}

// afterNothing is the state after an attempt that was not processed: it changes
// nothing about what the platform may hold, so doubt and acceptance survive it.
func afterNothing(prior State) State {
	if prior == StateInDoubt || prior == StateAccepted {
		return prior
	}
	return StateUndelivered
}

// legal returns nil or the *Refusal for an action in a state.
func legal(f facts, a Action) error {
	switch a {
	case ActClaim:
		return claimable(f)
	case ActSettleAccepted, ActSettleRejected, ActSettleNotProcessed, ActSettleUnknown, ActRecover:
		return answerable(f, a)
	case ActAdopt:
		return adoptable(f)
	case ActMarkSent, ActMarkResend:
		return doubtful(f, a)
	case ActMarkSamePerson:
		return nameable(f)
	}
	return refuse(f, a, fmt.Sprintf("台账不认识操作 %q。", a))
}

func refuse(f facts, a Action, reason string) error {
	return &Refusal{From: f.State, Action: a, Reason: reason}
}

// claimable returns why a record may not be claimed: some run is sending it already.
func claimable(f facts) error {
	if f.State == StateClaimed {
		return refuse(f, ActClaim, "该记录正由另一次上传发送。")
	}
	return nil
}

// answerable returns why a record cannot be answered: only a claim can.
func answerable(f facts, a Action) error {
	if f.State != StateClaimed {
		return refuse(f, a, "该记录没有等待答复的发送（现为"+f.State.Label()+"）。")
	}
	return nil
}

// adoptable returns why a record may not be adopted: a run is sending it. What is
// accepted stays accepted.
func adoptable(f facts) error {
	if f.State == StateClaimed {
		return refuse(f, ActAdopt, "该记录正在上传，不能登记为已在别处上报。")
	}
	return nil
}

// doubtful: --sent and --resend settle doubts and nothing else.
func doubtful(f facts, a Action) error {
	switch f.State {
	case StateInDoubt:
		return nil
	case StateNone:
		return refuse(f, a, "台账里没有这条记录。")
	case StateAccepted:
		return refuse(f, a, "该记录已被平台接收，不是结果不明。")
	case StateClaimed:
		return refuse(f, a, "该记录正在上传，尚无结果。")
	}
	return refuse(f, a, "该记录"+f.State.Label()+"，不是结果不明；下次上传会自动再发。")
}

// nameable returns why a corrected name may not be set: it matters only for what
// the platform may hold.
func nameable(f facts) error {
	switch f.State {
	case StateInDoubt, StateAccepted:
		return nil
	case StateNone:
		return refuse(f, ActMarkSamePerson, "台账里没有这条记录。")
	case StateClaimed:
		return refuse(f, ActMarkSamePerson, "该记录正在上传，尚无结果。")
	}
	return refuse(f, ActMarkSamePerson, "该记录"+f.State.Label()+"，平台上没有旧姓名，改名后可直接上传。")
}

// mayHold reports whether the platform may hold something of this identity.
func (f facts) mayHold() bool {
	return f.HasAccepted || f.State == StateAccepted || f.State == StateInDoubt || f.State == StateClaimed
}
