package table

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestStream(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("体检,姓名\n", 20000)
	got, err := io.ReadAll(newStream(t.Context(), iotest.DataErrReader(strings.NewReader(text))))
	if err != nil || string(got) != text {
		t.Errorf("%d of %d bytes, %v", len(got), len(text), err)
	}
	broken := errors.New("broken")
	if _, err := io.ReadAll(newStream(t.Context(), io.MultiReader(strings.NewReader("a"), iotest.ErrReader(broken)))); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

// A pipe to which nobody writes does not keep the reader beyond its context.
func TestOpenReaderEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"", "体检编号,姓名\n"} {
		idle, writer := io.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, _ = io.WriteString(writer, first)
			cancel()
		}()
		if _, err := openReader(ctx, "-", idle, Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("after %q: %v", first, err)
		}
		_ = writer.Close() // a pipe's Close has nothing to say
	}
}
