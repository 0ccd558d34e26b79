package wire

// Verdict is what the echo says of the way our bytes were read.
type Verdict string

// The verdicts. The last three stop a run at its canary (T12).
const (
	EchoAbsent        Verdict = "absent"         // the reply carries nothing that can be compared
	EchoEqual         Verdict = "equal"          // plain or still in Base64
	EchoDiffers       Verdict = "differs"        // a warning on the record
	EchoMojibake      Verdict = "mojibake"       // read in a wrong charset
	EchoUndecoded     Verdict = "undecoded"      // values kept as Base64
	EchoDoubleDecoded Verdict = "double-decoded" // values decoded once too often
)

// Echo is the comparison of what was sent with what came back.
type Echo struct {
	Verdict  Verdict
	Compared int      // leaves on both sides
	Paths    []string // leaves that differ, in the order sent, at most maxEchoPaths; never values
}

// Broken tells whether the run must stop at its canary.
func (e Echo) Broken() bool {
	return e.Verdict == EchoMojibake || e.Verdict == EchoUndecoded || e.Verdict == EchoDoubleDecoded
}

const maxEchoPaths = 20
