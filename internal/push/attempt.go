package push

import (
	"context"
	"strings"
	"sync"
	"time"

	"hbupload/internal/crash"
	"hbupload/internal/ledger"
	"hbupload/internal/wire"
)

// result is the end of a claim, or of the attempt that followed it.
type result struct {
	w        waiting
	sent     opened // until it was sent
	claimed  bool   // granted, and not sent yet
	outcome  wire.Outcome
	decision ledger.Decision
	hint     string    // what to try first where it refused
	message  string    // the platform's words redacted, and why this class
	echo     wire.Echo // of an accepted record
	held     bool      // the ledger did not grant the claim
	unsent   bool      // the claim no longer stands, or nobody knows: nothing left
	err      error     // nothing left: spool or ledger failed
	lost     error     // the answer is known, and the ledger did not take it
}

// claim reads the record back and puts the intent on disk: nothing leaves before
// it is there. It runs beside the scheduler and touches none of its state.
func (e *engine) claim(w waiting) (r *result) {
	r = &result{w: w}
	defer func() {
		if p := recover(); p != nil {
			r.claimed = false
			r.held = false
			r.err = crash.Of(p)
		}
	}()
	sent, err := e.batch.open(w.index)
	if err == nil {
		err = e.grant(r, sent.entry)
	}
	if err != nil || r.held {
		r.err = err
		return r
	}
	sent.entry = ledger.Entry{} // the ledger has it
	r.sent = sent
	r.claimed = true
	r.w.attempt++
	return r
}

// grant asks the ledger for the right to send once.
func (e *engine) grant(r *result, entry ledger.Entry) error {
	if r.w.claim.OK() && !r.w.voided {
		again, err := e.Run.Retry(e.claims, r.w.claim)
		if err != nil {
			return err // the claim of the last attempt still says where the record stands
		}
		r.w.claim = again
		return nil
	}
	claim, decision, err := e.Run.ClaimOne(e.claims, entry)
	if err != nil {
		return err
	}
	r.decision = decision
	r.held = !claim.OK()
	if claim.OK() {
		r.w.claim = claim
		r.w.voided = false
	}
	r.w.doubt = doubtOf(decision)
	return nil
}

// send makes the attempt that was claimed and hands the answer to the ledger.
// It runs beside the scheduler and touches none of its state.
func (e *engine) send(r *result) (out *result) {
	defer func() {
		if p := recover(); p != nil { // it is unknown how far it got: in doubt
			out = &result{w: r.w, lost: crash.Of(p)}
		}
	}()
	if err := e.Run.Confirm(e.ctx, r.w.claim); err != nil {
		return &result{w: r.w, unsent: true, err: err, lost: e.Run.Unclaim(context.WithoutCancel(e.ctx), r.w.claim)}
	}
	start := e.Now()
	var gone error
	r.outcome = e.Sender.Send(e.ctx, r.sent.zip, func(ctx context.Context) error {
		gone = e.Run.Confirm(ctx, r.w.claim)
		return gone
	})
	if gone != nil { // the first request met a dead token, and the second was not sent
		return &result{w: r.w, unsent: true, err: gone, lost: e.Run.Unclaim(context.WithoutCancel(e.ctx), r.w.claim)}
	}
	r.w.took = max(0, e.Now().Sub(start)) // a wall clock may have been set back
	e.judge(r)
	r.sent = opened{}
	r.claimed = false
	answer := ledger.Settlement{Class: ledgerClass(r.outcome.Class), HTTPStatus: r.outcome.HTTPStatus,
		Duration: r.w.took.Round(time.Microsecond), Message: r.message, Note: note(r.outcome, r.echo)}
	// The answer is known: it must reach the ledger even if we were told to stop.
	r.lost = e.Run.Settle(context.WithoutCancel(e.ctx), r.w.claim, answer)
	return r
}

// judge settles what the answer means for this record.
func (e *engine) judge(r *result) {
	r.outcome = r.outcome.SettleDoubt(r.w.doubt, e.Duplicate)
	var leaves []wire.Leaf
	if e.asks(&r.outcome) {
		var err error
		if leaves, err = r.sent.values(); err != nil { // then nothing may be shown in which they may stand
			r.outcome.Msg = ""
			r.outcome.Echo = nil
		}
	}
	r.echo = wire.Echo{Verdict: wire.EchoAbsent}
	if r.outcome.Class == wire.Accepted && e.CompareEcho && !r.outcome.ByDuplicateReply {
		r.echo = wire.CompareEcho(leaves, r.outcome.Echo)
	}
	r.outcome.Echo = nil // personal data, and no longer needed
	switch {
	case r.echo.Verdict == wire.EchoForeign:
		r.outcome = r.outcome.Foreign()
		if s, ok := e.Sender.(distruster); ok {
			s.Distrust()
		}
	case r.outcome.Class == wire.Accepted:
		e.proven.Store(true)
	case r.outcome.Class == wire.WrongAddress && e.proven.Load():
		r.outcome = r.outcome.AfterSuccess()
	}
	r.message = e.words(&r.outcome, leaves)
	if r.outcome.Class == wire.Rejected && e.Advice != nil {
		r.hint = e.Advice(leaves)
	}
}

// words are those of the answer that may be shown and kept.
func (e *engine) words(o *wire.Outcome, leaves []wire.Leaf) string {
	if o.Class != wire.Accepted {
		return words(*o, leaves)
	}
	if o.Reason == "" && e.usual.knows(o.Msg) {
		return o.Msg
	}
	shown := words(*o, leaves)
	e.usual.learn(o.Msg, shown)
	return shown
}

// asks reports whether the record's values are needed to judge an answer. Most
// acceptances say what they said of others before, and echo nothing.
func (e *engine) asks(o *wire.Outcome) bool {
	if o.Class != wire.Accepted {
		return o.Msg != "" || o.Class == wire.Rejected && e.Advice != nil
	}
	return e.CompareEcho && !o.ByDuplicateReply && len(o.Echo) > 0 || o.Msg != "" && !e.usual.knows(o.Msg)
}

// phrases are words of acceptance in which a record's values were looked for and
// not found: said of another record, they hold none of its values either.
type phrases struct {
	mu    sync.Mutex
	plain map[string]struct{}
}

// The bounds of what is a phrase, in bytes, and of how many are kept.
const (
	phraseMax   = 120
	phrasesKept = 32
)

func (p *phrases) knows(msg string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, known := p.plain[msg]
	return known
}

// learn remembers words that were shown unchanged.
func (p *phrases) learn(msg, shown string) {
	if msg == "" || msg != shown || len(msg) > phraseMax {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.plain == nil {
		p.plain = map[string]struct{}{}
	}
	if len(p.plain) < phrasesKept {
		p.plain[msg] = struct{}{}
	}
}

// doubtOf is what an attempt inherits.
func doubtOf(d ledger.Decision) wire.Doubt {
	return wire.Doubt{SameContent: d.WasInDoubt, OtherAccepted: d.WasInDoubt && !d.WasInDoubtSameContent, ByPolicy: d.ByPolicy}
}

// words is what may be shown and kept of the platform's answer.
func words(o wire.Outcome, leaves []wire.Leaf) string {
	if o.Msg != "" && o.Reason != "" && o.Class != wire.Rejected {
		// Nobody refused anything: what it means comes before a gateway's English page.
		return o.Reason + "（原话：" + wire.Redact(o.Msg, leaves) + "）"
	}
	parts := make([]string, 0, 2)
	if o.Msg != "" {
		parts = append(parts, wire.Redact(o.Msg, leaves))
	}
	if o.Reason != "" {
		parts = append(parts, o.Reason)
	}
	return strings.Join(parts, "；")
}

// note is how an acceptance came, for history.
func note(o wire.Outcome, echo wire.Echo) string {
	switch {
	case o.ByDuplicateReply:
		return "duplicate-reply"
	case echo.Broken() || echo.Verdict == wire.EchoDiffers || echo.Verdict == wire.EchoForeign:
		return "echo-" + string(echo.Verdict)
	}
	return ""
}

func ledgerClass(c wire.Class) ledger.Class {
	switch c {
	case wire.Accepted:
		return ledger.ClassAccepted
	case wire.Rejected:
		return ledger.ClassRejected
	case wire.DeadToken:
		return ledger.ClassDeadToken
	case wire.WrongAddress:
		return ledger.ClassWrongAddress
	case wire.NotProcessed, wire.Throttled:
		return ledger.ClassNotProcessed
	}
	return ledger.ClassUnknown
}
