package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"hbupload/internal/fault"
	"hbupload/internal/mapping"
	"hbupload/internal/push"
	"hbupload/internal/report"
	"hbupload/internal/spec"
	"hbupload/internal/table"
	"hbupload/internal/workbook"
)

// Input is one FILE as the engine reads it.
type Input struct {
	Path   string // as the user gave it
	Table  *table.Input
	Source *mapping.Source
	Sum    string            // of the bytes that are read
	open   *openFiles        // nil: only this one is opened
	Read   *mapping.Accounts // of a source that was let go of
	alone  error             // why it is no export by itself
	words  int               // how many ticked words it was opened with
	opts   mapping.Options   // with what people have answered in it

	again func(ctx context.Context) (*mapping.Source, error) // nil, or recognises it again when its turn comes: one of many
}

// Each implements push.Source.
func (in *Input) Each(ctx context.Context, visit spec.Visitor) error {
	if err := in.recognised(ctx); err != nil {
		return err
	}
	return in.Source.Each(ctx, visit)
}

// Persons returns how many records the engine should make room for.
func (in *Input) Persons(ctx context.Context) (int, error) {
	if err := in.recognised(ctx); err != nil {
		return 0, err
	}
	return in.Source.Persons(ctx)
}

// Accounts returns where every row went, once the input has been read.
func (in *Input) Accounts() mapping.Accounts {
	switch {
	case in.Read != nil:
		return *in.Read
	case in.Source == nil: // its turn has not come
		return mapping.Accounts{}
	}
	return in.Source.Accounts()
}

// complete reports whether it is an export by itself that lacks nothing.
func (in *Input) complete() bool {
	return in.alone == nil && (in.again != nil || in.Source.Complete())
}

// wait lets go of how one of many is read until its turn comes.
func (in *Input) wait(env *Env) {
	quiet := *env // what there is to say was said
	quiet.Opts.Quiet = true
	in.again = func(ctx context.Context) (*mapping.Source, error) { return openSource(ctx, &quiet, in.Table, in.opts) }
	in.Source = nil
}

// Orphans implements push.Source.
func (in *Input) Orphans() []spec.Orphan { return in.Accounts().Orphans }

// Unchanged implements push.Source.
func (in *Input) Unchanged(ctx context.Context) error {
	sum, err := in.Table.SHA256(ctx)
	if err != nil {
		return err
	}
	if sum != in.Sum {
		return &mapping.Error{File: in.Path, Message: "文件在读取过程中被修改了，没有上传任何记录", Fix: "请等文件保存完毕后重新执行"}
	}
	if in.again != nil { // its turn is over
		acc := in.Accounts()
		in.Read = &acc
		in.Source = nil
	}
	return nil
}

// recognised makes sure that it is known how to read the file.
func (in *Input) recognised(ctx context.Context) error {
	if err := in.ready(ctx); err != nil || in.Source != nil {
		return err
	}
	src, err := in.again(ctx)
	if err != nil {
		return &FileError{Path: in.Path, Err: err}
	}
	in.Source = src
	return nil
}

// ready opens the file again if it was let go of, and makes sure that it is
// the same.
func (in *Input) ready(ctx context.Context) error {
	if err := in.open.use(in); err != nil {
		return err
	}
	if in.Table.Ready() {
		return nil
	}
	if err := in.Table.Reopen(ctx); err != nil {
		return err
	}
	sum, err := in.Table.Opened(ctx)
	if err != nil {
		return err
	}
	if sum != in.Sum {
		return errors.Join(&mapping.Error{File: in.Path, Message: "读取之后文件被换成了别的内容", Fix: "请等文件保存完毕后重新执行"}, in.Table.Release())
	}
	return nil
}

// maxOpen is how many inputs are open at a time.
const maxOpen = 16

// openFiles are the inputs whose files are open, the one used last at the end.
type openFiles struct{ all []*Input }

// use notes that an input is read now; the one that was not read for longest is
// let go of when there are too many.
func (o *openFiles) use(in *Input) error {
	if o == nil {
		return nil
	}
	o.all = append(slices.DeleteFunc(o.all, func(other *Input) bool { return other == in }), in)
	if len(o.all) <= maxOpen {
		return nil
	}
	oldest := o.all[0]
	o.all = slices.Delete(o.all, 0, 1)
	return oldest.Table.Release()
}

// Inputs are all FILEs of a command line.
type Inputs []*Input

// openInputs opens every FILE and recognises its sheets. Those that are only parts
// of an export are joined.
func openInputs(ctx context.Context, env *Env, files []string, opts mapping.Options) (_ Inputs, err error) {
	var all Inputs
	defer func() {
		if err != nil {
			all.Close()
		}
	}()
	open := &openFiles{}
	at := *env
	at.listed = map[string][]string{}
	for _, path := range distinct(env, files) {
		in, err := openAlone(ctx, &at, path, opts)
		if errors.Is(err, errMappingBook) && len(files) > 1 {
			env.Say("%s 是映射工作簿，不当作导出读；放在导出旁边的会自动采用，放在别处的请写 --mapping %s", path, path)
			continue
		}
		if err != nil && !isInput(err) {
			return all, &FileError{Path: path, Err: err}
		}
		in.alone = err
		all = append(all, in)
		in.open = open
		if err := open.use(in); err != nil {
			return all, err
		}
		if len(files) > maxOpen && in.complete() {
			in.wait(&at)
		}
	}
	if len(all) == 0 {
		return nil, &mapping.Error{File: strings.Join(files, "、"), Message: "没有可读的文件", Fix: "请给出导出文件本身"}
	}
	if opts, err = all.relearn(ctx, env, opts); err != nil {
		return all, err
	}
	return together(ctx, env, all, opts)
}

// distinct are the FILEs that are read, each once.
func distinct(env *Env, files []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, path := range files {
		switch {
		case strings.HasPrefix(filepath.Base(path), "~$"):
			env.Say("忽略 %s：这是 Excel 打开文件时的临时文件", path)
		case seen[filepath.Clean(path)]:
			env.Say("忽略重复给出的文件 %s", path)
		default:
			seen[filepath.Clean(path)] = true
			out = append(out, path)
		}
	}
	return out
}

// OpenInput opens a FILE that is an input of its own.
func OpenInput(ctx context.Context, env *Env, path string, opts mapping.Options) (*Input, error) {
	in, err := openAlone(ctx, env, path, opts)
	if err != nil && in != nil {
		return nil, errors.Join(err, in.Table.Close())
	}
	return in, err
}

// openAlone opens a FILE by itself. One that is a part of an export at most stays
// open beside the error.
func openAlone(ctx context.Context, env *Env, path string, opts mapping.Options) (*Input, error) {
	t, err := openTable(ctx, env, path)
	if err != nil {
		return nil, err
	}
	in := &Input{Path: path, Table: t}
	if in.Sum, err = t.Opened(ctx); err == nil {
		opts, err = answered(ctx, env, in, opts)
	}
	in.opts = opts
	if err == nil {
		in.Source, err = openSource(ctx, env, t, opts)
	}
	if err != nil && !isInput(err) {
		return nil, errors.Join(err, t.Close())
	}
	return in, err
}

// Close closes the files.
func (all Inputs) Close() {
	for _, in := range all {
		if in.Table != nil {
			_ = in.Table.Close()
		}
	}
}

// sources are the inputs as the engine takes them.
func (all Inputs) sources() []push.Source {
	out := make([]push.Source, len(all))
	for i := range all {
		out[i] = all[i]
	}
	return out
}

// rows adds up where the rows and cells went. A sum that does not add up is a
// mistake of this program, and must not pass unseen.
func (all Inputs) rows() (r report.Rows, cells spec.Cells, err error) {
	for _, in := range all {
		acc := in.Accounts()
		r.Read += acc.Read
		r.Used += acc.Used
		r.Hidden += acc.Hidden
		r.Skipped = append(r.Skipped, acc.Skipped...)
		cells.Add(acc.Cells)
		if err := AddsUp(in.Path, &acc); err != nil {
			return r, cells, err
		}
	}
	return r, cells, nil
}

// AddsUp returns the error of an account in which rows or cells are missing: every one
// is used or skipped with a reason (help: 约定 3.2).
func AddsUp(path string, acc *mapping.Accounts) error {
	if acc.Read != acc.Used+len(acc.Skipped) {
		return lost(path, "行数", acc.Read, acc.Used, len(acc.Skipped))
	}
	c := &acc.Cells
	if skipped := c.SkippedRows + c.Left(); c.Read != c.Used+skipped {
		return lost(path, "单元格数", c.Read, c.Used, skipped)
	}
	return nil
}

func lost(path, what string, read, used, skipped int) error {
	return fault.Newf(fault.Internal, "%s：%s对不上（读取 %d，使用 %d，跳过 %d），为避免遗漏已停止", path, what, read, used, skipped).
		Next("这是程序的问题，请把文件和版本号告诉维护人员；没有上传任何记录")
}

// notes are what the operator should know about how the inputs were read.
func (all Inputs) notes() []string {
	var out []string
	for _, in := range all {
		out = append(out, in.Table.Notes()...)
		acc := in.Accounts()
		name := filepath.Base(in.Path)
		if len(acc.Missing) > 0 {
			out = append(out, "警告："+name+" 里没有「"+strings.Join(acc.Missing, "」「")+"」表，或表里没有任何内容；请核对表名。其他系统的导出要先做映射：hbupload map init "+name)
		}
		if acc.Hidden > 0 {
			out = append(out, fmt.Sprintf("%s：隐藏或筛选掉的 %d 行照常读取", name, acc.Hidden))
		}
		for _, line := range append(slices.Clone(acc.Joined), acc.Twins...) {
			out = append(out, name+"："+line)
		}
		if len(acc.Unrecognised) > 0 {
			out = append(out, name+"：未使用的表 "+strings.Join(acc.Unrecognised, "、"))
		}
		if acc.NotDone > 0 {
			out = append(out, fmt.Sprintf("%s：%d 项检查没有结果，视为未做，没有上传", name, acc.NotDone))
		}
		if len(acc.Ignored) > 0 {
			out = append(out, name+"：未使用的列 "+strings.Join(acc.Ignored, "、"))
		}
	}
	return out
}

// errMappingBook is a FILE that is a mapping workbook.
var errMappingBook = errors.New("a mapping workbook is no export")

// openTable opens a FILE without recognising it.
func openTable(ctx context.Context, env *Env, path string) (*table.Input, error) {
	var stdin io.Reader
	if path == "-" {
		stdin = env.Stdin
	}
	in, err := table.Open(ctx, path, table.Options{Stdin: stdin})
	if err != nil || !workbook.IsMapping(in) {
		return in, err
	}
	base := filepath.Base(path)
	told := fault.New(fault.Input, "这是映射工作簿，说明怎样读导出，本身不是导出").In(path).By(errMappingBook).
		Next("请给出导出文件：hbupload push 导出文件 --mapping " + base + "（映射放在导出旁边时不用写 --mapping）\n看它填得对不对：hbupload map check " + base + " 导出文件")
	return nil, errors.Join(told, in.Close())
}

// FileError is an error that one input brought about by itself.
type FileError struct {
	Path string
	Sum  string // of the file's bytes when its turn came, "" if it could not be read at all
	Err  error
}

// Error implements error: the sentence names the file already.
func (e *FileError) Error() string { return e.Err.Error() }

// Unwrap gives the error itself.
func (e *FileError) Unwrap() error { return e.Err }
