package pgtest

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Cable is the network between a machine and the database, which a test can cut.
type Cable struct {
	listener net.Listener
	to       string

	mu    sync.Mutex
	down  bool
	eat   string // cut when a message to the server has this in it, once it has been delivered
	pairs []net.Conn
}

// NewCable leads to a server.
func NewCable(t testing.TB, s *Server) *Cable {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &Cable{listener: l, to: s.Addr()}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { c.carry(in) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		c.Cut()
		wg.Wait()
	})
	return c
}

// Through is a server's URL that goes through the cable.
func (c *Cable) Through(url string) string {
	return strings.Replace(url, c.to, c.listener.Addr().String(), 1)
}

// Broken reports whether nothing goes through.
func (c *Cable) Broken() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.down
}

// carry joins one connection with the server.
func (c *Cable) carry(in net.Conn) {
	defer func() { _ = in.Close() }()
	out, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", c.to)
	if err != nil {
		return
	}
	defer func() { _ = out.Close() }()
	c.mu.Lock()
	if c.down {
		c.mu.Unlock()
		return
	}
	c.pairs = append(c.pairs, in, out)
	c.mu.Unlock()
	back := make(chan struct{})
	go func() {
		defer close(back)
		_, _ = io.Copy(in, out)
		_ = in.Close()
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := in.Read(buf)
		if n > 0 {
			fatal := c.fatal(buf[:n], out)
			if _, werr := out.Write(buf[:n]); werr != nil || fatal {
				break
			}
		}
		if err != nil {
			break
		}
	}
	// What was delivered is worked off before the server sees the end.
	if t, ok := out.(*net.TCPConn); ok {
		_ = t.CloseWrite()
	}
	<-back
}

// fatal reports whether a message is the one after which the cable breaks. Then every
// connection is closed before the server can answer, idle ones too, but for the one
// that still takes the message to the server.
func (c *Cable) fatal(message []byte, last net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.eat == "" || !bytes.Contains(message, []byte(c.eat)) {
		return false
	}
	c.eat = ""
	c.down = true
	for _, p := range c.pairs {
		if p != last {
			_ = p.Close()
		}
	}
	c.pairs = nil
	return true
}

// Cut breaks every connection and lets none through.
func (c *Cable) Cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = true
	for _, p := range c.pairs {
		_ = p.Close()
	}
	c.pairs = nil
}

// CutAfter breaks the cable as soon as a message with the text has gone through:
// its answer is lost.
func (c *Cable) CutAfter(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.eat = text
}

// Mend lets connections through again.
func (c *Cable) Mend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = false
}
