package wire

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// BenchmarkEncodeZip runs baseline and product in turns and reports the ratio
// (issue 9: at least 4).
func BenchmarkEncodeZip(b *testing.B) {
	rec, e, z := bigSample(), NewEncoder(Options{Suspected: suspectedIs5}), NewZipper(0)
	var text, data []byte
	var own, base time.Duration
	const block = 50 // long enough that one's garbage is not the other's time
	n := 0
	for b.Loop() {
		start := time.Now()
		for range block {
			text = e.Encode(text[:0], rec)
			data = z.Zip(data[:0], text)
		}
		between := time.Now()
		for range block {
			plain, err := json.Marshal(naive(rec))
			if err != nil {
				b.Fatal(err)
			}
			naiveZip(b, plain)
		}
		own, base = own+between.Sub(start), base+time.Since(between)
		n += block
	}
	b.ReportMetric(float64(base)/float64(own), "x-naive")
	b.ReportMetric(float64(n)/own.Seconds(), "records/s/core")
}

func BenchmarkEncode(b *testing.B) {
	rec, e := bigSample(), NewEncoder(Options{Suspected: suspectedIs5})
	var text []byte
	b.ReportAllocs()
	for b.Loop() {
		text = e.Encode(text[:0], rec)
	}
	b.ReportMetric(float64(len(text)), "bytes")
}

func BenchmarkZipLevels(b *testing.B) {
	text := NewEncoder(Options{}).Encode(nil, bigSample())
	for _, level := range []int{1, 2, 3, 4, 5, 6, 9} {
		b.Run(fmt.Sprint(level), func(b *testing.B) {
			z := NewZipper(level)
			var data []byte
			for b.Loop() {
				data = z.Zip(data[:0], text)
			}
			b.ReportMetric(float64(len(data)), "bytes")
		})
	}
}

func BenchmarkReply(b *testing.B) {
	e := NewEncoder(Options{})
	sent := e.Leaves(nil, bigSample())
	body := append([]byte(`{"success":true,"data":`), e.Encode(nil, bigSample())...)
	body = append(body, '}')
	b.Run("classify", func(b *testing.B) {
		for b.Loop() {
			Classify(Attempt{Written: true, Status: 200, Body: body}, Policy{})
		}
	})
	o := Classify(Attempt{Written: true, Status: 200, Body: body}, Policy{})
	b.Run("compare", func(b *testing.B) {
		for b.Loop() {
			CompareEcho(sent, o.Echo)
		}
	})
	b.Run("leaves", func(b *testing.B) {
		rec := bigSample()
		for b.Loop() {
			sent = e.Leaves(sent[:0], rec)
		}
	})
}

// BenchmarkOpen is what the engine pays to read a record back from its spool.
func BenchmarkOpen(b *testing.B) {
	data := Zip(nil, NewEncoder(Options{}).Encode(nil, bigSample()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := OpenLeaves(data); err != nil {
			b.Fatal(err)
		}
	}
}
