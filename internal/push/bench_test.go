package push

import (
	"context"
	"crypto/md5" // the document demands MD5 (2.1)
	"encoding/hex"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"hbupload/internal/ledger"
	"hbupload/internal/mapping"
	"hbupload/internal/meaning"
	"hbupload/internal/platform"
	"hbupload/internal/rules"
	"hbupload/internal/sandbox"
	"hbupload/internal/sandbox/sample"
	"hbupload/internal/table"
	"hbupload/internal/wire"
)

// overHTTP is the Sender of the command.
type overHTTP struct{ *platform.Client }

// Ready implements Sender.
func (s overHTTP) Ready(ctx context.Context) error { return s.EnsureToken(ctx) }

// Send implements Sender.
func (s overHTTP) Send(ctx context.Context, zip []byte, confirm func(context.Context) error) wire.Outcome {
	return s.Upload(ctx, zip, confirm)
}

// stopwatch notes when the canary was back.
type stopwatch struct{ first time.Time }

// Observe implements Observer.
func (w *stopwatch) Observe(e Event) {
	if e.Kind == EventSettled && w.first.IsZero() {
		w.first = time.Now()
	}
}

// sampled is a first pass over n invented people.
func sampled(b *testing.B, n int, digest *ledger.Digester) *Batch {
	b.Helper()
	ctx, dir := b.Context(), b.TempDir()
	fail := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	fail(sample.WriteCSVDir(ctx, dir, sample.People(n, 5), false))
	in, err := table.Open(ctx, dir, table.Options{})
	fail(err)
	defer func() { _ = in.Close() }()
	checker, err := rules.New(rules.Config{Config: meaning.Config{Dicts: sandbox.SampleSet()}, Now: func() time.Time { return sample.Day(2026, 11, 23) }})
	fail(err)
	source, err := mapping.Open(ctx, in, mapping.Options{Dicts: sandbox.SampleSet(), Meanings: checker.Classifier, TempDir: b.TempDir()})
	fail(err)
	spool, err := NewSpool(b.TempDir())
	fail(err)
	batch, err := Prepare(ctx, Preparation{Sources: []Source{&export{Source: source, table: in}}, Checker: checker, Spool: spool, Digester: digest,
		Encoder: wire.NewEncoder(wire.Options{Suspected: checker.IsSuspected}), Zipper: wire.NewZipper(wire.DefaultLevel)})
	fail(err)
	return batch
}

// BenchmarkPushAt100ms is the share of workers/0.1 s that a durable push
// reaches from the second upload on, platform and program in this one process:
// at the sandbox, which checks what it is sent, and at a platform that only answers.
func BenchmarkPushAt100ms(b *testing.B) {
	const latency = 100 * time.Millisecond
	for _, workers := range []int{16, 64} {
		b.Run(fmt.Sprintf("sandbox/workers=%d", workers), func(b *testing.B) {
			share(b, workers, func() string {
				box := sandbox.New(sandbox.Options{Latency: latency, Forget: true})
				server := httptest.NewServer(box)
				b.Cleanup(func() {
					server.Close()
					box.Close()
					if d := box.Doubles(); len(d) > 0 {
						b.Errorf("%d records were stored twice", len(d))
					}
				})
				return server.URL
			})
		})
		b.Run(fmt.Sprintf("answers/workers=%d", workers), func(b *testing.B) {
			share(b, workers, func() string { return nothing(b, latency).URL })
		})
	}
}

// share reports the share that a push reaches, each time to another platform: one
// that has the records would refuse them.
func share(b *testing.B, workers int, platform func() string) {
	reached := 0.0
	for b.Loop() {
		reached = pushOnce(b, overHTTP{reaching(b, platform(), workers)}, workers*40, workers)
	}
	b.ReportMetric(reached, "of-workers/0.1s")
	b.ReportMetric(0, "ns/op")
}

// reaching is the client of a platform.
func reaching(b *testing.B, address string, workers int) *platform.Client {
	b.Helper()
	password := md5.Sum([]byte("sandbox")) // the document demands MD5 (2.1)
	client, err := platform.New(platform.Config{BaseURL: address, Username: "sandbox", Concurrency: workers,
		OrgName: "河北省疾控中心", PasswordMD5: func() string { return hex.EncodeToString(password[:]) }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(client.Close)
	return client
}

// pushOnce sends records with a fresh ledger and returns the share.
func pushOnce(b *testing.B, sender Sender, records, workers int) float64 {
	b.Helper()
	var watch stopwatch
	took := pushAll(b, sender, records, workers, &watch).end.Sub(watch.first)
	return float64(records-1) / took.Seconds() / (float64(workers) / 0.1)
}

// instantly accepts without a network: what is left is the engine and its ledger.
type instantly struct{}

// Ready implements Sender.
func (instantly) Ready(context.Context) error { return nil }

// Send implements Sender.
func (instantly) Send(context.Context, []byte, func(context.Context) error) wire.Outcome {
	return wire.Outcome{Class: wire.Accepted, HTTPStatus: 200}
}

// BenchmarkEngine is the engine's and the ledger's cost per record, on a disk,
// with nobody to wait for.
func BenchmarkEngine(b *testing.B) {
	for _, workers := range []int{4, 16, 64} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			const records = 3000
			rate := 0.0
			for b.Loop() {
				rate = pushOnce(b, instantly{}, records, workers) * float64(workers) / 0.1
			}
			b.ReportMetric(1e6/rate, "µs/record")
			b.ReportMetric(0, "ns/op")
		})
	}
}
