package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"hbupload/internal/config"
	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/ledger"
	"hbupload/internal/mapping"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

// readOptions are the flags of push, validate and build.
type readOptions struct {
	sheet    string
	mapping  string
	only     []string
	limit    int
	strict   bool
	report   string
	noReport bool
	onlyBad  bool
}

// addReadFlags adds the flags of the commands that read FILEs.
func addReadFlags(cmd *cobra.Command, o *readOptions) {
	f := cmd.Flags()
	f.StringVar(&o.sheet, "sheet", "", "从这张表读取体检信息")
	f.StringVar(&o.mapping, "mapping", "", mappingUsage)
	f.StringArrayVar(&o.only, "only", nil, "只处理这个体检编号（可重复）")
	f.IntVar(&o.limit, "limit", 0, "只处理前 N 条记录")
	f.BoolVar(&o.strict, "strict", false, "提示也视为错误")
	f.StringVar(&o.report, "report", "", "报告放在这个文件夹（默认：输入文件旁边）")
	f.BoolVar(&o.noReport, "no-report", false, "不生成报告")
	f.BoolVar(&o.onlyBad, "only-bad", false, "报告工作簿里只放需要修改的人（表头和这些人的各行）")
}

func (o *readOptions) check() error {
	if o.limit < 0 {
		return fault.New(fault.Usage, "--limit 应是正整数")
	}
	return nil
}

// session is one reading of inputs, with all that was found.
type session struct {
	*app
	cfg      *config.Config
	judge    *judgement
	inputs   inputs
	batch    *push.Batch
	progress *progress
	started  time.Time
	notes    []string
	tally    *report.Tally
	reports  *reporting
	sends    bool // what was found was also sent, or tried to be
	unsure   bool // answers may be missing from the ledger: the next run will ask about them
}

// sessionOptions differ between the commands.
type sessionOptions struct {
	read     readOptions
	spool    string           // folder of the spool, "" for none
	digester *ledger.Digester // nil: the ledger is not asked
	known    push.Planner     // not nil: what was accepted before is read and no more
	policy   ledger.Policy    // for known
	led      *ledger.Ledger   // whose verified warnings count; nil: none
}

// begin loads the configuration and the checks.
func (a *app) begin(cfg *config.Config, strict bool) (*session, error) {
	s := &session{app: a, cfg: cfg, started: a.Now(), reports: &reporting{swept: map[string]bool{}}}
	judge, err := a.judge(cfg, strict)
	if err != nil {
		return nil, err
	}
	s.judge = judge
	s.collect()
	if a.command != "sync" { // which says so when it has pulled new ones
		for _, text := range a.broken(cfg, judge.dicts) {
			s.notes = append(s.notes, "警告："+text)
		}
	}
	s.progress = newProgress(a)
	return s, nil
}

// readAll is the first pass over every FILE.
func (s *session) readAll(ctx context.Context, files []string, o sessionOptions) error {
	var err error
	s.hideShapes(files, o.digester)
	if s.inputs, err = s.openInputs(ctx, files, s.mapping(o)); err != nil {
		return err
	}
	return s.prepare(ctx, o, push.Preparation{Sources: s.inputs.sources()})
}

// mapping is how inputs are read.
func (s *session) mapping(o sessionOptions) mapping.Options {
	opts := s.judge.mapping
	opts.Sheet = o.read.sheet
	opts.Mapping = o.read.mapping
	opts.TempDir = o.spool
	return opts
}

// prepare is the first pass over the sources of prep.
func (s *session) prepare(ctx context.Context, o sessionOptions, prep push.Preparation) error {
	prep.Named = s.hidden.Add
	var err error
	if prep.Verified, err = s.verified(ctx, o.led); err != nil {
		return err
	}
	prep.Checker = s.judge.checker
	prep.Sense = s.judge.sense
	prep.Encoder = s.judge.encoder
	prep.Observer = s.progress
	prep.Beside = s.judge.mapping.Book.Findings()
	prep.Only = o.read.only
	prep.Limit = o.read.limit
	prep.Digester = o.digester
	prep.Known = o.known
	prep.Policy = o.policy
	prep.TokenWords = wire.Policy{TokenError: s.cfg.Platform.TokenPattern}.IsTokenError
	if !o.read.noReport {
		s.tally = report.NewTally(entryName(s.judge.dicts))
		s.tally.KeepRows = o.read.onlyBad
		s.tally.KeepNames = true
		prep.Each = s.tally.Add
	}
	if o.spool != "" {
		if prep.Spool, err = push.NewSpool(o.spool); err != nil {
			return err
		}
		prep.Zipper = wire.NewZipper(wire.DefaultLevel)
	}
	s.progress.stage("检查")
	s.batch, err = push.Prepare(ctx, prep)
	s.progress.done()
	if err != nil {
		if prep.Spool != nil {
			prep.Spool.Close()
		}
		return err
	}
	s.batch.Findings = append(s.batch.Findings, s.answers.Faults...)
	s.inputs = slices.DeleteFunc(s.inputs, func(in *input) bool { return in.table == nil }) // left out
	s.notes = append(s.notes, s.inputs.notes()...)
	if len(s.batch.Records) == 0 {
		s.notes = append(s.notes, "警告：文件里没有任何体检人员，请确认导出的文件和范围")
	}
	return nil
}

func (s *session) close() {
	if s.batch != nil {
		s.batch.Close()
	}
	s.closeInputs()
}

// closeInputs lets go of the files, so that they can be moved.
func (s *session) closeInputs() {
	s.inputs.close()
	s.inputs = nil
}

// rowsError is an account of rows that does not add up.
type rowsError struct {
	what                string // rows or cells
	file                string
	read, used, skipped int
}

func (e *rowsError) Error() string {
	return fmt.Sprintf("%s：%s对不上（读取 %d，使用 %d，跳过 %d），为避免遗漏已停止", e.file, e.what, e.read, e.used, e.skipped)
}
func (e *rowsError) Kind() string { return "internal" }
func (e *rowsError) Hint() string {
	return "这是程序的问题，请把文件和版本号告诉维护人员；没有上传任何记录"
}

// result gathers what the run has to say. stop is why it ended early.
func (s *session) result(stop error) *report.Result {
	r := &report.Result{Command: s.command, Elapsed: s.Now().Sub(s.started), NoRows: s.inputs == nil, Notes: s.notes}
	rows, cells, rowsErr := s.inputs.rows()
	r.Rows = rows
	r.Cells = cells
	orphans := 0
	if s.batch != nil {
		r.Records, r.Findings, orphans = s.batch.Records, s.batch.Findings, s.batch.Orphans
	}
	if stop == nil {
		stop = rowsErr
	}
	r.ExitCode = push.ExitCode(r.Records, orphans, false)
	if stop != nil {
		r.Stop = problem(stop)
		r.ExitCode = exitCode(r.Stop.Kind)
	}
	return r
}

// show writes the result as JSON or for a person, and ends the command.
func (s *session) show(r *report.Result) error {
	if s.opts.json {
		if err := report.JSON(s.out(), r); err != nil {
			return err
		}
		return exit(r.ExitCode)
	}
	style := s.style(s.StdoutTTY)
	for _, note := range r.Notes {
		s.say("%s", host.SafeText(note, maxMessage))
	}
	report.Findings(s.out(), r.Findings, fixOf, style)
	report.Refusals(s.out(), r.Records, style)
	if r.Stop != nil {
		explain(s.Stderr, r.Stop)
	}
	report.Summary(s.out(), r, style)
	return exit(r.ExitCode)
}

// fixOf is the catalogue's remedy of a rule.
func fixOf(id spec.RuleID) string {
	rule, _ := rules.Find(id)
	return rule.Fix
}
