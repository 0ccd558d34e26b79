package push

import (
	"context"
	"strings"
	"time"

	"hbupload/internal/ledger"
	"hbupload/internal/wire"
)

// settle takes the end of an attempt: into the ledger, into the record's state,
// and into what the run does next.
func (e *engine) settle(r result) {
	switch {
	case r.err != nil:
		e.broken(r)
	case r.held:
		e.held(r)
	default:
		e.answered(r)
	}
}

// broken is an attempt that never left: the spool or the ledger failed.
func (e *engine) broken(r result) {
	state := Pending
	if r.w.attempt > 1 {
		state = Undelivered
	}
	e.finish(r.w, state, "没有发出")
	if e.stop == nil && !isCancel(r.err) {
		e.stop = r.err
	}
}

// held is a claim that another run was granted first.
func (e *engine) held(r result) {
	b := e.batch
	b.decide(r.w.index, r.decision, e.Severities)
	if b.Records[r.w.index].State == Valid {
		b.Records[r.w.index].State = InDoubt
	}
	e.finish(r.w, b.Records[r.w.index].State, b.Records[r.w.index].Message)
}

// answered is an attempt that was made.
func (e *engine) answered(r result) {
	job := &e.batch.jobs[r.w.index]
	o := r.outcome
	if job.doubted || r.decision.WasInDoubtSameContent {
		o = o.SettleDuplicate(e.Duplicate)
	}
	answer := ledger.Settlement{Class: ledgerClass(o.Class), HTTPStatus: o.HTTPStatus, Duration: r.took, Message: e.words(o, r.leaves)}
	echo := wire.Echo{Verdict: wire.EchoAbsent}
	if o.Class == wire.Accepted && e.CompareEcho && !o.ByDuplicateReply {
		echo = wire.CompareEcho(r.leaves, o.Echo)
	}
	answer.Note = note(o, echo)
	// The answer is known: it must reach the ledger even if we were told to stop.
	if err := e.Run.Settle(context.WithoutCancel(e.ctx), r.w.claim, answer); err != nil && e.stop == nil {
		e.stop = err
	}
	e.batch.Records[r.w.index].Attempts = r.w.claim.Attempt
	switch o.Class {
	case wire.Accepted:
		e.accepted(r, o, echo)
	case wire.Rejected:
		e.refused(r, o, answer.Message)
	case wire.Unknown:
		e.unknown(r, o, answer.Message)
	default:
		e.notProcessed(r, o, answer.Message)
	}
}

// words is what may be shown and kept of the platform's answer.
func (e *engine) words(o wire.Outcome, leaves []wire.Leaf) string {
	parts := make([]string, 0, 2)
	if o.Msg != "" {
		parts = append(parts, wire.Redact(o.Msg, leaves))
	}
	if o.Reason != "" {
		parts = append(parts, o.Reason)
	}
	return strings.Join(parts, "；")
}

func note(o wire.Outcome, echo wire.Echo) string {
	switch {
	case o.ByDuplicateReply:
		return "duplicate-reply"
	case echo.Broken() || echo.Verdict == wire.EchoDiffers:
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

func (e *engine) accepted(r result, o wire.Outcome, echo wire.Echo) {
	message := ""
	rec := &e.batch.Records[r.w.index]
	switch {
	case o.ByDuplicateReply:
		message = "平台答复已存在：上次结果不明的上传其实已经成功"
	case echo.Broken():
		rec.Warnings++
		message = "平台回传的数据与上传的不一致：" + brokenEcho(echo.Verdict)
	case echo.Verdict == wire.EchoDiffers:
		rec.Warnings++
		message = "平台回传的数据与上传的不一致，请核对字段：" + strings.Join(shortPaths(echo.Paths), "、")
	case rec.Message != "":
		message = rec.Message
	}
	e.finish(r.w, Accepted, message)
	if e.canary && echo.Broken() {
		e.stop = stopped("第一条记录被接收，但平台回传的数据%s；已停止，以免整批出错。请检查 wire.base64 与平台的要求", brokenEcho(echo.Verdict))
		return
	}
	e.canary, e.rejected, e.failed = false, 0, 0
	e.recover()
}

func brokenEcho(v wire.Verdict) string {
	switch v {
	case wire.EchoMojibake:
		return "是乱码"
	case wire.EchoUndecoded:
		return "没有经过 Base64 解码"
	}
	return "被多解码了一次"
}

func (e *engine) refused(r result, o wire.Outcome, message string) {
	e.batch.Records[r.w.index].Verbatim = o.Msg
	e.finish(r.w, Rejected, message)
	e.canary, e.failed = false, 0
	if e.rejected++; e.MaxRejections > 0 && e.rejected >= e.MaxRejections {
		e.halt(stopped("平台连续拒绝了 %d 条记录，已停止（upload.max_rejections）", e.rejected))
	}
	e.recover()
}

// maxCanaries is how many first records may end in doubt before the run stops.
const maxCanaries = 3

func (e *engine) unknown(r result, o wire.Outcome, message string) {
	e.batch.Records[r.w.index].Verbatim = o.Msg
	e.finish(r.w, InDoubt, message)
	e.slower()
	if e.canary {
		if e.doubtful++; e.doubtful >= maxCanaries {
			e.halt(stopped("最先上传的 %d 条记录结果都不明，已停止", e.doubtful))
		}
	}
	e.failure()
}

// notProcessed: the platform certainly holds nothing of this attempt.
func (e *engine) notProcessed(r result, o wire.Outcome, message string) {
	switch o.Class {
	case wire.WrongAddress:
		e.finish(r.w, undelivered(r.w), message)
		e.halt(stopped("平台没有这个接口（HTTP %d）：platform.base_url 或 platform.paths 不对", o.HTTPStatus))
		return
	case wire.DeadToken:
		e.finish(r.w, undelivered(r.w), message)
		if o.Err != nil {
			e.halt(o.Err)
		} else {
			e.halt(&Error{kind: "auth", Message: "平台不接受登录凭据：" + message, Fix: "请核对用户名和密码：hbupload login"})
		}
		return
	case wire.Throttled:
		e.slower()
	}
	if e.stopping() || r.w.attempt > e.Retries {
		e.finish(r.w, undelivered(r.w), message)
		e.failure()
		return
	}
	wait := e.backoff(r.w.attempt, o.RetryAfter)
	r.w.ready = e.Now().Add(wait)
	e.delay(r.w)
	e.observe(Event{Kind: EventWaiting, Index: r.w.index, Key: e.batch.Records[r.w.index].Key, Message: message, Attempt: r.w.claim.Attempt, Wait: wait})
}

// undelivered is the state of a record whose last attempt was not processed.
// One that was in doubt before stays so: that attempt settled nothing.
func undelivered(w waiting) State {
	if w.claim.OK() && w.claim.After(ledger.ClassNotProcessed) == ledger.StateInDoubt {
		return InDoubt
	}
	return Undelivered
}

// The delays of CONTRACT: 0.5·2ⁿ s, capped at 8 s, full jitter; a Retry-After
// is honoured up to a cap.
const (
	firstDelay    = 500 * time.Millisecond
	maxDelay      = 8 * time.Second
	maxRetryAfter = 2 * time.Minute
)

func (e *engine) backoff(attempt int, retryAfter time.Duration) time.Duration {
	most := maxDelay
	if attempt < 5 {
		most = min(maxDelay, firstDelay<<attempt)
	}
	return max(e.Jitter(most), min(retryAfter, maxRetryAfter))
}

// failure counts outcomes that speak of the platform and not of the record.
func (e *engine) failure() {
	e.rejected = 0
	if e.failed++; e.MaxFailures > 0 && e.failed >= e.MaxFailures {
		e.halt(stopped("连续 %d 条记录未送达或结果不明，已停止（upload.max_failures）", e.failed))
	}
}

func (e *engine) halt(err error) {
	if e.stop != nil {
		return
	}
	e.stop = err
	e.observe(Event{Kind: EventStopped, Message: err.Error()})
}

// slower halves the number of requests in flight.
func (e *engine) slower() {
	e.streak = 0
	if half := max(1, e.limit/2); half < e.limit {
		e.limit = half
		e.observe(Event{Kind: EventThrottle, Limit: e.limit})
	}
}

// recover allows one more request in flight after as many answers as are
// allowed now.
func (e *engine) recover() {
	if e.limit >= e.Concurrency {
		return
	}
	if e.streak++; e.streak >= e.limit {
		e.streak = 0
		e.limit++
		e.observe(Event{Kind: EventThrottle, Limit: e.limit})
	}
}

// finish puts a record into its state for this run.
func (e *engine) finish(w waiting, state State, message string) {
	r := &e.batch.Records[w.index]
	r.State, r.Message = state, message
	e.done++
	e.observe(Event{Kind: EventSettled, Index: w.index, Key: r.Key, State: state, Message: message, Attempt: r.Attempts})
}
