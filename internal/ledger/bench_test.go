package ledger

import (
	"context"
	"fmt"
	"sync"
	"testing"
)

// wide is an entry with as many leaves as a real person with 40 results.
func wide(d *Digester, n int) Entry {
	e := invented(n).entry(d)
	for i := range 250 {
		e.Leaves = d.AppendLeaf(e.Leaves, fmt.Sprintf("ohEmployees.ohItemClassResult[%d].ohItemResult[%d].result", i/10, i%10), "12.5")
	}
	return e
}

// BenchmarkClaimSettle is the ledger's cost per record, by workers that claim at once.
func BenchmarkClaimSettle(b *testing.B) {
	for _, workers := range []int{1, 4, 16, 64} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			l := open(b, here(b.TempDir()))
			r, _ := begin(b, l, Policy{})
			benchmarkPush(b, l, r, workers, 1)
		})
	}
}

// BenchmarkClaimBatch claims many at once, as a feeder would.
func BenchmarkClaimBatch(b *testing.B) {
	for _, batch := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			l := open(b, here(b.TempDir()))
			r, _ := begin(b, l, Policy{})
			benchmarkPush(b, l, r, 1, batch)
		})
	}
}

func benchmarkPush(b *testing.B, l *Ledger, r *Run, workers, batch int) {
	ctx := context.Background()
	entries := make([]Entry, b.N)
	for i := range entries {
		entries[i] = wide(l.Digester(), i)
	}
	b.ResetTimer()
	work := make(chan []Entry)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for part := range work {
				claims, _, err := r.Claim(ctx, part)
				if err != nil {
					b.Error(err)
					continue
				}
				for _, c := range claims {
					if err := r.Settle(ctx, c, Settlement{Class: ClassAccepted, HTTPStatus: 200}); err != nil {
						b.Error(err)
					}
				}
			}
		})
	}
	for i := 0; i < b.N; i += batch {
		work <- entries[i:min(i+batch, b.N)]
	}
	close(work)
	wg.Wait()
	if err := r.Flush(ctx); err != nil {
		b.Error(err)
	}
}

// BenchmarkPlan is the cost of one record that was accepted before.
func BenchmarkPlan(b *testing.B) {
	l := open(b, here(b.TempDir()))
	ctx := context.Background()
	r, _ := begin(b, l, Policy{})
	entries := make([]Entry, 20000)
	for i := range entries {
		entries[i] = wide(l.Digester(), i)
	}
	claims, _, err := r.Claim(ctx, entries)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range claims {
		if err := r.Settle(ctx, c, Settlement{Class: ClassAccepted}); err != nil {
			b.Fatal(err)
		}
	}
	if err := r.Flush(ctx); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for done := 0; done < b.N; {
		part := entries[done%len(entries):]
		part = part[:min(len(part), b.N-done, 256)]
		ds, err := l.Plan(ctx, part, Policy{})
		if err != nil || ds[0].Action != Skip {
			b.Fatal(ds[0], err)
		}
		done += len(part)
	}
}

// BenchmarkLeaf is the cost of one leaf of data.json.
func BenchmarkLeaf(b *testing.B) {
	d := NewDigester(make([]byte, KeySize))
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = d.AppendLeaf(dst[:0], "ohEmployees.ohItemClassResult[3].ohItemResult[7].result", "12.5")
	}
}

// BenchmarkIdentity is the cost of one identity and one name.
func BenchmarkIdentity(b *testing.B) {
	d := NewDigester(make([]byte, KeySize))
	b.ReportAllocs()
	for b.Loop() {
		d.Identity("130000001", "01", "130102199001011234", "2026-02-03", "0")
		d.Name("欧阳测试")
	}
}
