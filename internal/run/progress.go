package run

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"hbupload/internal/host"
	"hbupload/internal/push"
)

// progress shows how far a run is: a bar on a terminal, a plain line now and
// then elsewhere, nothing when quiet.
type progress struct {
	app    *Env
	bars   *mpb.Progress
	bar    *mpb.Bar
	name   string
	last   time.Time
	failed atomic.Int64
}

// lineEvery is how often a plain line is written where there is no terminal.
const lineEvery = 10 * time.Second

func newProgress(env *Env) *progress { return &progress{app: env, last: env.Now()} }

func (p *progress) tty() bool {
	return p.app.StderrTTY && !p.app.Opts.Quiet && !p.app.Opts.JSON && p.app.Getenv("TERM") != "dumb"
}

// stage begins a new count.
func (p *progress) stage(name string) {
	p.name = name
	p.last = p.app.Now()
}

// begin draws a bar of a known length.
func (p *progress) begin(total int) {
	if !p.tty() || total == 0 {
		return
	}
	start := p.app.Now()
	p.bars = mpb.New(mpb.WithOutput(p.app.Terminal), mpb.WithWidth(40), mpb.WithAutoRefresh())
	p.bar = p.bars.AddBar(int64(total), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(p.name+" "), decor.CountersNoUnit("%d/%d ")),
		mpb.AppendDecorators(decor.AverageSpeed(0, " %.1f 条/秒"), decor.Any(func(s decor.Statistics) string { return left(s.Current, s.Total, p.app.Now().Sub(start)) }),
			decor.Any(func(decor.Statistics) string {
				if n := p.failed.Load(); n > 0 {
					return fmt.Sprintf(" 未成功 %d", n)
				}
				return ""
			})))
}

// left is how long the rest will take if it goes on so; nothing before the
// first one, which says nothing yet.
func left(done, total int64, elapsed time.Duration) string {
	if done <= 0 || done >= total {
		return ""
	}
	rest := time.Duration(float64(elapsed) / float64(done) * float64(total-done)).Round(time.Second)
	h := int(rest.Hours())
	m := int(rest.Minutes()) % 60
	s := int(rest.Seconds()) % 60
	switch {
	case h > 0:
		return fmt.Sprintf(" 剩余约 %d 小时 %d 分", h, m)
	case m > 0:
		return fmt.Sprintf(" 剩余约 %d 分 %d 秒", m, s)
	}
	return fmt.Sprintf(" 剩余约 %d 秒", max(s, 1))
}

// done removes the current bar; the summary follows.
func (p *progress) done() {
	if p.bars == nil {
		return
	}
	p.bar.Abort(true)
	p.bars.Wait()
	p.bars = nil
	p.bar = nil
	_, _ = io.WriteString(p.app.Terminal, p.clear())
}

// clear removes the ^C that a terminal echoes into the line. Windows echoes
// none, and an old console there would show the code.
func (p *progress) clear() string {
	if p.app.System == "windows" {
		return ""
	}
	return "\r\x1b[J"
}

// Observe implements push.Observer.
func (p *progress) Observe(e push.Event) {
	switch e.Kind {
	case push.EventReading:
		p.line("%s：已读 %d 人", p.name, e.Done)
	case push.EventSettled:
		if e.State != push.Accepted && e.State != push.Pending {
			p.failed.Add(1)
		}
		if p.bar != nil {
			p.bar.SetCurrent(int64(e.Done))
			return
		}
		p.line("%s：%d/%d，未成功 %d", p.name, e.Done, e.Total, p.failed.Load())
	case push.EventStopped:
		p.note("%s", e.Message)
	case push.EventThrottle:
		if p.app.Opts.Verbose {
			p.note("同时上传的请求数调整为 %d", e.Limit)
		}
	case push.EventWaiting:
		if p.app.Opts.Verbose {
			p.note("%s 将在 %s 后重试：%s", e.Key, e.Wait.Round(100*time.Millisecond), e.Message)
		}
	}
}

// note writes a line above the bar, if there is one.
func (p *progress) note(format string, args ...any) {
	text := host.SafeText(fmt.Sprintf(format, args...), MaxMessage)
	if p.bars == nil {
		p.app.Say("%s", text)
		return
	}
	_, _ = fmt.Fprintln(p.bars, p.clear()+text)
}

// line writes a plain line, seldom.
func (p *progress) line(format string, args ...any) {
	if p.app.Opts.JSON && p.app.Opts.Quiet {
		return
	}
	now := p.app.Now()
	if now.Sub(p.last) < lineEvery {
		return
	}
	p.last = now
	p.app.Say(format, args...)
}
