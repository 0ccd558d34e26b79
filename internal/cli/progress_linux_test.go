package cli

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"hbupload/internal/sandbox"
)

// openPTY is a pseudo terminal of 100 columns: what we write to tty comes out
// of the other end.
func openPTY(t *testing.T) (tty *os.File, read func() string) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo terminals here: " + err.Error())
	}
	t.Cleanup(func() { _ = master.Close() })
	fd := int(master.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 100})
	}
	if err != nil {
		t.Skip("no pseudo terminals here: " + err.Error())
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo terminals here: " + err.Error())
	}
	var mu sync.Mutex
	var all strings.Builder
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			mu.Lock()
			all.Write(buf[:n])
			mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return tty, func() string {
		_ = tty.Close() // the last one: the master reads what is left, then EIO
		<-done
		return all.String()
	}
}

// screen is what stays to be seen: it plays the two codes that a bar uses.
func screen(raw string) string {
	lines := []string{""}
	for raw != "" {
		switch {
		case strings.HasPrefix(raw, "\x1b[") && len(raw) > 3 && raw[3] == 'A':
			up := int(raw[2] - '0')
			lines, raw = append(lines[:max(0, len(lines)-1-up)], ""), raw[4:]
		case strings.HasPrefix(raw, "\x1b[J"):
			raw = raw[3:]
		case raw[0] == '\n':
			lines, raw = append(lines, ""), raw[1:]
		case raw[0] == '\r':
			raw = raw[1:]
		default:
			lines[len(lines)-1] += raw[:1]
			raw = raw[1:]
		}
	}
	return strings.Join(lines, "\n")
}

// TestProgressOnTerminal: a real terminal sees the bar while it runs, and
// nothing of it afterwards, also when Ctrl-C ended the run.
func TestProgressOnTerminal(t *testing.T) {
	t.Parallel()
	for _, interrupted := range []bool{false, true} {
		t.Run(fmt.Sprint("interrupted ", interrupted), func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			stop, uploads := make(chan struct{}), 0
			b.serve(func(next http.Handler) http.Handler {
				var mu sync.Mutex
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == sandbox.PathUpload {
						mu.Lock()
						if uploads++; uploads == 6 && interrupted {
							close(stop)
						}
						mu.Unlock()
						timer := time.NewTimer(60 * time.Millisecond) // the bar draws every 150
						<-timer.C
					}
					next.ServeHTTP(w, r)
				})
			})
			b.want(0, "dict", "pull")
			tty, read := openPTY(t)
			b.process.Stderr, b.process.StderrTTY, b.process.Interrupt = tty, true, stop
			want := 0
			if interrupted {
				want = 130
			}
			b.want(want, "push", "../../testdata/standard.xlsx", "--no-report", "--limit", "16", "--concurrency", "1", "--yes")
			raw := read()
			says(t, raw, "上传 ", "/16", "条/秒", "剩余", "\x1b[J")
			if left := screen(raw); strings.Contains(left, "剩余") || strings.Contains(left, "\x1b") {
				t.Errorf("the bar is left on the screen:\n%q", left)
			}
		})
	}
}
