package push

import (
	"sync"

	"hbupload/internal/crash"
	"hbupload/internal/spec"
)

// relay takes copies of records to a goroutine of its own, in their order, so
// that reading an export and judging its records share two cores. An error of
// the judge reaches the reader with one of the next records, or at the end.
type relay struct {
	take func(*spec.Record) error
	full chan *spec.Record
	free chan *spec.Record
	done chan struct{}

	mu  sync.Mutex
	err error
}

// relayDepth is how many records may be on their way.
const relayDepth = 16

func newRelay(take func(*spec.Record) error) *relay {
	r := &relay{take: take, full: make(chan *spec.Record, relayDepth), free: make(chan *spec.Record, relayDepth), done: make(chan struct{})}
	for range relayDepth {
		r.free <- &spec.Record{}
	}
	go r.run()
	return r
}

func (r *relay) run() {
	defer close(r.done)
	for rec := range r.full {
		if r.failed() == nil {
			// A panic would end the process here, past everybody who waits.
			if err := crash.Run(func() error { return r.take(rec) }); err != nil {
				r.mu.Lock()
				r.err = err
				r.mu.Unlock()
			}
		}
		r.free <- rec
	}
}

func (r *relay) failed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// pass copies the record, which its reader uses again, and hands it on.
func (r *relay) pass(rec *spec.Record) error {
	if err := r.failed(); err != nil {
		return err
	}
	slot := <-r.free
	slot.CopyFrom(rec)
	r.full <- slot
	return nil
}

// close waits until every record has been judged.
func (r *relay) close() error {
	close(r.full)
	<-r.done
	return r.err
}
