package run

import (
	"testing"
	"time"
)

// TestLeft: the rest of the time is told in the operator's words, and not before
// anything is known of it.
func TestLeft(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		done, total int64
		elapsed     time.Duration
		want        string
	}{
		{0, 400, time.Minute, ""}, {400, 400, time.Minute, ""}, {100, 400, 10 * time.Second, " 剩余约 30 秒"}, {1, 2, time.Millisecond, " 剩余约 1 秒"},
		{1, 400, 500 * time.Millisecond, " 剩余约 3 分 20 秒"}, {100, 400, 25 * time.Minute, " 剩余约 1 小时 15 分"},
	} {
		if got := left(c.done, c.total, c.elapsed); got != c.want {
			t.Errorf("%d of %d after %v: %q, want %q", c.done, c.total, c.elapsed, got, c.want)
		}
	}
}
