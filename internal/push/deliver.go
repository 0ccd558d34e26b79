package push

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"time"

	"hbupload/internal/ledger"
	"hbupload/internal/rules"
	"hbupload/internal/wire"
)

// Sender carries one record to the platform, or pretends to.
type Sender interface {
	// Ready obtains what sending needs (a token), once, before the workers
	// start. Its error stops the run before anything leaves.
	Ready(ctx context.Context) error
	// Send makes one attempt.
	Send(ctx context.Context, zip []byte) wire.Outcome
}

// Delivery is how the second pass sends (CONTRACT, upload).
type Delivery struct {
	Sender        Sender
	Run           *ledger.Run
	Digester      *ledger.Digester
	Severities    *rules.Policy
	Concurrency   int
	Rate          float64 // requests a second, 0 for no limit
	Retries       int     // after an attempt that was not processed
	MaxRejections int     // in a row, 0 for no limit
	MaxFailures   int     // undelivered or in doubt in a row, 0 for no limit
	Duplicate     *regexp.Regexp
	CompareEcho   bool
	Observer      Observer

	// Interrupt asks the run to finish what is in flight and to start nothing
	// more; cancelling the context of Deliver gives up what is in flight too.
	Interrupt <-chan struct{}

	Now    func() time.Time
	Jitter func(time.Duration) time.Duration // nil: full jitter
}

// Deliver sends every record that is still Valid, each claimed in the ledger
// before its first byte leaves. When it returns, every one of them is in its
// state; the error says why the run stopped early, if it did.
func (b *Batch) Deliver(ctx context.Context, d Delivery) error {
	e := newEngine(ctx, b, d)
	if e.total == 0 {
		return nil
	}
	if err := d.Sender.Ready(ctx); err != nil {
		e.abandon()
		return err
	}
	return e.run()
}

// waiting is a record and when it may be tried (again).
type waiting struct {
	index   int
	ready   time.Time
	attempt int          // attempts made in this run
	claim   ledger.Claim // of the last attempt
	seq     int
}

// result is the end of one attempt.
type result struct {
	w        waiting
	outcome  wire.Outcome
	leaves   []wire.Leaf
	decision ledger.Decision
	held     bool // the ledger did not grant the claim
	err      error
	took     time.Duration
}

// engine is the scheduler: one goroutine owns all of its state, attempts run
// beside it and report by results.
type engine struct {
	Delivery
	ctx      context.Context
	batch    *Batch
	queue    []int // fresh records, in the order of the input
	delayed  delayHeap
	results  chan result
	inFlight int
	limit    int       // requests in flight allowed right now
	streak   int       // successes since the limit last changed
	nextSlot time.Time // by the rate limit

	canary    bool // the run is not known to work yet: one at a time
	doubtful  int  // canaries that ended in doubt
	rejected  int  // in a row
	failed    int  // in a row
	done      int
	total     int
	seq       int
	stop      error // why nothing more is started
	interrupt bool
}

func newEngine(ctx context.Context, b *Batch, d Delivery) *engine {
	e := &engine{Delivery: d, ctx: ctx, batch: b, canary: true, limit: max(1, d.Concurrency)}
	e.Concurrency = e.limit
	if e.Now == nil {
		e.Now = time.Now
	}
	if e.Jitter == nil {
		e.Jitter = func(most time.Duration) time.Duration { return rand.N(most + 1) }
	}
	for i := range b.Records {
		if b.Records[i].State == Valid {
			e.queue = append(e.queue, i)
		}
	}
	e.total = len(e.queue)
	e.results = make(chan result, e.limit)
	return e
}

func (e *engine) observe(ev Event) {
	if e.Observer != nil {
		ev.Done, ev.Total = e.done, e.total
		e.Observer.Observe(ev)
	}
}

// abandon marks everything that was not tried.
func (e *engine) abandon() {
	for _, i := range e.queue {
		e.batch.Records[i].State = Pending
	}
	for _, w := range e.delayed {
		e.finish(w, undelivered(w), "已停止，未再重试")
	}
	e.queue, e.delayed = nil, nil
}

// run is the loop of the scheduler.
func (e *engine) run() error {
	interrupt := e.Interrupt
	for {
		wake := e.dispatch()
		if e.inFlight == 0 && (e.stopping() || len(e.queue)+len(e.delayed) == 0) {
			break
		}
		var timer <-chan time.Time
		if wake > 0 && !e.stopping() {
			timer = time.After(wake)
		}
		select {
		case r := <-e.results:
			e.inFlight--
			e.settle(r)
		case <-timer:
		case <-interrupt:
			e.interrupt, interrupt = true, nil
			e.observe(Event{Kind: EventStopped, Message: "正在结束：等待已发出的请求"})
		case <-e.ctx.Done():
			e.interrupt = true
			if e.inFlight == 0 {
				e.abandon()
				return e.end()
			}
			e.settle(e.next())
		}
	}
	e.abandon()
	return e.end()
}

// next waits for a result after the context ended: attempts give up by
// themselves then.
func (e *engine) next() result {
	r := <-e.results
	e.inFlight--
	return r
}

func (e *engine) stopping() bool { return e.stop != nil || e.interrupt }

// end is the run's error.
func (e *engine) end() error {
	if e.stop != nil {
		return e.stop
	}
	if e.interrupt {
		return &Error{kind: "interrupted", Message: "已按要求中断", Fix: "未轮到的记录下次上传同一文件时会继续"}
	}
	return nil
}

// dispatch starts as many attempts as may start now, and returns how long to
// wait until another may; 0 means that only a result can change that.
func (e *engine) dispatch() time.Duration {
	for !e.stopping() && e.inFlight < e.allowed() {
		now := e.Now()
		if wait := e.nextSlot.Sub(now); wait > 0 {
			return wait
		}
		w, wait, ok := e.take(now)
		if !ok {
			return wait
		}
		if e.Rate > 0 {
			e.nextSlot = now.Add(time.Duration(float64(time.Second) / e.Rate))
		}
		e.inFlight++
		go func() { e.results <- e.attempt(w) }()
	}
	return 0
}

// allowed is how many requests may be in flight: one until the canary is back.
func (e *engine) allowed() int {
	if e.canary {
		return 1
	}
	return e.limit
}

// take chooses the next record: one whose wait is over, else a fresh one.
func (e *engine) take(now time.Time) (w waiting, wait time.Duration, ok bool) {
	if len(e.delayed) > 0 {
		if until := e.delayed[0].ready.Sub(now); until <= 0 {
			return heap.Pop(&e.delayed).(waiting), 0, true
		} else if len(e.queue) == 0 || e.canary {
			return waiting{}, until, false
		}
	}
	if len(e.queue) == 0 {
		return waiting{}, 0, false
	}
	w = waiting{index: e.queue[0]}
	e.queue = e.queue[1:]
	return w, 0, true
}

func (e *engine) delay(w waiting) {
	e.seq++
	w.seq = e.seq
	heap.Push(&e.delayed, w)
}

// attempt claims the record and sends it. It runs beside the scheduler.
func (e *engine) attempt(w waiting) result {
	r := result{w: w}
	sent, err := e.batch.open(w.index, e.Digester)
	if err != nil {
		r.err = err
		return r
	}
	r.leaves = sent.leaves
	if r.held, err = e.claim(&r, sent.entry); err != nil || r.held {
		r.err = err
		return r
	}
	start := e.Now()
	r.outcome = e.Sender.Send(e.ctx, sent.zip)
	r.took = e.Now().Sub(start)
	return r
}

// claim puts the intent on disk: nothing leaves before it is there.
func (e *engine) claim(r *result, entry ledger.Entry) (held bool, err error) {
	r.w.attempt++
	if r.w.attempt > 1 {
		r.w.claim, err = e.Run.Retry(e.ctx, r.w.claim)
		return false, err
	}
	claim, decision, err := e.Run.ClaimOne(e.ctx, entry)
	if err != nil {
		return false, err
	}
	r.w.claim, r.decision = claim, decision
	return !claim.OK(), nil
}

// stopped is why the engine stopped by itself.
func stopped(format string, args ...any) error {
	return &Error{kind: "stopped", Message: fmt.Sprintf(format, args...), Fix: "请先查明原因；未轮到的记录下次上传同一文件时会继续"}
}

// delayHeap orders waiting records by ready time.
type delayHeap []waiting

func (h delayHeap) Len() int { return len(h) }
func (h delayHeap) Less(i, j int) bool {
	if !h[i].ready.Equal(h[j].ready) {
		return h[i].ready.Before(h[j].ready)
	}
	return h[i].seq < h[j].seq
}
func (h delayHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *delayHeap) Push(x any)   { *h = append(*h, x.(waiting)) }
func (h *delayHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// isCancel tells an error that only says that we were told to stop.
func isCancel(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
