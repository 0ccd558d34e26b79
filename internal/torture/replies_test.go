package torture

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"hbupload/internal/sandbox"
)

// stutterer is a listener whose connections now and then say a reply twice, as
// gateways do that retry by themselves.
type stutterer struct {
	net.Listener
	every *atomic.Int64
}

// Accept implements net.Listener.
func (s stutterer) Accept() (net.Conn, error) {
	conn, err := s.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &stuttering{Conn: conn, every: s.every}, nil
}

type stuttering struct {
	net.Conn
	every *atomic.Int64
	n     int64
}

// Write implements net.Conn.
func (s *stuttering) Write(p []byte) (int, error) {
	n, err := s.Conn.Write(p)
	s.n++
	if every := s.every.Load(); err == nil && every > 0 && s.n%every == 0 && strings.HasPrefix(string(p), "HTTP/1.1 200") {
		_, err = s.Conn.Write(p)
	}
	return n, err
}

// TestReplies: answers that come twice, that are somebody else's, that a firewall
// gives, and refusals of doubts. Nothing is lost and nothing doubled, and the
// other records get through.
func TestReplies(t *testing.T) {
	t.Parallel()
	bin := program(t)
	for name, c := range map[string]struct {
		faults  string
		again   sandbox.Again
		upload  string // added to the configuration
		stutter int64
		runs    int
	}{
		"pages":   {faults: "slow:1ms@nth=1;seed=1;403-after@rate=0.05;404-after@rate=0.03;405-after@rate=0.03;503-after@rate=0.05;404@rate=0.03", runs: 3},
		"foreign": {faults: "seed=2;echo-foreign@rate=0.1", stutter: 2, runs: 2},
		"twice":   {faults: "seed=3;reject@rate=0.2", stutter: 1, runs: 3},
		"refused doubts": {faults: "seed=4;504-after@hash=0 x1;reject@hash=0;drop-after@rate=0.2 x1;reject:操作频繁，请稍后再试@rate=0.1 x1",
			again: sandbox.AgainRefuse, upload: ", in_doubt: resend", runs: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := faulty(t, c.faults)
			platform.Again = c.again
			w := newWorld(t, bin, platform, 4)
			w.configure(c.upload)
			w.stutter.Store(c.stutter)
			file := w.file(60)
			for range c.runs {
				w.push(file)
				w.check(name, false)
			}
			a := w.check(name+", at the end", false)
			t.Logf("%s: %+v, faults %v", name, a, w.struck())
			if a.accepted < 35 {
				t.Errorf("%d of 60 got through: %+v", a.accepted, a)
			}
		})
	}
}

// configure adds to the section upload.
func (w *world) configure(more string) {
	w.t.Helper()
	path := filepath.Join(w.dir, "hbupload.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), "max_failures: 1000", "max_failures: 1000"+more, 1)), 0o600); err != nil {
		w.t.Fatal(err)
	}
}
