package run

import (
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/DeRuina/timberjack"

	"hbupload/internal/crash"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/pattern"
	"hbupload/internal/push"
)

// A log is rotated at this size (MiB) and so many old ones are kept, packed.
// Its mode lets nobody but the owner read it.
const (
	logSize = 10
	logKeep = 10
	logMode = 0o600
)

// OpenLog opens --log-file for appending, 0600, rotated by size; without the
// flag nothing is logged. Only keys, states, times and the platform's redacted
// words get there. A command opens it once.
func (env *Env) OpenLog() (*slog.Logger, func(), error) {
	if env.Log != nil {
		return env.Log, func() {}, nil
	}
	if env.Opts.LogFile == "" {
		return discarded(), func() {}, nil
	}
	if err := privateLog(env.Opts.LogFile); err != nil {
		return nil, nil, fault.New(fault.Config, "日志文件无法写入").At(env.Opts.LogFile).Next("请检查 --log-file 的路径和权限").By(err)
	}
	level := slog.LevelInfo
	if env.Opts.Verbose {
		level = slog.LevelDebug
	}
	w := &timberjack.Logger{Filename: env.Opts.LogFile, FileMode: logMode, MaxSize: logSize, MaxBackups: logKeep, Compression: "gzip", LocalTime: true}
	handler, err := logHandler(env.Hidden.Writer(w), env.Opts.LogFormat, level)
	if err != nil {
		return nil, nil, errors.Join(err, w.Close())
	}
	return slog.New(handler), func() { _ = w.Close() }, nil
}

// privateLog makes the file before the library does, for its owner alone: the
// rotation keeps the mode it finds.
func privateLog(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && info.Mode()&fs.ModeNamedPipe != 0 { // opening waits for a reader
		return fs.ErrInvalid
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, logMode)
	if err != nil {
		return err
	}
	return f.Close()
}

func discarded() *slog.Logger { return slog.New(slog.DiscardHandler) }

// Logger is the command's log, or one that keeps nothing.
func (env *Env) Logger() *slog.Logger {
	if env.Log == nil {
		return discarded()
	}
	return env.Log
}

// logHandler writes text or JSON lines through the net.
func logHandler(w io.Writer, format string, level slog.Level) (slog.Handler, error) {
	opts := &slog.HandlerOptions{Level: level, ReplaceAttr: sieve}
	switch strings.ToLower(format) {
	case "", "text":
		return slog.NewTextHandler(w, opts), nil
	case "json":
		return slog.NewJSONHandler(w, opts), nil
	}
	return nil, fault.New(fault.Usage, "--log-format 只能是 text 或 json")
}

// logObserver writes one line for each attempt, and one for each event that
// matters afterwards.
type logObserver struct{ log *slog.Logger }

// Observe implements push.Observer.
func (o logObserver) Observe(e push.Event) {
	switch e.Kind {
	case push.EventSettled:
		o.log.Info("settled", "key", e.Key, "state", string(e.State), "attempt", e.Attempt, "duration", e.Duration, "message", e.Message)
	case push.EventWaiting:
		o.log.Info("waiting", "key", e.Key, "state", string(push.Undelivered), "attempt", e.Attempt, "duration", e.Duration, "wait", e.Wait, "message", e.Message)
	case push.EventThrottle:
		o.log.Info("throttle", "limit", e.Limit)
	case push.EventStopped:
		o.log.Warn("stopped", "message", e.Message)
	case push.EventPlanned:
		o.log.Info("planned", "send", e.Total)
	}
}

// The second net: what looks like an identity number, a phone or a credential
// is masked wherever a line would carry it, whoever wrote the line. Timestamps
// and digests are other kinds of values and do not look so: a digest is one
// word of more than eighteen characters.
var (
	reLongDigits = pattern.New(`(^|[^0-9A-Za-z])([0-9]{15,17}[0-9Xx]|[0-9]{15})($|[^0-9A-Za-z])`)
	rePhone      = pattern.New(`(^|[^0-9A-Za-z])((?:\+?86[- ]?)?1[3-9][0-9]{9})($|[^0-9A-Za-z])`)
	reJWT        = pattern.New(`eyJ[A-Za-z0-9_-]{5,}(\.[A-Za-z0-9_-]*){0,2}`)
	reBearer     = pattern.New(`(?i)\b(bearer|basic)\s+[^\s"',;]+`)
	reSecret     = pattern.New(`(?i)((?:token|authorization|password|passwd|secret|密码|令牌)["']?\s*[:=：]\s*["']?)[^\s"',;]+`)
)

// caughtMark is what stands for what was caught.
const caughtMark = "***"

// sieve is the slog.HandlerOptions.ReplaceAttr of every log.
func sieve(_ []string, a slog.Attr) slog.Attr {
	switch strings.ToLower(a.Key) {
	case "token", "password", "authorization", "idcard", "name", "phone":
		return slog.String(a.Key, caughtMark)
	}
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		return slog.String(a.Key, Caught(v.String()))
	case slog.KindDuration: // JSON would have nanoseconds and not say so
		return slog.String(a.Key, v.Duration().String())
	case slog.KindInt64, slog.KindUint64:
		if s := v.String(); Caught(s) != s {
			return slog.String(a.Key, caughtMark)
		}
	case slog.KindAny:
		if err, ok := v.Any().(error); ok {
			return slog.String(a.Key, SafeError(err))
		}
		return slog.String(a.Key, Caught(v.String()))
	}
	return a
}

// Caught masks a text. What a terminal would obey goes too: JSON lines keep it,
// and somebody looks at them.
func Caught(s string) string {
	s = strings.Map(func(r rune) rune {
		if host.Obeyed(r) {
			return '\ufffd'
		}
		return r
	}, s)
	s = reJWT.ReplaceAllString(s, caughtMark)
	s = reBearer.ReplaceAllString(s, "$1 "+caughtMark)
	s = reSecret.ReplaceAllString(s, "$1"+caughtMark)
	for _, re := range []*pattern.Pattern{reLongDigits, rePhone} {
		for range 2 { // neighbours share the sign between them
			s = re.ReplaceAllString(s, "${1}"+caughtMark+"${3}")
		}
	}
	return s
}

// SafeError words an error for a note or a log, without what looks personal.
func SafeError(err error) string {
	var link *os.LinkError
	var path *fs.PathError
	switch {
	case errors.As(err, &link):
		return Caught(link.Op + ": " + link.Err.Error())
	case errors.As(err, &path):
		return Caught(path.Op + ": " + path.Err.Error())
	}
	return Caught(Problem(err).Message)
}

// LogCrash writes where a panic happened to --log-file, the only place that
// gets it.
func LogCrash(env *Env, err error) {
	var c *crash.Error
	if !errors.As(err, &c) {
		return
	}
	log, done, err := env.OpenLog()
	if err != nil {
		return
	}
	defer done()
	log.Error("panic", "cause", c.Cause, "version", env.Build.Version, "stack", strings.Join(c.Stack, " < "))
}
