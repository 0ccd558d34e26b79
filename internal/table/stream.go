package table

import (
	"context"
	"io"

	"hbupload/internal/crash"
)

// stream reads what may never come, such as a pipe that nobody writes to: Read
// ends with the context, though the read below it goes on waiting.
type stream struct {
	ctx    context.Context
	chunks chan chunk
	rest   chunk
}

type chunk struct {
	data []byte
	err  error
}

// newStream begins to read r.
func newStream(ctx context.Context, r io.Reader) *stream {
	s := &stream{ctx: ctx, chunks: make(chan chunk)}
	go func() {
		err := crash.Run(func() error { return s.pump(r) })
		s.pass(chunk{err: err})
	}()
	return s
}

// pump passes on what it reads until the end, or until nobody asks any more.
func (s *stream) pump(r io.Reader) error {
	for {
		buf := make([]byte, 64<<10)
		n, err := r.Read(buf)
		if n > 0 && !s.pass(chunk{data: buf[:n]}) {
			return s.ctx.Err()
		}
		if err != nil {
			return err
		}
	}
}

// pass reports whether somebody took a chunk.
func (s *stream) pass(c chunk) bool {
	select {
	case s.chunks <- c:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// Read implements io.Reader.
func (s *stream) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	for len(s.rest.data) == 0 {
		if s.rest.err != nil {
			return 0, s.rest.err
		}
		select {
		case s.rest = <-s.chunks:
		case <-s.ctx.Done():
			return 0, s.ctx.Err()
		}
	}
	n := copy(p, s.rest.data)
	s.rest.data = s.rest.data[n:]
	return n, nil
}
