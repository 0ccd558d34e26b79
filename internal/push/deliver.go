package push

import (
	"container/heap"
	"context"
	"math/rand/v2"
	"regexp"
	"sync/atomic"
	"time"

	"hbupload/internal/crash"
	"hbupload/internal/ledger"
	"hbupload/internal/rules"
	"hbupload/internal/wire"
)

// Sender carries one record to the platform, or pretends to.
type Sender interface {
	// Ready obtains what sending needs (a token), once, before the workers
	// start. Its error stops the run before anything leaves.
	Ready(ctx context.Context) error
	// Send makes one attempt. It is called from several goroutines. Before any
	// further request for the same record (after a new login) it asks confirm; an
	// error of confirm forbids that request.
	Send(ctx context.Context, zip []byte, confirm func(context.Context) error) wire.Outcome
}

// distruster is a Sender that can be told that an answer was another request's.
type distruster interface{ Distrust() }

// Delivery is how the second pass sends (help: 约定 5.2).
type Delivery struct {
	Sender        Sender
	Run           *ledger.Run
	Severities    *rules.Policy
	Concurrency   int
	Rate          float64 // requests a second, 0 for no limit
	Retries       int     // after an attempt that was not processed
	MaxRejections int     // in a row, 0 for no limit
	MaxFailures   int     // undelivered or in doubt in a row, 0 for no limit
	Duplicate     *regexp.Regexp
	CompareEcho   bool
	Proven        bool                     // the platform has accepted records of this ledger before
	Advice        func([]wire.Leaf) string // what to try for a refused record, "" for nothing; may be nil
	Observer      Observer

	// Interrupt asks the run to finish what is in flight and to start nothing
	// more; cancelling the context of Deliver gives up what is in flight too.
	Interrupt <-chan struct{}

	Now    func() time.Time                  // called from several goroutines
	Jitter func(time.Duration) time.Duration // nil: full jitter
}

// Deliver sends every record that is still Valid, each claimed in the ledger
// before its first byte leaves. When it returns, every one of them is in its
// state; the error says why the run stopped early, if it did. The answers are
// in the ledger only after Run.Finish: its error must not pass unseen.
func (b *Batch) Deliver(ctx context.Context, d Delivery) error {
	e := newEngine(ctx, b, d)
	defer e.noClaims()
	if e.total == 0 {
		return nil
	}
	if err := e.ready(); err != nil {
		e.abandon()
		return err
	}
	return e.run()
}

// waiting is a record and when it may be tried (again).
type waiting struct {
	index   int
	ready   time.Time
	attempt int           // attempts made in this run
	claim   ledger.Claim  // of the last attempt
	doubt   wire.Doubt    // what an earlier attempt left
	took    time.Duration // of the last attempt
	delays  *delays       // of this record, after its first wait
	looks   int           // how often another machine was seen sending it
	voided  bool          // the claim was given up by another machine before anything left
	epoch   int           // of the limit under which the last attempt began
	seq     int
}

// engine is the scheduler: one goroutine owns all of its state, attempts run
// beside it and report by results.
type engine struct {
	Delivery
	ctx      context.Context
	done     <-chan struct{} // of ctx, nil once noticed
	claims   context.Context // of ctx; of those who wait to claim: it ends when nothing more is started
	noClaims context.CancelFunc
	clock    clock
	batch    *Batch
	queue    []int // fresh records, in the order of the input
	delayed  delayHeap
	work     chan func() *result // to those who have finished
	results  chan *result
	claiming int       // claims on their way to the disk
	claimed  []*result // claims granted and not sent yet
	inFlight int       // requests on their way
	limit    int       // requests in flight allowed right now
	epoch    int       // how often the limit was halved
	streak   int       // answers since the limit last changed
	nextSlot time.Time // by the rate limit

	usual     phrases     // words of acceptance that hold no personal values
	proven    atomic.Bool // records were accepted through this address
	praise    *Reply      // what the platform said last of a record that it accepted
	met       bool        // the platform has answered something in this run
	began     time.Time   // when the first request left
	blocked   int         // pages in the place of answers, in a row
	canary    bool        // the run is not known to work yet: one at a time
	sound     bool        // an accepted record came back as it was sent
	doubtful  int         // canaries that ended in doubt
	rejected  int         // in a row
	failed    int         // in a row
	settled   int
	total     int
	seq       int
	stop      error // why nothing more is started
	interrupt bool
}

func newEngine(ctx context.Context, b *Batch, d Delivery) *engine {
	e := &engine{Delivery: d, ctx: ctx, done: ctx.Done(), batch: b, canary: true, praise: &Reply{}, limit: max(1, d.Concurrency)}
	e.Concurrency = e.limit
	e.claims, e.noClaims = context.WithCancel(ctx)
	if e.Now == nil {
		e.Now = time.Now
	}
	e.clock.now = e.Now
	if e.Jitter == nil {
		e.Jitter = func(most time.Duration) time.Duration { return rand.N(most + 1) }
	}
	var busy, blocked []int
	e.proven.Store(d.Proven)
	for i := range b.Records {
		switch {
		case b.Records[i].State == Valid && b.jobs[i].blocked: // never the canary while another waits
			blocked = append(blocked, i)
		case b.Records[i].State == Valid:
			e.queue = append(e.queue, i)
		case b.jobs[i].busy: // by its turn the other machine may know the end of it
			busy = append(busy, i)
		}
	}
	e.queue = append(append(e.queue, blocked...), busy...)
	e.total = len(e.queue)
	e.work = make(chan func() *result)
	e.results = make(chan *result, Unsettled(e.limit))
	return e
}

// ready makes the sender ready; nothing is in flight then that a first Ctrl-C
// would have to wait for.
func (e *engine) ready() error {
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	answer := make(chan error, 1)
	go func() { answer <- crash.Run(func() error { return e.Sender.Ready(ctx) }) }()
	select {
	case err := <-answer:
		return err
	case <-e.Interrupt:
		cancel()
		if err := <-answer; err == nil {
			return nil // just in time, and the run looks for the interrupt first
		}
		return interrupted()
	}
}

func (e *engine) observe(ev Event) {
	if e.Observer != nil {
		ev.Done = e.settled
		ev.Total = e.total
		e.Observer.Observe(ev)
	}
}

// abandon marks everything that was not tried.
func (e *engine) abandon() {
	for _, r := range e.claimed {
		e.unclaim(r)
	}
	for _, i := range e.queue {
		if !e.batch.jobs[i].busy { // what another machine is sending stays in doubt
			e.batch.Records[i].State = Pending
		}
	}
	for _, w := range e.delayed {
		e.finish(w, undelivered(w), "已停止，未再重试")
	}
	e.claimed = nil
	e.queue = nil
	e.delayed = nil
}

// run is the loop of the scheduler.
func (e *engine) run() error {
	defer close(e.work)
	e.observe(Event{Kind: EventPlanned})
	for {
		e.notice()
		wake := e.dispatch()
		if e.claiming+e.inFlight == 0 && (e.stopping() || len(e.claimed)+len(e.queue)+len(e.delayed) == 0) {
			e.abandon()
			return e.end()
		}
		var timer <-chan time.Time
		if wake > 0 {
			timer = time.After(wake)
		}
		select {
		case r := <-e.results:
			e.take(r)
		case <-timer:
		case <-e.Interrupt:
		case <-e.done: // attempts give up by themselves
		}
	}
}

// notice looks for a word to stop before anything more is started: a select
// with several things ready would choose by lot.
func (e *engine) notice() {
	select {
	case <-e.Interrupt:
		e.Interrupt = nil
		e.interrupt = true
		e.noClaims()
		e.observe(Event{Kind: EventStopped, Message: "正在结束：等待已发出的请求得到答复（再按一次 Ctrl-C 立即放弃等待）"})
	default:
	}
	select {
	case <-e.done:
		e.done = nil
		e.interrupt = true
	default:
	}
}

func (e *engine) stopping() bool { return e.stop != nil || e.interrupt }

// end is the run's error.
func (e *engine) end() error {
	if e.stop != nil {
		return e.stop
	}
	if e.interrupt {
		return interrupted()
	}
	return nil
}

// dispatch starts as many sends and claims as may start now, and returns how
// long to wait until another may; 0 means that only a result can change that.
func (e *engine) dispatch() time.Duration {
	for !e.stopping() {
		if len(e.claimed) > 0 && e.inFlight < e.allowed() {
			r := e.claimed[0]
			e.claimed = e.claimed[1:]
			r.w.epoch = e.epoch
			if e.began.IsZero() {
				e.began = e.clock.Now()
			}
			e.inFlight++
			e.start(func() *result { return e.send(r) })
			continue
		}
		if e.claiming+len(e.claimed)+e.inFlight >= e.allowed()+e.ahead() {
			return 0
		}
		now := e.clock.Now()
		if wait := e.nextSlot.Sub(now); wait > 0 {
			return wait
		}
		w, wait, ok := e.next(now)
		if !ok {
			return wait
		}
		e.spend(now)
		e.claiming++
		e.start(func() *result { return e.claim(w) })
	}
	return 0
}

// start lets a piece of work run beside the scheduler: in a goroutine that has
// finished another, whose stack is as large as work needs, or in a new one.
func (e *engine) start(work func() *result) {
	select {
	case e.work <- work:
	default:
		go func() {
			e.results <- work()
			for next := range e.work {
				e.results <- next()
			}
		}()
	}
}

// Unsettled is how many records a run may have claimed whose answers are not on
// the disk (ledger.RunInfo): so many may be in doubt after a kill.
func Unsettled(concurrency int) int { return 2 * max(1, concurrency) }

// ahead is how many records are claimed before there is room to send them, so
// that no request waits for the disk, even where all answers come at once: none
// until the canary is back, under a rate limit nothing that will wait for its
// slot, and one worker sends in the order of the input.
func (e *engine) ahead() int {
	if e.canary || e.Rate > 0 || e.limit == 1 {
		return 0
	}
	return e.limit
}

// spend takes a slot of the rate limit. A start that is only late by the
// timer's slack does not push all later ones back.
func (e *engine) spend(now time.Time) {
	if e.Rate <= 0 {
		return
	}
	every := time.Duration(float64(time.Second) / e.Rate)
	if late := now.Sub(e.nextSlot); late >= every {
		e.nextSlot = now
	}
	e.nextSlot = e.nextSlot.Add(every)
}

// allowed is how many requests may be in flight: one until the canary is back.
func (e *engine) allowed() int {
	if e.canary {
		return 1
	}
	return e.limit
}

// waitingRounds bounds how many records may wait for another attempt, in terms
// of the concurrency. One that waits does not block others; when so many do, it is
// the platform, and a fresh record would only fail and wait too.
const waitingRounds = 2

// next chooses a record: one whose wait is over, else a fresh one.
func (e *engine) next(now time.Time) (w waiting, wait time.Duration, ok bool) {
	if len(e.delayed) > 0 {
		if until := e.delayed[0].ready.Sub(now); until <= 0 {
			return heap.Pop(&e.delayed).(waiting), 0, true
		} else if len(e.queue) == 0 || e.canary && e.delayed[0].looks == 0 || len(e.delayed) >= waitingRounds*e.Concurrency {
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

// delay puts a record back until its time.
func (e *engine) delay(w waiting, wait time.Duration) {
	e.seq++
	w.seq = e.seq
	w.ready = e.clock.Now().Add(wait)
	heap.Push(&e.delayed, w)
}

// clock never goes back: a wall clock that is set back by an hour must not make
// a run wait for an hour.
type clock struct {
	now   func() time.Time
	last  time.Time
	shift time.Duration
}

// Now is the time, or the last one where the clock went back.
func (c *clock) Now() time.Time {
	t := c.now().Add(c.shift)
	if t.Before(c.last) {
		c.shift += c.last.Sub(t)
		t = c.last
	}
	c.last = t
	return t
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
