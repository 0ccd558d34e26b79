package push

import "time"

// EventKind says what an Event is about.
type EventKind uint8

// The kinds of events, in the order in which a run emits them.
const (
	EventReading  EventKind = iota // another record was read and checked: Done
	EventPlanned                   // the first pass is over: Total records will be sent
	EventSettled                   // a record reached its state
	EventWaiting                   // a record will be tried again after Wait
	EventThrottle                  // the number of requests in flight changed to Limit
	EventStopped                   // the run stops early: Message says why
)

// Event is one step of a run. It carries no personal data.
type Event struct {
	Kind     EventKind
	Index    int // the record's ordinal
	Key      string
	State    State
	Message  string
	Attempt  int
	Duration time.Duration
	Wait     time.Duration
	Done     int
	Total    int
	Limit    int
}

// Observer gets every event, from one goroutine at a time. It must not wait.
type Observer interface{ Observe(Event) }

// Observers passes events on to several.
type Observers []Observer

// Observe implements Observer.
func (o Observers) Observe(e Event) {
	for _, x := range o {
		if x != nil {
			x.Observe(e)
		}
	}
}
