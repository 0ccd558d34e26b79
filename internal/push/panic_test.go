package push

import (
	"context"
	"errors"
	"strings"
	"testing"

	"hbupload/internal/crash"
	"hbupload/internal/wire"
)

// falling is a sender with a mistake in it.
type falling struct {
	Sender
	where string
}

func (f falling) Ready(ctx context.Context) error {
	if f.where == "ready" {
		panic("李四")
	}
	return f.Sender.Ready(ctx)
}

func (f falling) Send(ctx context.Context, zip []byte, confirm func(context.Context) error) wire.Outcome {
	out := f.Sender.Send(ctx, zip, confirm)
	if f.where == "send" {
		panic("李四")
	}
	return out
}

// TestPanicOfASender: whatever was sent is in doubt and not sent again, the
// rest waits, and the run ends with an internal error.
func TestPanicOfASender(t *testing.T) {
	t.Parallel()
	for where, doubted := range map[string]int{"ready": 0, "send": 1} {
		within(t, func(t *testing.T, s *scene) {
			b, err := s.push(crowd(6), func(d *Delivery) { d.Sender = falling{d.Sender, where} })
			var fell *crash.Error
			if !errors.As(err, &fell) || len(fell.Stack) == 0 || strings.Contains(err.Error(), "李四") || kind(err) != "internal" {
				t.Fatalf("%s: err = %v", where, err)
			}
			if n := Counts(b.Records); n[InDoubt] != doubted || n[Pending] != 6-doubted {
				t.Errorf("%s: counts %v", where, n)
			}
		})
	}
}

// TestPanicOfAClaim: nothing of it was sent.
func TestPanicOfAClaim(t *testing.T) {
	t.Parallel()
	e := &engine{batch: &Batch{}}
	var fell *crash.Error
	if r := e.claim(waiting{index: 7}); r.claimed || !errors.As(r.err, &fell) {
		t.Errorf("%+v", r)
	}
}
