package push

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/wire"
)

// take brings the end of a claim or an attempt into the record's state and into
// what the run does next. The ledger has been told already.
func (e *engine) take(r *result) {
	switch {
	case r.claimed:
		e.claiming--
		e.claimed = append(e.claimed, r)
	case r.unsent:
		e.inFlight--
		e.unconfirmed(r)
	case r.err != nil:
		e.claiming--
		e.broken(r)
	case r.held:
		e.claiming--
		e.held(r)
	default:
		e.inFlight--
		e.answered(r)
	}
}

// unclaim gives back a claim of which no byte was sent.
func (e *engine) unclaim(r *result) {
	if err := e.Run.Unclaim(context.WithoutCancel(e.ctx), r.w.claim); err != nil {
		e.halt(Midway(err))
	}
	state := undelivered(r.w)
	if state == Undelivered && r.w.attempt == 1 {
		state = Pending
	}
	e.finish(r.w, state, "没有发出")
}

// broken is an attempt that never left: the spool or the ledger failed, or we
// were told to stop.
func (e *engine) broken(r *result) {
	state := undelivered(r.w)
	if !r.w.claim.OK() && state == Undelivered {
		state = Pending
	}
	e.finish(r.w, state, "没有发出")
	if !isCancel(r.err) {
		e.halt(Midway(r.err))
	}
}

// unconfirmed is a claim that was not sent after all. One that another machine
// gave up, because this one was asleep or cut off for too long, is asked for again.
func (e *engine) unconfirmed(r *result) {
	var no *ledger.Refusal
	switch {
	case errors.As(r.err, &no) && r.w.looks < maxLooks && !e.stopping() && r.lost == nil:
		r.w.looks++
		r.w.voided = true
		r.w.attempt--
		e.delay(r.w, 0)
	case errors.As(r.err, &no):
		e.finish(r.w, InDoubt, no.Reason)
	default:
		e.broken(r)
	}
	if r.lost != nil {
		e.halt(Midway(r.lost))
	}
}

// maxLooks is how often a record that another machine is sending is looked at
// again before it is left as it is. The waits double from half a second on: a
// request's whole life, and not the time after which a dead machine is given up.
const maxLooks = 4

// held is a claim that the ledger refused: another run sent the record since it
// was planned, or is sending it; then its end is waited for a while.
func (e *engine) held(r *result) {
	b := e.batch
	if r.decision.PriorState == ledger.StateClaimed && r.w.looks < maxLooks && !e.stopping() {
		wait := 500 * time.Millisecond << r.w.looks
		r.w.looks++
		e.delay(r.w, wait)
		e.observe(Event{Kind: EventWaiting, Index: r.w.index, Key: b.Records[r.w.index].Key, Message: r.decision.Reason, Wait: wait})
		return
	}
	b.decide(r.w.index, r.decision, e.Severities)
	if b.Records[r.w.index].State == Valid {
		b.Records[r.w.index].State = InDoubt
	}
	e.finish(r.w, b.Records[r.w.index].State, b.Records[r.w.index].Message)
}

// answered is an attempt that was made.
func (e *engine) answered(r *result) {
	e.batch.Records[r.w.index].Attempts = int32(r.w.claim.Attempt)
	e.met = e.met || r.outcome.HTTPStatus != 0
	if !r.outcome.Blocked() {
		e.blocked = 0
	}
	switch r.outcome.Class {
	case wire.Accepted:
		e.accepted(r)
	case wire.Rejected:
		e.refused(r)
	case wire.Unknown:
		e.unknown(r)
	default:
		e.notProcessed(r)
	}
	if r.lost != nil {
		e.halt(Midway(r.lost))
	}
}

func (e *engine) accepted(r *result) {
	message := ""
	o := r.outcome
	echo := r.echo
	rec := &e.batch.Records[r.w.index]
	switch {
	case o.ByDuplicateReply:
		message = "平台答复已存在：上次结果不明的上传其实已经成功"
	case echo.Broken():
		rec.Warnings++
		message = "平台回传的数据与上传的不一致：" + brokenEcho(echo.Verdict)
	case echo.Verdict == wire.EchoDiffers:
		rec.Warnings++
		message = "平台回传的数据与上传的不一致，请核对字段：" + strings.Join(columnLabels(echo.Paths), "、")
	case rec.Message != "":
		message = rec.Message
	}
	if o.Msg != e.praise.Verbatim {
		e.praise = &Reply{Verbatim: o.Msg}
	}
	rec.Reply = e.praise // one for all who were told the same
	e.finish(r.w, Accepted, message)
	// Until one record has come back sound, a broken echo speaks of a wrong
	// setting and not of the record.
	if echo.Broken() && !e.sound {
		e.halt(stopped("平台接收了记录，但回传的数据%s；已停止，以免整批出错。请检查 wire.base64 与平台的要求", brokenEcho(echo.Verdict)))
		return
	}
	e.sound = e.sound || echo.Verdict == wire.EchoEqual || echo.Verdict == wire.EchoDiffers
	e.canary = false
	e.rejected = 0
	e.failed = 0
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

func (e *engine) refused(r *result) {
	e.batch.Records[r.w.index].Reply = &Reply{Verbatim: r.outcome.Msg, Hint: r.hint}
	e.finish(r.w, Rejected, r.message)
	e.canary = false
	e.failed = 0
	if e.rejected++; e.MaxRejections > 0 && e.rejected >= e.MaxRejections {
		e.halt(stopped("平台连续拒绝了 %d 条记录，已停止（upload.max_rejections）", e.rejected))
	}
	e.recover()
}

// maxCanaries is how many first records may end in doubt before the run stops.
const maxCanaries = 3

func (e *engine) unknown(r *result) {
	e.batch.Records[r.w.index].Reply = &Reply{Verbatim: r.outcome.Msg}
	e.finish(r.w, InDoubt, r.message)
	e.slower(r.w)
	if e.canary {
		if e.doubtful++; e.doubtful >= maxCanaries {
			e.halt(stopped("最先上传的 %d 条记录结果都不明，已停止", e.doubtful))
		}
	}
	if r.outcome.Blocked() {
		if e.blocked++; e.blocked >= maxBlocked {
			e.halt(stopped("连续 %d 条记录被拦下（HTTP %d 网页），已停止：请平台或网络管理员检查防火墙", e.blocked, r.outcome.HTTPStatus))
		}
	}
	e.failure()
}

// maxBlocked is how many records in a row may be blocked one by one before it is
// no longer the records.
const maxBlocked = 3

// notProcessed settles an attempt of which the platform certainly holds nothing.
func (e *engine) notProcessed(r *result) {
	o := r.outcome
	switch {
	case o.Class == wire.WrongAddress:
		e.finish(r.w, undelivered(r.w), r.message)
		e.halt(stopped("平台没有这个接口（HTTP %d）：platform.base_url 或 platform.paths 不对", o.HTTPStatus))
		return
	case o.Class == wire.DeadToken:
		e.finish(r.w, undelivered(r.w), r.message)
		e.halt(refusedToken(o, r.message))
		return
	case o.Class == wire.Throttled, isTimeout(o.Err):
		e.slower(r.w)
	}
	if r.w.delays == nil {
		r.w.delays = newDelays()
	}
	wait := max(e.Jitter(r.w.delays.next()), min(o.RetryAfter, maxRetryAfter))
	nobody := e.nobodyThere(r, wait)
	if e.stopping() || r.w.attempt > e.Retries || nobody {
		e.finish(r.w, undelivered(r.w), r.message)
		if nobody {
			e.halt(fault.New(fault.Unreachable, "平台连不上，已停止："+r.message).Next(hintOf(o.Err)).By(o.Err))
			return
		}
		e.failure()
		return
	}
	e.delay(r.w, wait)
	e.observe(Event{Kind: EventWaiting, Index: r.w.index, Key: e.batch.Records[r.w.index].Key, Message: r.message, Attempt: r.w.claim.Attempt, Duration: r.w.took, Wait: wait})
}

// patience is how long the first record of a run waits for a connection.
const patience = 20 * time.Second

// nobodyThere reports whether the first record has reached no platform and will not in
// time: that says nothing about the record, and the others would only wait as long.
func (e *engine) nobodyThere(r *result, wait time.Duration) bool {
	if !e.canary || e.met || r.outcome.Err == nil || isCancel(r.outcome.Err) && !isTimeout(r.outcome.Err) {
		return false
	}
	return r.w.attempt > e.Retries || e.clock.Now().Sub(e.began)+wait+r.w.took >= patience
}

// hintOf is the advice that an error brings along.
func hintOf(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) && h.Hint() != "" {
		return h.Hint()
	}
	return "请检查网络后重新执行同一命令"
}

// refusedToken is why no token could be had.
func refusedToken(o wire.Outcome, message string) error {
	if o.Err != nil {
		return o.Err
	}
	return fault.New(fault.Auth, "平台不接受登录凭据："+message).Next("请核对用户名和密码：hbupload login")
}

// undelivered is the state of a record whose last attempt was not processed.
// One that was in doubt before stays so: that attempt settled nothing. What
// another machine was seen sending may be there.
func undelivered(w waiting) State {
	if w.looks > 0 && (w.voided || !w.claim.OK()) {
		return InDoubt
	}
	if w.claim.OK() && w.claim.After(ledger.ClassNotProcessed) == ledger.StateInDoubt {
		return InDoubt
	}
	return Undelivered
}

// maxRetryAfter is how long a Retry-After is honoured.
const maxRetryAfter = 2 * time.Minute

// delays are those of help: 约定 5.4: 0.5·2ⁿ s, capped at 8 s. The jitter comes on top.
type delays struct{ backoff.ExponentialBackOff }

func newDelays() *delays {
	return &delays{backoff.ExponentialBackOff{InitialInterval: 500 * time.Millisecond, Multiplier: 2, MaxInterval: 8 * time.Second}}
}

// next is the longest that the next wait may be.
func (d *delays) next() time.Duration { return d.NextBackOff() }

// failure counts outcomes that are about the platform and not about the record.
func (e *engine) failure() {
	e.rejected = 0
	if e.failed++; e.MaxFailures > 0 && e.failed >= e.MaxFailures {
		e.halt(stopped("连续 %d 条记录未送达或结果不明，已停止（upload.max_failures）", e.failed))
	}
}

// halt lets nothing more start; the first reason counts.
func (e *engine) halt(err error) {
	if e.stop != nil {
		return
	}
	e.stop = err
	e.noClaims()
	e.observe(Event{Kind: EventStopped, Message: err.Error()})
}

// slower halves the number of requests in flight, once for all that were under
// way together: what they met is one and the same.
func (e *engine) slower(w waiting) {
	e.streak = 0
	if w.epoch != e.epoch {
		return
	}
	if half := max(1, e.limit/2); half < e.limit {
		e.limit = half
		e.epoch++
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
	r.State = state
	r.Message = message
	if state != Pending { // it is still to be done
		e.settled++
	}
	e.observe(Event{Kind: EventSettled, Index: w.index, Key: r.Key, State: state, Message: message, Attempt: int(r.Attempts), Duration: w.took})
}
