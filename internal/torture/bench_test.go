package torture

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"hbupload/internal/pgtest"
	"hbupload/internal/sandbox"
)

// arrivals notes when the first and the last upload came.
type arrivals struct {
	next http.Handler

	mu          sync.Mutex
	first, last time.Time
}

// ServeHTTP implements http.Handler.
func (a *arrivals) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == sandbox.PathUpload {
		a.mu.Lock()
		a.last = time.Now()
		if a.first.IsZero() {
			a.first = a.last
		}
		a.mu.Unlock()
	}
	a.next.ServeHTTP(w, r)
}

// BenchmarkFleet is the share of machines × workers / 0.1 s that programs with
// one PostgreSQL ledger reach, and beside it one with its embedded ledger. The
// database writes to the disk as in earnest; all share this machine's cores.
func BenchmarkFleet(b *testing.B) {
	server := pgtest.Start(b)
	server.SQL(b, "postgres", `ALTER SYSTEM SET fsync = on`)
	server.Stop("fast")
	server.Resume()
	bin := program(b)
	for _, machines := range []int{0, 1, 2, 4} {
		name := fmt.Sprintf("machines=%d", machines)
		if machines == 0 {
			name = "embedded"
		}
		b.Run(name, func(b *testing.B) {
			share := 0.0
			for n := range b.N {
				share = fleetShare(b, bin, server, fmt.Sprintf("bench_%d_%d_%d", machines, b.N, n), machines)
			}
			b.ReportMetric(share, "of-machines×workers/0.1s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// fleetShare pushes 40 records a worker from each machine, every machine its own.
func fleetShare(b *testing.B, bin string, server *pgtest.Server, schema string, machines int) float64 {
	const workers, rounds = 16, 40
	box := sandbox.Options{Latency: 100 * time.Millisecond, Forget: true}
	var f *fleet
	if machines > 0 {
		f = newFleet(b, bin, server, server.URL(pgtest.Owner, "postgres"), schema, box, workers, machines)
	} else {
		f = &fleet{world: newWorld(b, bin, box, workers), machines: 1}
		if out, err := f.on(0, "dict", "pull").CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
	watch := &arrivals{next: f.sandbox}
	f.gate.next = watch
	var wg sync.WaitGroup
	for n := range f.machines {
		cmd := f.on(n, pushArgs(f.file(workers*rounds))...)
		wg.Go(func() {
			if out, err := cmd.CombinedOutput(); err != nil {
				b.Errorf("%v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	if twice := f.sandbox.Doubles(); len(twice) > 0 {
		b.Errorf("%d records were stored twice", len(twice))
	}
	return float64(f.machines*workers*rounds-1) / watch.last.Sub(watch.first).Seconds() / (float64(f.machines*workers) / 0.1)
}
