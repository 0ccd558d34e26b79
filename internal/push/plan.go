package push

import (
	"context"
	"slices"
	"strings"

	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

// Planner answers what is known of records from earlier runs.
type Planner interface {
	Plan(ctx context.Context, entries []ledger.Entry, p ledger.Policy) ([]ledger.Decision, error)
}

// planChunk is how many records the ledger is asked about at once.
const planChunk = 500

// Plan asks the ledger about every sendable record: what was accepted before is
// skipped or changed, what is in doubt is held, and what would mix up two
// people is withheld with a finding.
func (b *Batch) Plan(ctx context.Context, known Planner, policy ledger.Policy, severities *rules.Policy) error {
	var at []int
	for i := range b.Records {
		switch r := &b.Records[i]; {
		case r.State != Valid:
		case b.jobs[i].known != 0:
			r.State = Skipped
			r.Message = b.words.of(b.jobs[i].known)
			r.Attempts = b.jobs[i].attempts
		default:
			at = append(at, i)
		}
	}
	for len(at) > 0 {
		n := min(planChunk, len(at))
		if err := b.planSome(ctx, at[:n], known, policy, severities); err != nil {
			return err
		}
		at = at[n:]
	}
	return nil
}

func (b *Batch) planSome(ctx context.Context, at []int, known Planner, policy ledger.Policy, severities *rules.Policy) error {
	entries := make([]ledger.Entry, len(at))
	for k, i := range at {
		sent, err := b.open(i)
		if err != nil {
			return err
		}
		entries[k] = sent.entry
		entries[k].Leaves = nil // only what has changed is asked again with them
	}
	decisions, err := known.Plan(ctx, entries, policy)
	if err != nil {
		return err
	}
	if err := b.differences(ctx, at, decisions, known, policy); err != nil {
		return err
	}
	for k, i := range at {
		b.jobs[i].basis = int32(decisions[k].Basis())
		b.decide(i, decisions[k], severities)
		if d := &decisions[k]; d.SameDay != "" && d.Action != ledger.Skip {
			b.sameDay(i, d.SameDay, severities)
		}
	}
	return nil
}

// sameDay warns of another examination of this person on this day that the
// ledger knows, unless the input has said so.
func (b *Batch) sameDay(i int, other string, severities *rules.Policy) {
	r := &b.Records[i]
	said := slices.ContainsFunc(b.Findings, func(x spec.Finding) bool { return x.Record == i && x.Rule == spec.IdentitySameDay })
	severity := severities.Severity(spec.IdentitySameDay, spec.IDCard)
	if said || severity == spec.Off {
		return
	}
	const cause = "同一人同一天有两次监护种类不同的体检"
	b.Findings = append(b.Findings, spec.Finding{Key: r.Key, Record: i, Place: b.place(i, spec.IDCard), Field: spec.IDCard, Path: spec.IDCard.Path(0, 0), Rule: spec.IdentitySameDay,
		Severity: severity, Cause: cause, Message: "与台账里的“" + other + "”是同一人同一天的两次体检，监护种类不同；确是两次体检时两条都会上传，否则请改正监护种类"})
	if severity == spec.Error {
		if r.State == Valid {
			r.State = Invalid
			r.Message = cause
		}
		return
	}
	r.Warnings++
}

// differences asks again for the changed ones, with their leaves, so that the
// ledger can name the fields that differ: they are read back from the spool, and
// most records are skipped or new.
func (b *Batch) differences(ctx context.Context, at []int, decisions []ledger.Decision, known Planner, policy ledger.Policy) error {
	var changed []int
	var entries []ledger.Entry
	for k, i := range at {
		if decisions[k].Action != ledger.Changed {
			continue
		}
		sent, err := b.open(i)
		if err != nil {
			return err
		}
		changed = append(changed, k)
		entries = append(entries, sent.entry)
	}
	if len(changed) == 0 {
		return nil
	}
	again, err := known.Plan(ctx, entries, policy)
	if err != nil {
		return err
	}
	for n, k := range changed {
		decisions[k] = again[n]
	}
	return nil
}

// decide turns the ledger's answer into the record's state.
func (b *Batch) decide(i int, d ledger.Decision, severities *rules.Policy) {
	r := &b.Records[i]
	r.Attempts = int32(d.Attempts)
	switch d.Action {
	case ledger.Send:
		b.jobs[i].blocked = d.Blocked
		if d.KeyChanged {
			r.Message = d.Reason
		}
	case ledger.Skip:
		r.State = Skipped
		r.Message = d.Reason
	case ledger.Changed:
		r.State = Changed
		r.Message = strings.TrimRight(d.Reason, "。")
		if len(d.ChangedPaths) > 0 {
			r.Message += "；有变化的字段：" + strings.Join(columnLabels(d.ChangedPaths), "、")
		}
		r.Message += HowToResend
	case ledger.HoldInDoubt:
		r.State = InDoubt
		r.Message = withWords(d)
		b.jobs[i].busy = d.PriorState == ledger.StateClaimed
	case ledger.HoldRejected:
		if b.noRefusal(d.PriorMessage) {
			b.jobs[i].again = true
			return
		}
		r.State = Rejected
		r.Message = withWords(d)
	case ledger.Collision:
		b.refuse(i, spec.IdentityCollision, spec.PatientName, d.Reason, severities)
	case ledger.KeyIdentity:
		b.refuse(i, spec.KeyIdentity, spec.ExamKey, d.Reason, severities)
	}
}

// noRefusal reports whether a rejection is one that an older version recorded of a dead token's
// words: it says nothing about the record, which is sent again.
func (b *Batch) noRefusal(message string) bool {
	return b.tokenWords != nil && !strings.Contains(message, wire.ReasonAfterLogin) && b.tokenWords(message)
}

// HowToResend ends the message of every changed record.
const HowToResend = "；确认要按新内容重传请加 --resend changed"

// withWords adds what the platform said the last time, redacted as the ledger
// keeps it.
func withWords(d ledger.Decision) string {
	if d.PriorMessage == "" {
		return d.Reason
	}
	return d.Reason + "上次的答复：" + d.PriorMessage
}

// pathsShown bounds how many columns a message names.
const pathsShown = 8

// columnLabels are the columns behind paths of data.json, each once, in the
// operator's words.
func columnLabels(paths []string) []string {
	labels := map[string]string{}
	for _, f := range spec.Fields() {
		labels[f.Key] = f.Label
	}
	var out []string
	for _, path := range paths {
		label := path[strings.LastIndexByte(path, '.')+1:]
		if known := labels[label]; known != "" {
			label = known
		}
		if slices.Contains(out, label) {
			continue
		}
		if len(out) == pathsShown {
			return append(out, "…")
		}
		out = append(out, label)
	}
	return out
}

// refuse withholds a record for what the ledger knows of its person.
func (b *Batch) refuse(i int, rule spec.RuleID, field spec.FieldID, reason string, severities *rules.Policy) {
	r := &b.Records[i]
	r.State = Invalid
	r.Message = reason
	x := spec.Finding{Key: r.Key, Record: i, Place: b.place(i, field), Field: field, Rule: rule,
		Severity: severities.Severity(rule, field), Message: reason, Cause: string(rule)}
	if field.Field().Sent() {
		x.Path = field.Path(0, 0)
	}
	if known, ok := rules.Find(rule); ok {
		x.Cause = known.Summary
		x.Message = strings.TrimRight(reason, "。") + "；请" + known.Fix
	}
	b.Findings = append(b.Findings, x)
}

// opened is a record on its way out: its zip and what the ledger keeps of it.
type opened struct {
	zip   []byte
	entry ledger.Entry
}

// open reads a record back from the spool.
func (b *Batch) open(i int) (opened, error) {
	data, err := b.spool.Get(b.jobs[i].slot)
	if err != nil {
		return opened{}, err
	}
	var a about
	leaves, zip := a.unpack(data)
	out := opened{zip: zip, entry: b.entry(i, &a)}
	out.entry.Leaves = leaves
	return out, nil
}

// values reads the leaves of data.json out of the zip again. Few answers need
// them: an echo, and words in which values may stand.
func (o *opened) values() ([]wire.Leaf, error) {
	leaves, err := wire.OpenLeaves(o.zip)
	if err != nil {
		return nil, unreadable(err)
	}
	return leaves, nil
}

func unreadable(err error) error {
	return fault.New(fault.Internal, "临时文件里的记录无法读回").By(err)
}

// Adopter takes records as sent elsewhere.
type Adopter interface {
	Adopt(ctx context.Context, entries []ledger.Entry) ([]ledger.Adoption, error)
}

// adoptChunk is how many records are adopted at once.
const adoptChunk = 200

// Adopt records every sendable record as sent by other means. After an error
// those that were not reached are Pending.
func (b *Batch) Adopt(ctx context.Context, to Adopter) error {
	defer b.Abandon()
	var at []int
	for i := range b.Records {
		if b.Records[i].State == Valid {
			at = append(at, i)
		}
	}
	for len(at) > 0 {
		n := min(adoptChunk, len(at))
		if err := b.adoptSome(ctx, at[:n], to); err != nil {
			return err
		}
		at = at[n:]
	}
	return nil
}

func (b *Batch) adoptSome(ctx context.Context, at []int, to Adopter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries := make([]ledger.Entry, len(at))
	for k, i := range at {
		sent, err := b.open(i)
		if err != nil {
			return err
		}
		entries[k] = sent.entry
	}
	got, err := to.Adopt(ctx, entries)
	for k := range got {
		r := &b.Records[at[k]]
		switch {
		case got[k].Adopted:
			r.State = Accepted
			r.Message = "登记为已上传"
		case got[k].Already:
			r.State = Skipped
			r.Message = "以前已登记或上传"
		default:
			r.State = Changed
			r.Message = got[k].Reason
		}
	}
	return err
}
