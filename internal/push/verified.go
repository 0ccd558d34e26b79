package push

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/ledger"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
)

// Tick is 已核实 beside one warning of an annotated copy that is an input.
type Tick struct {
	At    spec.Place // of the tick
	Key   string     // of the record, as the copy shows it
	Rule  spec.RuleID
	Path  string // of the finding
	Sheet string // of the finding's cell
	Cell  string
}

// Verified is what people have said of warnings: they are no findings any more.
type Verified struct {
	Ticks    func() []Tick    // of the inputs of this run, as far as they were opened
	Known    *ledger.Verified // of earlier runs; nil: not asked
	Digester *ledger.Digester // nil: nothing is known and nothing will be kept
}

// bound is what binds a verification of a warning that comes when the record is gone.
type bound struct {
	who    ledger.Digest
	sum    [32]byte // of the whole record
	looked []uint64 // of what each rule of comparing looked at
}

// verifier takes verified warnings out of the findings.
type verifier struct {
	of     *Verified
	ticked map[string][]Tick // by key and rule
	seen   int               // ticks that stand there
	kept   map[ledger.Digest]ledger.Verification
	faults map[spec.Place]bool // ticks beside errors
	people map[int]bound       // by ordinal, for warnings that only the whole input can tell
}

func newVerifier(v *Verified) *verifier {
	if v == nil {
		return nil
	}
	return &verifier{of: v, ticked: map[string][]Tick{}, people: map[int]bound{}, kept: map[ledger.Digest]ledger.Verification{}, faults: map[spec.Place]bool{}}
}

// idle reports whether nothing has been verified. An input may bring ticks when
// it is opened.
func (v *verifier) idle() bool {
	if v == nil {
		return true
	}
	all := v.of.Ticks()
	for _, t := range all[v.seen:] {
		v.ticked[t.Key+"\x00"+string(t.Rule)] = append(v.ticked[t.Key+"\x00"+string(t.Rule)], t)
	}
	v.seen = len(all)
	return v.seen == 0 && (v.of.Digester == nil || v.of.Known.Empty())
}

// tick is the one for a finding, nil for none.
func (v *verifier) tick(f *spec.Finding) *Tick {
	all := v.ticked[f.Key+"\x00"+string(f.Rule)]
	for i := range all {
		t := &all[i]
		sheet := ""
		if f.Place.Sheet != nil {
			sheet = f.Place.Sheet.Name
		}
		if t.Path == f.Path || t.Cell == f.Place.Cell() && t.Sheet == sheet {
			return t
		}
	}
	return nil
}

// settled reports whether a finding of a record is verified. values are those that
// the rule looked at.
func (v *verifier) settled(f *spec.Finding, policy *rules.Policy, identity func() ledger.Digest, values func() []string) bool {
	t := v.tick(f)
	if f.Severity != spec.Warning && !policy.Softened(f.Rule, f.Field) {
		if t != nil {
			v.faults[t.At] = true
		}
		return false
	}
	if v.of.Digester == nil {
		return t != nil
	}
	if t == nil && v.of.Known.Empty() {
		return false
	}
	who := identity()
	digest := v.of.Digester.Verification(who, string(f.Rule), values()...)
	if t != nil {
		v.kept[digest] = ledger.Verification{Digest: digest, Identity: who, Key: f.Key, Rule: string(f.Rule)}
		return true
	}
	return v.of.Known.Has(digest)
}

// verify takes the verified ones out of a record's findings, those from before on.
func (f *firstPass) verify(before, ordinal int, rec *spec.Record, sum [32]byte) {
	if f.verified.idle() {
		return
	}
	if f.verified.of.Digester != nil {
		_, who := identities(f.verified.of.Digester, rec)
		f.verified.people[ordinal] = bound{who, sum, lookedByComparing(rec)}
	}
	identity := func() ledger.Digest { return f.verified.people[ordinal].who }
	kept := f.findings[:before]
	for i := before; i < len(f.findings); i++ {
		x := &f.findings[i]
		if !f.verified.settled(x, f.Checker.Policy(), identity, func() []string { return lookedAt(rec, x, sum) }) {
			kept = append(kept, *x)
		}
	}
	f.findings = kept
}

// verifyWhole reports whether a warning that only the whole input can tell is
// verified.
func (f *firstPass) verifyWhole(x *spec.Finding) bool {
	if f.verified.idle() || x.Record < 0 {
		return false
	}
	v := f.verified
	b := v.people[x.Record]
	return v.settled(x, f.Checker.Policy(), func() ledger.Digest { return b.who }, func() []string {
		if i := slices.Index(comparing(), x.Rule); i >= 0 && i < len(b.looked) {
			return []string{strconv.FormatUint(b.looked[i], 16), x.Path, x.Message}
		}
		return wholeRecord(x, b.sum)
	})
}

// misplaced are the ticks beside errors.
func (v *verifier) misplaced() []spec.Finding {
	if v == nil {
		return nil
	}
	var out []spec.Finding
	for place := range v.faults {
		out = append(out, spec.Finding{Record: -1, Place: place, Field: spec.NoField, Rule: spec.AnswerUnclear, Severity: spec.Warning,
			Message: "错误不能“已核实”，请改正这一处", Cause: "错误不能“已核实”，请改正"})
	}
	slices.SortFunc(out, func(a, b spec.Finding) int { return cmp.Compare(a.Place.Row, b.Place.Row) })
	return out
}

// Verifications are what people have ticked in the inputs, for a push to keep.
func (b *Batch) Verifications() []ledger.Verification {
	if b.verified == nil {
		return nil
	}
	var out []ledger.Verification
	for _, v := range b.verified.kept {
		out = append(out, v)
	}
	slices.SortFunc(out, func(x, y ledger.Verification) int { return strings.Compare(x.Key+x.Rule, y.Key+y.Rule) })
	return out
}
