package mapping

import (
	"hash/maphash"
	"iter"
)

// keyTable is the persons' keys with their ordinals: a map of a hundred thousand
// strings takes three times the memory, and the collector looks through it.
type keyTable struct {
	seed  maphash.Seed
	slots []int32 // the number of a key plus one, where its hash says or behind; 0: free
	text  []byte  // the keys, one behind the other
	ends  []int   // of the keys
	ords  []int32
}

// leastSlots is the size of a table of few keys; sizes are powers of two.
const leastSlots = 16

func newKeyTable() *keyTable {
	return &keyTable{seed: maphash.MakeSeed(), slots: make([]int32, leastSlots)}
}

func (t *keyTable) len() int { return len(t.ends) }

// key is the i-th key.
func (t *keyTable) key(i int) []byte {
	from := 0
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.text[from:t.ends[i]]
}

// find is the ordinal of a key.
func (t *keyTable) find(key string) (ordinal int32, ok bool) {
	for at := maphash.String(t.seed, key); ; at++ {
		n := t.slots[at&uint64(len(t.slots)-1)]
		if n == 0 {
			return 0, false
		}
		if string(t.key(int(n-1))) == key {
			return t.ords[n-1], true
		}
	}
}

// put adds a key that is not there.
func (t *keyTable) put(key string, ordinal int32) {
	t.text = append(t.text, key...)
	t.ends = append(t.ends, len(t.text))
	t.ords = append(t.ords, ordinal)
	if t.len()*4 > len(t.slots)*3 {
		t.slots = make([]int32, 2*len(t.slots))
		for i := range t.ends {
			t.place(i)
		}
		return
	}
	t.place(t.len() - 1)
}

// place gives the i-th key its slot.
func (t *keyTable) place(i int) {
	at := maphash.Bytes(t.seed, t.key(i))
	for t.slots[at&uint64(len(t.slots)-1)] != 0 {
		at++
	}
	t.slots[at&uint64(len(t.slots)-1)] = int32(i + 1)
}

// all yields the keys in the order in which they came.
func (t *keyTable) all() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range t.ends {
			if !yield(string(t.key(i))) {
				return
			}
		}
	}
}
