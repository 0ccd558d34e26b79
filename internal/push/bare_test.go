package push

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"hbupload/internal/ledger"
)

// nothing is a platform that only answers, each upload after a while: what is left
// is what sending costs.
func nothing(tb testing.TB, latency time.Duration) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if latency > 0 {
			<-time.After(latency)
		}
		reply := `{"success":true,"msg":"操作成功"}`
		if strings.HasSuffix(r.URL.Path, "jwtlogin") {
			reply = `{"success":true,"msg":"操作成功","data":"token"}`
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, reply)
	}))
	tb.Cleanup(server.Close)
	return server
}

// BenchmarkPushAgainstNothing is the share of what a bare net/http loop reaches
// with the same zips and the same workers, at a platform that only answers, and
// the processor's time for a record. Both are measured in one run; the
// platform's part of the time is in both.
func BenchmarkPushAgainstNothing(b *testing.B) {
	const records = 3000
	const workers = 16
	server := nothing(b, 0)
	client := reaching(b, server.URL, workers)
	batch := sampled(b, records, nil)
	bodies, contentType := forms(b, batch)
	batch.Close()
	var pushed, posted spent
	for b.Loop() {
		pushed = pushAll(b, overHTTP{client}, records, workers, nil)
		posted = measure(func() { postAll(b, server.URL+"/upload", contentType, bodies, workers) })
	}
	b.ReportMetric(posted.wall.Seconds()/pushed.wall.Seconds(), "of-bare-loop")
	b.ReportMetric(float64(pushed.processor.Microseconds())/records, "µs-processor/record")
	b.ReportMetric(float64(posted.processor.Microseconds())/records, "µs-processor/bare-post")
	b.ReportMetric(records/pushed.wall.Seconds(), "records/s")
	b.ReportMetric(0, "ns/op")
}

// spent is what a piece of work took, and when it ended.
type spent struct {
	wall, processor time.Duration
	end             time.Time
}

func measure(work func()) spent {
	start := time.Now()
	before := processorTime()
	work()
	end := time.Now()
	return spent{wall: end.Sub(start), processor: processorTime() - before, end: end}
}

// forms are the ready-made bodies of a bare loop.
func forms(tb testing.TB, batch *Batch) (bodies [][]byte, contentType string) {
	tb.Helper()
	for i := range batch.Records {
		sent, err := batch.open(i)
		if err != nil {
			tb.Fatal(err)
		}
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		_ = form.SetBoundary("bare")
		part, _ := form.CreateFormFile("data", "data.zip")
		_, _ = part.Write(sent.zip)
		_ = form.Close()
		bodies = append(bodies, body.Bytes())
		contentType = form.FormDataContentType()
	}
	return bodies, contentType
}

// postAll posts bodies with nothing but net/http.
func postAll(tb testing.TB, address, contentType string, bodies [][]byte, workers int) {
	tb.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
	defer client.CloseIdleConnections()
	jobs := make(chan []byte)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for body := range jobs {
				resp, err := client.Post(address, contentType, bytes.NewReader(body))
				if err != nil {
					tb.Error(err)
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		})
	}
	for _, body := range bodies {
		jobs <- body
	}
	close(jobs)
	wg.Wait()
}

// pushAll delivers records with a fresh ledger; reading them is not measured.
func pushAll(b *testing.B, sender Sender, records, workers int, o Observer) spent {
	b.Helper()
	ctx := context.Background()
	led, err := ledger.Open(ctx, ledger.Options{Path: b.TempDir() + "/" + ledger.FileName, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = led.Close() }()
	run, _, err := led.BeginRun(ctx, ledger.RunInfo{Unsettled: Unsettled(workers)})
	if err != nil {
		b.Fatal(err)
	}
	batch := sampled(b, records, led.Digester())
	defer batch.Close()
	stop := profiled(b)
	out := measure(func() {
		err = batch.Deliver(ctx, Delivery{Sender: sender, Run: run, Concurrency: workers, CompareEcho: true, Observer: o})
		if err == nil {
			err = run.Finish(ctx, ledger.Summary{})
		}
	})
	stop()
	if err != nil {
		b.Fatal(err)
	}
	if n := Counts(batch.Records)[Accepted]; n != records {
		b.Fatalf("%d of %d accepted: %v; %s", n, records, Counts(batch.Records), batch.Records[0].Message)
	}
	return out
}

// profiled writes what is on the processor until stop into the folder that
// HBUPLOAD_PROFILE names (make profile): a file for each delivery, without the first
// pass before it. What was allocated in all of them is one file; GODEBUG has
// sampling switched off for the rest of the process.
func profiled(b *testing.B) (stop func()) {
	b.Helper()
	dir := os.Getenv("HBUPLOAD_PROFILE")
	if dir == "" {
		return func() {}
	}
	cpu, err := os.CreateTemp(dir, "cpu-*.prof")
	if err == nil {
		err = pprof.StartCPUProfile(cpu)
	}
	if err != nil {
		b.Fatal(err)
	}
	runtime.MemProfileRate = 512 << 10
	return func() {
		pprof.StopCPUProfile()
		runtime.GC() // what is not collected is not in the profile yet
		memory, err := os.Create(filepath.Join(dir, "mem.prof"))
		if err == nil {
			err = pprof.Lookup("allocs").WriteTo(memory, 0)
		}
		runtime.MemProfileRate = 0
		if err = errors.Join(err, memory.Close(), cpu.Close()); err != nil {
			b.Fatal(err)
		}
	}
}
