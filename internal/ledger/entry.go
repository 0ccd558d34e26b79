package ledger

import "time"

// Entry is one record as the ledger sees it: digests, never values.
type Entry struct {
	Institution string   // ohOrgCode
	Identity    Digest   // Digester.Identity(ohOrgCode, idType, idcard, peDate, peFlag, careTypeCode)
	Base        Digest   // Digester.Identity without careTypeCode; zero where the identity has none, as in older ledgers
	Care        []byte   // careTypeCode, packed by Digester.AppendLeaf under the path of the first hazard's
	Name        Digest   // Digester.Name(patientName)
	Key         string   // 体检编号, or SHEET!ROW
	RowKey      bool     // Key is SHEET!ROW: it says nothing about the person, so key-identity-changed is not asked
	Content     [32]byte // SHA-256 of data.json
	Leaves      []byte   // packed by Digester.AppendLeaf; may be absent in Plan, which then names no changed fields
	File        string   // base name of the input
	Again       bool     // what the ledger keeps as a rejection of this content was none
	Basis       int      // Decision.Basis of the plan; a Claim then sends again by policy only what nobody has sent since (0: whatever is there)
}

// InDoubtPolicy is upload.in_doubt.
type InDoubtPolicy string

// ResendPolicy is --resend.
type ResendPolicy string

// The values of the policies; the zero values are the contract's defaults.
const (
	HoldDoubts    InDoubtPolicy = "hold"
	ResendDoubts  InDoubtPolicy = "resend"
	ResendNone    ResendPolicy  = ""
	ResendChanged ResendPolicy  = "changed"
	ResendAll     ResendPolicy  = "all"
)

// Policy is what the operator asked for.
type Policy struct {
	Resend        ResendPolicy
	InDoubt       InDoubtPolicy // "" is hold
	RetryRejected bool          // false: a rejected record with the same content is held (HoldRejected); push sets it, sync only on demand
}

// Verdict is what Plan proposes for an entry.
type Verdict string

// The verdicts.
const (
	Send         Verdict = "send"
	Skip         Verdict = "skip"          // accepted before, same content
	Changed      Verdict = "changed"       // accepted before with other content; withheld
	HoldInDoubt  Verdict = "hold-in-doubt" // in doubt, or being sent by another run
	HoldRejected Verdict = "hold-rejected" // rejected with this very content, and not to be retried
	Collision    Verdict = "collision"     // identity-collision: the same identity under another name
	KeyIdentity  Verdict = "key-identity"  // key-identity-changed: the key was accepted with another identity
)

// Basis is what a Claim must know of the Plan that it follows: where several
// machines may send again (upload.in_doubt: resend, --resend all), each record is
// sent again by one of them. An attempt under way counts as made since.
func (d *Decision) Basis() int {
	if d.PriorState == StateClaimed {
		return d.Attempts
	}
	return d.Attempts + 1
}

// Decision is the answer for one entry.
type Decision struct {
	Action                Verdict
	Reason                string   // one Chinese sentence, without personal data
	ChangedPaths          []string // for Changed, and for Send over accepted content: which leaves differ
	PriorKey              string   // the key under which the identity (or, for KeyIdentity, the other record) is known
	PriorFile             string
	SubmissionID          int64 // 0 when the identity is new
	PriorState            State
	PriorAt               time.Time // last change of that record
	PriorMessage          string    // the platform's words of the last attempt (HoldRejected, HoldInDoubt)
	Attempts              int       // attempts so far
	WasInDoubtSameContent bool      // a reply "already there" proves that our own earlier attempt arrived
	SameDay               string    // the key of another examination of this person on this day that the platform may hold
	WasInDoubt            bool      // this very content was in doubt, whatever else was accepted
	ByPolicy              bool      // a doubt that is sent again because the configuration says so: nobody has looked
	Blocked               bool      // for Send: its last attempt met a page and no answer about the record
	KeyChanged            bool      // sent although the key bears another identity: the old record must be removed on the platform
}
