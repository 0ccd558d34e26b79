package sense

import "slices"

// recent counts values among the last ones that were added. A value that many
// people share is kept when its turn to go comes.
type recent struct {
	size   int
	counts map[uint64]*counter
	order  []uint64 // a ring of the values in the order they came
	next   int
	kept   []*counter
}

// counter is one value.
type counter struct {
	people int
	last   *visit
	owner  uint64 // who was counted last: one person's two examinations are one
	spots  []spot
	room   [1]spot // of the first: most values are one person's
}

// keepFrom is how often a value must stand to outlast the window.
const keepFrom = 3

// maxKept bounds what outlasts it.
const maxKept = 1024

func newRecent(size int) *recent {
	return &recent{size: size, counts: make(map[uint64]*counter, size)}
}

// add counts a value for an owner; the same owner twice in a row counts once. at
// is asked for the place of the first ones; nil where no place is needed.
func (r *recent) add(value, owner uint64, at func() spot) *counter {
	c := r.counts[value]
	if c == nil {
		c = &counter{}
		c.spots = c.room[:0]
		r.counts[value] = c
		r.push(value)
	}
	if c.people > 0 && c.owner == owner {
		return c
	}
	c.owner = owner
	c.people++
	if len(c.spots) < shown && at != nil {
		c.spots = append(c.spots, at())
	}
	return c
}

// push remembers when a value came, and forgets the one that came longest ago.
func (r *recent) push(value uint64) {
	if len(r.order) < r.size {
		r.order = append(r.order, value)
		return
	}
	old := r.order[r.next]
	if c := r.counts[old]; c.people >= keepFrom && len(r.kept) < maxKept {
		r.kept = append(r.kept, c)
	}
	delete(r.counts, old)
	r.order[r.next] = value
	r.next = (r.next + 1) % r.size
}

// all are the counters that are still known, in the order they came.
func (r *recent) all() []*counter {
	out := append([]*counter(nil), r.kept...)
	for i := range r.order {
		out = append(out, r.counts[r.order[(r.next+i)%len(r.order)]])
	}
	return out
}

// rewind forgets the places from an ordinal on, and the people who stood there.
func (r *recent) rewind(to int) {
	for _, c := range r.all() {
		before := len(c.spots)
		c.spots = slices.DeleteFunc(c.spots, func(s spot) bool { return s.ordinal >= to })
		c.people -= before - len(c.spots)
	}
}
