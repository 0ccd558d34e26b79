package sense

import (
	"runtime"
	"strconv"
	"testing"

	"hbupload/internal/spec"
)

// TestBatchMemoryIsBounded holds that a batch keeps nothing per person: of 100,000
// people the last 80,000 must not need more than a mebibyte. It is not parallel,
// the heap is everybody's.
func TestBatchMemoryIsBounded(t *testing.T) {
	const warm, people = 20_000, 100_000
	b := testChecker(t, 0).Batch()
	s := plausible(1)
	s.rec.Items = s.rec.Items[:9]
	card := s.rec.At(spec.IDCard)
	phone := s.rec.At(spec.EmpPhone)
	result := s.rec.Items[0].At(spec.Result)
	before := heap()
	full := uint64(0)
	for n := range people {
		if n == warm {
			full = heap()
		}
		text := strconv.Itoa(10_000_000 + n)
		card.Text = text
		phone.Text = text
		result.Text = strconv.Itoa(60 + n%70) // 70 results: some are alike
		s.rec.Items[1].At(spec.Result).Text = text[2:]
		b.Check(n, &s.rec, nil, 0)
	}
	after := heap()
	runtime.KeepAlive(b)
	t.Logf("%d KiB at %d people, %d KiB at %d", kib(full, before), warm, kib(after, before), people)
	if kib(after, full) > 1024 {
		t.Errorf("%d KiB more for %d more people", kib(after, full), people-warm)
	}
	if kib(after, before) > 16<<10 {
		t.Errorf("%d KiB for a batch", kib(after, before))
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func kib(a, b uint64) int64 { return (int64(a) - int64(b)) / 1024 }
