package push

import (
	"errors"
	"fmt"
	"testing"

	"hbupload/internal/crash"
	"hbupload/internal/spec"
)

// Records arrive whole and in order although their reader uses one for all.
func TestRelayKeepsOrderAndCopies(t *testing.T) {
	t.Parallel()
	const n = 5*relayDepth + 3
	var got []string
	r := newRelay(func(rec *spec.Record) error {
		got = append(got, fmt.Sprint(rec.Key, len(rec.Hazards), len(rec.Items), rec.At(spec.PatientName).Text))
		return nil
	})
	var rec spec.Record
	for i := range n {
		rec.Reset()
		rec.Key = fmt.Sprint(i)
		rec.At(spec.PatientName).Text = "甲"
		for range i % 3 {
			rec.AddHazard()
			rec.AddItem()
		}
		if err := r.pass(&rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.close(); err != nil || len(got) != n {
		t.Fatalf("%v, %d of %d records", err, len(got), n)
	}
	for i, g := range got {
		if want := fmt.Sprint(fmt.Sprint(i), i%3, i%3, "甲"); g != want {
			t.Errorf("record %d is %q, want %q", i, g, want)
		}
	}
}

// What the judge complains of, a panic too, ends the reading and is told.
func TestRelayPassesErrorsBack(t *testing.T) {
	t.Parallel()
	full := errors.New("no room")
	for name, judge := range map[string]func(*spec.Record) error{
		"error": func(*spec.Record) error { return full },
		"panic": func(*spec.Record) error { panic("测试甲") },
	} {
		r := newRelay(judge)
		var err error
		for i := 0; err == nil && i < 100*relayDepth; i++ {
			err = r.pass(&spec.Record{})
		}
		late := r.close()
		var fell *crash.Error
		switch {
		case err == nil || !errors.Is(late, err):
			t.Errorf("%s: reading ended with %v, the relay with %v", name, err, late)
		case name == "error" && !errors.Is(err, full), name == "panic" && !errors.As(err, &fell):
			t.Errorf("%s: got %v", name, err)
		}
	}
}
