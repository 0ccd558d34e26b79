package cli

import (
	"io"
	"log/slog"
	"os"

	"hbupload/internal/config"
	"hbupload/internal/push"
)

// openLog opens --log-file for appending, 0600; without the flag nothing is
// logged. Only keys, states, times and the platform's redacted words get there.
func (a *app) openLog() (*slog.Logger, func(), error) {
	if a.opts.logFile == "" {
		return slog.New(slog.NewTextHandler(io.Discard, nil)), func() {}, nil
	}
	f, err := os.OpenFile(a.opts.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, &config.Error{Where: a.opts.logFile, Message: "日志文件无法写入", Fix: "请检查 --log-file 的路径和权限", Err: err}
	}
	level := slog.LevelInfo
	if a.opts.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(f, &slog.HandlerOptions{Level: level})), func() { _ = f.Close() }, nil
}

// logObserver writes one line for each event that matters afterwards.
type logObserver struct{ log *slog.Logger }

// Observe implements push.Observer.
func (o logObserver) Observe(e push.Event) {
	switch e.Kind {
	case push.EventSettled:
		o.log.Info("settled", "key", e.Key, "state", string(e.State), "attempt", e.Attempt, "duration", e.Duration, "message", e.Message)
	case push.EventWaiting:
		o.log.Info("waiting", "key", e.Key, "attempt", e.Attempt, "wait", e.Wait, "message", e.Message)
	case push.EventThrottle:
		o.log.Info("throttle", "limit", e.Limit)
	case push.EventStopped:
		o.log.Warn("stopped", "message", e.Message)
	case push.EventPlanned:
		o.log.Info("planned", "send", e.Total)
	}
}
