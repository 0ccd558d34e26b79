package ledger

import "time"

// row is what the ledger holds of one identity.
type row struct {
	id          int64
	identity    Digest
	base        Digest
	older       bool // written by a version whose identities had no careTypeCode
	apart       bool // not the row itself: what an older row knows of another examination that it held before
	state       State
	prior       State
	name        Digest
	key, file   string
	rowKey      bool
	content     [32]byte // of the state
	accepted    [32]byte
	hasAccepted bool
	doubt       [32]byte
	hasDoubt    bool
	resend      bool
	samePerson  bool
	attempts    int
	attemptID   int64 // the open or last attempt
	updated     time.Time
}

func (r *row) facts() facts {
	return facts{State: r.state, Prior: r.prior, HasAccepted: r.hasAccepted, Resend: r.resend, SamePerson: r.samePerson}
}

// describes reports whether name, key and file are the entry's.
func (r *row) describes(e *Entry) bool {
	return r.name == e.Name && r.key == e.Key && r.rowKey == e.RowKey && r.file == e.File
}

// sentSince reports whether somebody has sent the record since it was planned.
func (r *row) sentSince(e *Entry) bool { return e.Basis > 0 && r.attempts >= e.Basis }

// keyRow is another identity that the platform may hold under the same key.
type keyRow struct {
	id    int64
	key   string
	file  string
	state State
}

// decide is the whole policy: pure, so that Plan and Claim cannot disagree.
// r is nil when the identity is new, other when no other identity has the key.
func decide(e *Entry, r *row, other *keyRow, p Policy) Decision {
	d := Decision{Action: Send}
	if r != nil {
		d.SubmissionID = r.id
		d.PriorState = r.state
		d.Attempts = r.attempts
		d.PriorKey = r.key
		d.PriorFile = r.file
		d.PriorAt = r.updated
		d.WasInDoubt = r.hasDoubt && r.doubt == e.Content
		// Where other content was accepted, a reply "already there" may speak of that.
		d.WasInDoubtSameContent = r.hasDoubt && r.doubt == e.Content && (!r.hasAccepted || r.accepted == e.Content)
	}
	switch {
	case r == nil || !r.facts().mayHold():
		decideFree(e, r, other, p, &d)
	case r.name != e.Name && !r.samePerson:
		d.Action = Collision
		d.Reason = "同一身份（机构、证件、体检日期、初复检、监护种类）在台账中是另一个姓名。"
	case r.state == StateClaimed:
		d.Action = HoldInDoubt
		d.Reason = "该记录正由另一次上传发送，尚无答复。"
	case r.state == StateInDoubt:
		decideDoubt(e, r, p, &d)
	default:
		decideAccepted(e, r, p, &d)
	}
	return d
}

// decideFree decides for an identity of which the platform holds nothing.
func decideFree(e *Entry, r *row, other *keyRow, p Policy, d *Decision) {
	switch {
	case other != nil && p.Resend == ResendNone:
		d.Action = KeyIdentity
		d.PriorKey = other.key
		d.PriorFile = other.file
		d.Reason = "该体检编号以前" + map[bool]string{true: "已被接收", false: "发送过但结果不明"}[other.state == StateAccepted] +
			"，但证件号、体检日期、初复检标识或监护种类不同。"
		return
	case other != nil:
		d.KeyChanged = true
		d.PriorKey = other.key
		d.PriorFile = other.file
		d.Reason = "按要求重新发送；平台上的旧记录需人工删除。"
	}
	if r != nil && r.state == StateRejected && r.content == e.Content && !p.RetryRejected && !e.Again {
		d.Action = HoldRejected
		d.Reason = "内容未变，上次已被平台拒绝。"
	}
}

// decideDoubt holds a record in doubt, unless an operator said that it is not there, or the
// configuration accepts the risk for the very content that is in doubt. What was
// accepted before the doubtful change goes back only by a person's word.
func decideDoubt(e *Entry, r *row, p Policy, d *Decision) {
	same := r.content == e.Content
	switch {
	case r.resend:
		d.Reason = "已由操作员标记为重新发送。"
	case p.InDoubt == ResendDoubts && r.sentSince(e):
		d.Action = HoldInDoubt
		d.Reason = "刚由另一台电脑重新发送，没有得到明确答复。"
	case p.InDoubt == ResendDoubts && (same || p.Resend != ResendNone && !(r.hasAccepted && r.accepted == e.Content)):
		d.Reason = "按配置 upload.in_doubt: resend 重新发送。"
		d.ByPolicy = true
	case same:
		d.Action = HoldInDoubt
		d.Reason = "上次发送没有得到明确答复，平台可能已有该记录。"
	default:
		d.Action = HoldInDoubt
		d.Reason = "上次发送（内容不同）没有得到明确答复，平台可能已有该记录。"
	}
}

// decideAccepted decides for an identity of which the platform holds r.accepted.
func decideAccepted(e *Entry, r *row, p Policy, d *Decision) {
	same := r.hasAccepted && r.accepted == e.Content
	switch {
	case r.name != e.Name && !same: // a name that was claimed and never sent is no correction
		d.Reason = "姓名更正已确认为同一人。"
	case r.resend && !same:
		d.Reason = "已由操作员标记为重新发送。"
	case same && p.Resend != ResendAll:
		d.Action = Skip
		d.Reason = "内容相同，已被平台接收。"
	case same && r.sentSince(e):
		d.Action = Skip
		d.Reason = "刚由另一台电脑重新发送，已被平台接收。"
	case same:
		d.Reason = "按 --resend all 重新发送。"
	case p.Resend == ResendNone:
		d.Action = Changed
		d.Reason = "该记录已被接收，但内容有变化。"
	default:
		d.Reason = "内容有变化，按 --resend 重新发送。"
	}
}
