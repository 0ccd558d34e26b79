package sense

// ring holds what is known of the values that were added last, in room that is used
// again: a value costs neither memory of its own nor an entry of a map.
type ring[T any] struct {
	size   int
	seats  []seat // in the order in which the values came, from next on
	known  []T    // by seat
	next   int
	chains []int32 // by the value's low bits: 1 + the seat that was taken last
}

// seat is where one value sits.
type seat struct {
	value uint64
	chain int32 // 1 + the seat with the same low bits that was taken before
}

// newRing holds so many values.
func newRing[T any](size int) ring[T] { return ring[T]{size: size, chains: make([]int32, size)} }

func (r *ring[T]) bucket(value uint64) *int32 { return &r.chains[value%uint64(len(r.chains))] }

// find is what is known of a value, nil if it is not among the last ones.
func (r *ring[T]) find(value uint64) *T {
	for i := *r.bucket(value); i > 0; i = r.seats[i-1].chain {
		if r.seats[i-1].value == value {
			return &r.known[i-1]
		}
	}
	return nil
}

// oldest is what is known of the value that goes when the next one comes, nil while
// there is room.
func (r *ring[T]) oldest() *T {
	if len(r.seats) < r.size {
		return nil
	}
	return &r.known[r.next]
}

// put seats a value that was not found, where the oldest one sits if there is no room.
func (r *ring[T]) put(value uint64, known T) {
	at := len(r.seats)
	if at < r.size {
		r.seats = append(r.seats, seat{})
		r.known = append(r.known, known)
	} else {
		at = r.next
		r.next = (r.next + 1) % r.size
		r.unchain(at)
		r.known[at] = known
	}
	first := r.bucket(value)
	r.seats[at] = seat{value, *first}
	*first = int32(at + 1)
}

// unchain takes a seat out of its chain.
func (r *ring[T]) unchain(at int) {
	link := r.bucket(r.seats[at].value)
	for *link != int32(at+1) {
		link = &r.seats[*link-1].chain
	}
	*link = r.seats[at].chain
}

// recent counts values among the last ones that were added. A value that many
// people share is kept when its turn to go comes.
type recent struct {
	ring[counter]
	kept []counter
}

// counter is one value.
type counter struct {
	owner  uint64 // who was counted last: one person's two examinations are one
	people int32
	places int32 // of how many people the place is known: the first ones'
	first  spot  // most values are one person's
	more   []spot
}

// keepFrom is how often a value must stand to outlast the window.
const keepFrom = 3

// maxKept bounds what outlasts it.
const maxKept = 1024

func newRecent(size int) *recent { return &recent{ring: newRing[counter](size)} }

// add counts a value for an owner; the same owner twice in a row counts once. at
// is asked for the places of the first ones.
func (r *recent) add(value, owner uint64, at func() spot) {
	c := r.find(value)
	if c == nil {
		if old := r.oldest(); old != nil && old.people >= keepFrom && len(r.kept) < maxKept {
			r.kept = append(r.kept, *old)
		}
		r.put(value, counter{people: 1, owner: owner, places: 1, first: at()})
		return
	}
	if c.people > 0 && c.owner == owner {
		return
	}
	c.owner = owner
	c.people++
	if c.places == 0 {
		c.first = at()
	} else if c.places < shown {
		c.more = append(c.more, at())
	}
	c.places = min(c.places+1, shown)
}

// spot is the i-th known place.
func (c *counter) spot(i int32) spot {
	if i == 0 {
		return c.first
	}
	return c.more[i-1]
}

// all are the counters that are still known, in the order they came.
func (r *recent) all() []*counter {
	out := make([]*counter, 0, len(r.kept)+len(r.seats))
	for i := range r.kept {
		out = append(out, &r.kept[i])
	}
	for i := range r.seats {
		out = append(out, &r.known[(r.next+i)%len(r.seats)])
	}
	return out
}

// rewind forgets the places from an ordinal on, and the people who stood there.
func (r *recent) rewind(to int) {
	for _, c := range r.all() {
		for c.places > 0 && int(c.spot(c.places-1).ordinal) >= to {
			c.places--
			c.people--
		}
		c.more = c.more[:max(0, min(len(c.more), int(c.places)-1))]
	}
}
