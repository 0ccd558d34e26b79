package night

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/inbox"
	"hbupload/internal/ledger"
	"hbupload/internal/plainfile"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/run"
	"hbupload/internal/spec"
)

// round looks at the inbox once and serves what has settled. patient waits for
// fresh files to settle, once.
func (st *station) round(ctx, early context.Context, patient bool) *round {
	rd := &round{profile: st.name, result: &report.Result{Command: st.Command, NoRows: true}}
	if err := st.serve(ctx, early, rd, patient); err != nil {
		rd.stop(err)
	}
	return rd
}

func (st *station) serve(ctx, early context.Context, rd *round, patient bool) error {
	if err := st.trust(); err != nil {
		return err
	}
	h, err := run.HoldToSend(early, st.Env, st.cfg)
	if err != nil {
		return err
	}
	defer h.Release()
	if to, err := st.mover.Resume(early); err != nil {
		rd.note("上次没有移完的文件仍未移完，下次再试：%v", run.SafeError(err))
		rd.result.ExitCode = worse(rd.result.ExitCode, fault.ExitDelivery)
	} else if to != "" {
		rd.note("上次没有移完的文件已移到 %s", to)
	}
	if err := st.refresh(early, rd); err != nil {
		return err
	}
	look, err := st.look(early, patient)
	if err != nil {
		return err
	}
	for _, w := range look.Waiting {
		run.HideShapes(st.Env, []string{w.Path}, h.Led.Digester())
		out := report.FileOutcome{File: w.Path, Outcome: report.FileWaiting, Reason: whyWaiting(w.Why)}
		if w.Why == inbox.Irregular { // only a person can mend that
			out.Outcome = report.FileKept
			rd.result.ExitCode = worse(rd.result.ExitCode, fault.ExitFindings)
		}
		rd.files = append(rd.files, out)
	}
	if len(look.Settled) == 0 {
		return nil
	}
	return st.deliverAll(ctx, early, h, rd, look.Settled)
}

func (rd *round) note(format string, args ...any) {
	rd.result.Notes = append(rd.result.Notes, host.SafeText(fmt.Sprintf(format, args...), run.MaxMessage))
}

func whyWaiting(w inbox.Why) string {
	switch w {
	case inbox.Growing:
		return "文件还在变化（大小或时间刚变过），稳定后再读"
	case inbox.Open:
		return "文件正被别的程序打开，关闭后再读"
	case inbox.Irregular:
		return "是链接或管道，不是文件本身，不读取；请放文件本身"
	}
	return "文件暂时无法查看"
}

// settleSteps is in how many steps a round waits for fresh files.
const settleSteps = 4

// look scans the inbox. A scheduled run waits once for files that have just
// arrived, as long as settling takes: else each would lie there for a day.
func (st *station) look(ctx context.Context, patient bool) (inbox.Look, error) {
	look, err := st.box.Scan()
	for range settleSteps {
		if err != nil || !patient || !growing(look) || st.box.Settle <= 0 {
			break
		}
		if err := st.Pause(ctx, (st.box.Settle+settleSteps-1)/settleSteps); err != nil {
			return look, err
		}
		look, err = st.box.Scan()
	}
	switch {
	case errors.Is(err, inbox.ErrPattern):
		return look, fault.New(fault.Config, "sync.pattern 不是合法的文件名样式："+st.cfg.Sync.Pattern).Next("例如 *.xlsx，多个用逗号分开")
	case errors.Is(err, fs.ErrNotExist):
		return look, fault.New(fault.Config, "收件文件夹不存在").At(st.cfg.Sync.Inbox).
			Next("请建立它，或改正 sync.inbox；网络共享请检查是否已连接").By(err)
	case err != nil:
		return look, fault.New(fault.Unreachable, "收件文件夹无法读取："+st.cfg.Sync.Inbox).Next("请检查网络共享和权限；下次会再试").By(err)
	}
	return look, nil
}

func growing(l inbox.Look) bool {
	for _, w := range l.Waiting {
		if w.Why == inbox.Growing {
			return true
		}
	}
	return false
}

// deliverAll pushes the files as one run, as push does with several FILEs, and
// then puts each where it belongs.
func (st *station) deliverAll(ctx, early context.Context, h *run.Held, rd *round, files []inbox.File) error {
	client, err := st.Client(st.cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	s, err := st.readable(early, h, rd, files)
	if s == nil || err != nil {
		return err
	}
	defer s.Close()
	pol := run.Policy(st.cfg, "")
	pol.RetryRejected = st.opts.RetryRejected
	// Nobody is there to be asked, but a large push on an empty ledger is said.
	said := func(ctx context.Context, led *ledger.Ledger) error {
		return s.Confirm(ctx, led, run.PushOptions{Yes: true})
	}
	r, err := s.Send(ctx, early, h, client, run.Orders{Policy: pol, Confirm: said})
	if err != nil {
		return err
	}
	r.Notes = append(rd.result.Notes, r.Notes...)
	r.ExitCode = worse(rd.result.ExitCode, r.ExitCode)
	rd.result = r
	st.place(context.WithoutCancel(ctx), s, rd)
	return nil
}

// readable is the first pass over all files, each opened when its turn comes.
// One that cannot be read goes to failed/ at once, one that changes while it is
// read stays for the next time; the others are not read again for it. nil when
// nothing is left.
func (st *station) readable(ctx context.Context, h *run.Held, rd *round, files []inbox.File) (*run.Session, error) {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = f.Path
	}
	s, err := run.Begin(st.Env, st.cfg, false)
	if err != nil {
		return nil, err
	}
	o := run.SessionOptions{Spool: h.Tmp, Digester: h.Led.Digester(), Led: h.Led}
	prep := push.Preparation{Aside: func(src push.Source, err error) bool {
		var blamed *run.FileError
		if !errors.As(err, &blamed) || ctx.Err() != nil {
			return false
		}
		src.(*turn).drop()
		st.setAside(ctx, rd, blamed)
		return true
	}}
	run.HideShapes(st.Env, paths, h.Led.Digester())
	s.Inputs, prep.Sources = st.turns(paths, s.Mapping(o))
	err = s.Prepare(ctx, o, prep)
	if err != nil || len(s.Inputs) == 0 {
		s.Close()
		return nil, err
	}
	return s, nil
}

// setAside deals with a file that the first pass stumbled over.
func (st *station) setAside(ctx context.Context, rd *round, bad *run.FileError) {
	p := run.Problem(bad.Err)
	out := report.FileOutcome{File: bad.Path, Outcome: report.FileKept, Reason: p.Message}
	var path *fs.PathError
	switch {
	case errors.Is(bad.Err, fs.ErrNotExist), errors.Is(bad.Err, errUnsettled):
		out.Outcome = report.FileWaiting
		out.Reason = "读取时文件被改动或移走，稳定后再读"
	case errors.Is(bad.Err, plainfile.ErrIrregular):
		rd.result.ExitCode = worse(rd.result.ExitCode, fault.ExitFindings)
		out.Reason = whyWaiting(inbox.Irregular)
	case errors.Is(bad.Err, fs.ErrPermission):
		rd.result.ExitCode = worse(rd.result.ExitCode, fault.ExitFindings)
		out.Reason = "没有读取该文件的权限；请让放文件的人把文件的权限改成本账号可读"
	case errors.As(bad.Err, &path):
		rd.result.ExitCode = worse(rd.result.ExitCode, fault.ExitDelivery)
		out.Reason = "读取出错，下次再试：" + p.Message
	case p.Kind != fault.Input && p.Kind != fault.Usage:
		// Our own mistake, not the file's: it stays, and the night goes on.
		rd.stop(bad.Err)
	default:
		rd.result.ExitCode = worse(rd.result.ExitCode, fault.ExitFindings)
		st.refuse(ctx, rd, bad, p)
		return
	}
	rd.files = append(rd.files, out)
}

// refuse moves an unreadable file to failed/ with a text that says why.
func (st *station) refuse(ctx context.Context, rd *round, bad *run.FileError, p *report.Problem) {
	path := bad.Path
	dir := st.month(st.cfg.Sync.Failed)
	out := report.FileOutcome{File: path, Outcome: report.FileUnreadable, Reason: p.Message}
	name := filepath.Join(dir, beginning(filepath.Base(path))+"-无法读取-"+st.Now().Local().Format("20060102-150405")+".txt")
	err := st.make(dir)
	if err == nil {
		err = host.WritePrivate(name, []byte(unreadable(path, p, st.Now().Local())))
	}
	if err != nil {
		rd.note("无法写入说明：%s", run.SafeError(err))
	} else {
		out.Reports = append(out.Reports, name)
	}
	st.move(ctx, rd, &out, dir, bad.Sum)
	if out.Outcome == report.FileWaiting { // it is another file now: the text speaks of none
		_ = os.Remove(name)
		out.Reports = nil
	}
	st.share(rd, out.Reports)
	rd.result.Reports = append(rd.result.Reports, out.Reports...)
	rd.files = append(rd.files, out)
}

// beginning is as much of a file's name as leaves room for what is added to it.
func beginning(name string) string {
	const most = 180 // bytes, of the 255 of most file systems
	if len(name) <= most {
		return name
	}
	return strings.ToValidUTF8(name[:most], "")
}

// unreadable is the text that lies beside a file nobody could read, for the
// Notepad of a Windows PC: a byte order mark and CRLF.
func unreadable(path string, p *report.Problem, now time.Time) string {
	lines := []string{"文件无法读取，里面的记录一条也没有上传", "", "文件：" + filepath.Base(path), "时间：" + now.Format(time.DateTime), "原因：" + strings.TrimPrefix(p.Message, path+"：")}
	if p.Hint != "" {
		lines = append(lines, "办法："+p.Hint)
	}
	lines = append(lines, "", "改好之后，把文件重新放进收件文件夹即可；已经上传过的记录不会重复上传。", "")
	return "\ufeff" + strings.Join(lines, "\r\n")
}

// month is the folder of this month below another.
func (st *station) month(dir string) string {
	return filepath.Join(dir, st.Now().Local().Format("2006-01"))
}

// move brings a file into a folder, if it still holds the bytes of the digest:
// what was put in its place meanwhile stays for the next time. One that cannot
// be moved stays too, and is moved the next time: nothing of it is sent again.
func (st *station) move(ctx context.Context, rd *round, out *report.FileOutcome, dir, sum string) {
	to := ""
	err := st.trust()
	if err == nil {
		to, err = st.mover.Move(ctx, out.File, dir, sum)
	}
	switch {
	case err == nil:
		out.To = to
		st.Logger().Info("move", "profile", st.name, "outcome", string(out.Outcome))
		return
	case errors.Is(err, inbox.ErrChanged), errors.Is(err, fs.ErrNotExist):
		out.Outcome = report.FileWaiting
		out.Reason = "读取之后文件被换成了别的内容或移走，没有移动；新的内容下次再读"
	default:
		out.Outcome = report.FileKept
		out.Reason = "无法移走，下次再试：" + run.SafeError(err)
		rd.result.ExitCode = worse(rd.result.ExitCode, fault.ExitDelivery)
	}
	st.Logger().Warn("move", "profile", st.name, "outcome", string(out.Outcome), "error", run.SafeError(err))
}

// place reports on each file and moves it, once nothing reads it any more.
func (st *station) place(ctx context.Context, s *run.Session, rd *round) {
	own := s.Split(rd.result)
	outcomes := make([]report.FileOutcome, len(s.Inputs))
	sums := make([]string, len(s.Inputs))
	for i, in := range s.Inputs {
		outcomes[i] = st.judgeFile(ctx, s, rd, in, own[i])
		sums[i] = in.Sum
		_ = in.Table.Release()
	}
	s.CloseInputs()
	for i := range outcomes {
		o := &outcomes[i]
		switch o.Outcome {
		case report.FileDone:
			st.move(ctx, rd, o, st.month(st.cfg.Sync.Done), sums[i])
		case report.FileFailed:
			st.move(ctx, rd, o, st.month(st.cfg.Sync.Failed), sums[i])
		}
	}
	st.mover.Settle()
	rd.files = append(rd.files, outcomes...)
}

// judgeFile decides where a file belongs and writes its reports there. own is
// the part of the result that speaks of it.
func (st *station) judgeFile(ctx context.Context, s *run.Session, rd *round, in *run.Input, own *report.Result) report.FileOutcome {
	n := push.Counts(own.Records)
	out := report.FileOutcome{File: in.Path, Records: len(own.Records), Outcome: report.FileDone}
	dir := st.month(st.cfg.Sync.Done)
	if s.Unsure {
		out.Outcome = report.FileKept
		out.Reason = "台账没有写完，下次核对后再移"
		return out
	}
	switch bad := n[push.Invalid] + n[push.Rejected] + n[push.Changed] + len(in.Orphans()); {
	case n[push.Undelivered]+n[push.InDoubt]+n[push.Pending]+n[push.Valid] > 0:
		out.Outcome = report.FileKept
		out.Reason = fmt.Sprintf("还有 %d 条未送达、结果不明或未轮到", n[push.Undelivered]+n[push.InDoubt]+n[push.Pending]+n[push.Valid])
		return out
	case bad > 0:
		out.Outcome = report.FileFailed
		out.Reason = fmt.Sprintf("有 %d 条需要修改", bad)
		dir = st.month(st.cfg.Sync.Failed)
	}
	alone := *s
	alone.Inputs = run.Inputs{in}
	alone.Notes = nil
	if err := st.make(dir); err != nil {
		rd.note("无法建立文件夹：%v", run.SafeError(err))
		return out
	}
	if err := alone.Report(ctx, own, run.ReadOptions{Report: dir}); err != nil {
		rd.note("没有生成报告：%v", run.SafeError(err))
	}
	for _, n := range alone.Notes {
		rd.note("%s", n)
	}
	st.share(rd, own.Reports)
	out.Reports = own.Reports
	rd.result.Reports = append(rd.result.Reports, own.Reports...)
	return out
}

// refresh pulls the dictionaries when they are older than dict.max_age. Old
// ones serve when the platform does not: the night goes on with a warning.
func (st *station) refresh(ctx context.Context, rd *round) error {
	limit := st.cfg.DictMaxAge
	if limit <= 0 {
		return nil
	}
	old, err := run.Store(st.cfg).Load()
	if err == nil {
		age := time.Duration(0)
		for _, d := range spec.Dictionaries() {
			if got := old.Dict(d.Code); got != nil {
				if a := st.Now().Sub(got.PulledAt); a > age || a < 0 {
					age = max(age, a, -a) // a clock that went back says nothing about age
				}
			}
		}
		if age < limit {
			return nil
		}
	}
	set, pullErr := run.PullDicts(ctx, st.Env, st.cfg)
	if pullErr != nil {
		if err != nil || ctx.Err() != nil {
			return pullErr
		}
		rd.note("警告：字典已超过 dict.max_age，但这次下载失败，继续使用旧字典：%s", run.Problem(pullErr).Message)
		return nil
	}
	st.Logger().Info("dictionaries", "profile", st.name, "version", set.Version())
	for _, b := range append(run.BrokenWords(st.Env, st.cfg, set), run.LostWords(st.Env, st.cfg, set)...) {
		rd.note("警告：字典更新后%s；用到它的记录会被扣下并列出", b)
	}
	return nil
}
