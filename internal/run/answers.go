package run

import (
	"context"
	"fmt"
	"path/filepath"

	"hbupload/internal/answers"
	"hbupload/internal/codebook"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
	"hbupload/internal/mapping"
	"hbupload/internal/push"
)

// answered reads what a person ticked in an input, and has it read with the words
// that are to be learned, of the inputs before too.
func answered(ctx context.Context, env *Env, in *Input, opts mapping.Options) (mapping.Options, error) {
	if env.answers == nil {
		return opts, nil
	}
	if err := env.answers.Take(ctx, in.Table, in.Sum, env.Hidden.Text(filepath.Base(in.Path))); err != nil {
		return opts, err
	}
	in.words = len(env.answers.Words)
	return withWords(ctx, env, opts)
}

// withWords reads by the words that are to be learned.
func withWords(ctx context.Context, env *Env, opts mapping.Options) (mapping.Options, error) {
	if env.answers == nil || len(env.answers.Words) == 0 {
		return opts, nil
	}
	book, err := codebook.Read(ctx, env.answers.Book)
	if err != nil {
		return opts, err
	}
	opts.Book = book.With(env.answers.Words...).For(opts.Dicts, env.answers.Institution)
	return opts, nil
}

// relearn opens those again that were opened before the last word was ticked, so that
// a word holds for the whole run. What was said of how each is read was said already.
func (all Inputs) relearn(ctx context.Context, env *Env, opts mapping.Options) (mapping.Options, error) {
	opts, err := withWords(ctx, env, opts)
	if err != nil || opts.Book == nil || env.answers == nil {
		return opts, err
	}
	quiet := *env
	quiet.Opts.Quiet = true
	for _, in := range all {
		if in.words == len(env.answers.Words) {
			continue
		}
		if in.again != nil { // it is recognised when its turn comes
			in.opts = opts
			continue
		}
		if err := in.ready(ctx); err != nil {
			return opts, &FileError{Path: in.Path, Err: err}
		}
		in.Source, in.alone = openSource(ctx, &quiet, in.Table, opts)
		if in.alone != nil && !isInput(in.alone) {
			return opts, &FileError{Path: in.Path, Err: in.alone}
		}
	}
	return opts, nil
}

// collect makes room for the answers of a run's inputs.
func (s *Session) collect() {
	s.answers = &answers.Set{Dicts: s.Judge.Dicts, Institution: institution(s.cfg), Book: bookPath(s.Env, s.cfg), Who: s.User, When: s.Now().Local().Format("2006-01-02 15:04")}
}

// verified is what people have said of warnings: in the inputs, and earlier.
func (s *Session) verified(ctx context.Context, led *ledger.Ledger) (*push.Verified, error) {
	v := &push.Verified{Ticks: func() []push.Tick { return s.answers.Ticks }}
	if led == nil {
		return v, nil
	}
	known, err := led.Verified(ctx)
	v.Known = known
	v.Digester = led.Digester()
	return v, err
}

// verifiedHere is the ledger of this machine for what only reads: a shared one would
// need the network.
func (s *Session) verifiedHere(ctx context.Context) (led *ledger.Ledger, done func()) {
	if s.cfg.Ledger.URL != "" {
		return nil, func() {}
	}
	led, err := s.ReadLedger(ctx, s.cfg)
	if err != nil {
		return nil, func() {} // its own commands say what is wrong with it
	}
	return led, func() { _ = led.Close() }
}

// keep gives what was answered to the ledger and the code book; a fault there does
// not stop a push, whose records do not depend on it.
func (s *Session) keep(ctx context.Context, led *ledger.Ledger) {
	if verified := s.Batch.Verifications(); len(verified) > 0 {
		n, err := led.Verify(ctx, s.answers.Source, verified)
		if err != nil {
			s.Notes = append(s.Notes, "警告：“已核实”没有记下："+Problem(err).Message)
		} else {
			s.Notes = append(s.Notes, fmt.Sprintf("已核实：%d 处提示不再提示，其中新记下 %d 处", len(verified), n))
		}
	}
	if len(s.answers.Words) == 0 {
		return
	}
	n, err := codebook.Learn(ctx, host.Files{}, s.answers.Book, s.answers.Words...)
	if err != nil {
		p := Problem(err)
		s.Notes = append(s.Notes, "警告："+p.Message+"（"+p.Hint+"）")
		return
	}
	s.Notes = append(s.Notes, fmt.Sprintf("以后都这样：%d 个写法记入 %s（%s），其中新写法或改动 %d 个", len(s.answers.Words), codebook.FileName, s.answers.Book, n))
}

// notKept says that a run that only looks keeps no answers.
func (s *Session) notKept() {
	if s.answers != nil && len(s.answers.Words)+len(s.answers.Ticks) > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("「待修改」里的 %d 处勾选这次只用来检查，正式上传（push）时才记下", len(s.answers.Words)+len(s.answers.Ticks)))
	}
}
