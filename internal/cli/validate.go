package cli

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/push"
)

func newValidate(a *app) *cobra.Command {
	var o readOptions
	cmd := &cobra.Command{
		Use: "validate FILE…", Short: "检查导出文件，不联网，不上传",
		Args: argCount(1, -1, "要检查的文件"),
		RunE: a.run("validate", func(ctx context.Context, args []string) error { return a.validate(ctx, args, o) }),
	}
	addReadFlags(cmd, &o)
	return cmd
}

func (a *app) validate(ctx context.Context, files []string, o readOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	s, err := a.begin(cfg, o.strict)
	if err != nil {
		return err
	}
	defer s.close()
	tmp, remove, err := a.scratch()
	if err != nil {
		return err
	}
	defer remove()
	s.judge.mapping.TempDir = tmp
	led, done := s.verifiedHere(ctx)
	defer done()
	if err := s.readAll(ctx, files, sessionOptions{read: o, led: led}); err != nil {
		return err
	}
	s.notKept()
	r := s.result(nil)
	if err := s.report(ctx, r, o); err != nil {
		return err
	}
	return s.show(r)
}

func newBuild(a *app) *cobra.Command {
	var o readOptions
	var dir string
	cmd := &cobra.Command{
		Use: "build FILE… -o DIR", Short: "把每条记录的 data.zip 写到文件夹，不上传",
		Args: argCount(1, -1, "要处理的文件"),
		RunE: a.run("build", func(ctx context.Context, args []string) error { return a.build(ctx, args, dir, o) }),
	}
	addReadFlags(cmd, &o)
	cmd.Flags().StringVarP(&dir, "output", "o", "", "输出文件夹（必填）")
	return cmd
}

func (a *app) build(ctx context.Context, files []string, dir string, o readOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	if dir == "" {
		return fault.New(fault.Usage, "缺少输出文件夹").Next("例如 hbupload build 导出.xlsx -o 输出文件夹")
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	s, err := a.begin(cfg, o.strict)
	if err != nil {
		return err
	}
	defer s.close()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.New(fault.Config, "输出文件夹无法建立").At(dir).Next("请检查路径和权限").By(err)
	}
	host.SweepAll(dir, a.Now())
	led, done := s.verifiedHere(ctx)
	defer done()
	if err := s.readAll(ctx, files, sessionOptions{read: o, spool: dir, led: led}); err != nil {
		return err
	}
	s.notKept()
	names := map[string]int{}
	err = s.batch.Build(ctx, func(r *push.Record, zip []byte) error {
		path := filepath.Join(dir, zipName(r.Key, names))
		if err := host.WritePrivate(path, zip); err != nil {
			return fault.New(fault.Config, "无法写入").At(path).Next("请检查权限和磁盘空间").By(err)
		}
		r.Message = path
		return nil
	})
	r := s.result(err)
	if rerr := s.report(ctx, r, o); rerr != nil {
		return rerr
	}
	return s.show(r)
}

// zipName is a file's name made of a key, with nothing in it that a file
// system or a shell minds, and no name twice.
func zipName(key string, taken map[string]int) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, key)
	if r := []rune(name); len(r) > maxName {
		name = string(r[:maxName])
	}
	if name = strings.Trim(name, ". "); name == "" {
		name = "record"
	}
	if reDevice.MatchString(name) {
		name = "_" + name
	}
	first := name
	for n := 2; taken[strings.ToLower(name)] > 0; n++ {
		name = first + "-" + strconv.Itoa(n)
	}
	taken[strings.ToLower(name)]++
	return name + ".zip"
}

// reDevice are names that Windows keeps for devices, whatever follows the dot.
var reDevice = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)`)

// maxName keeps file names well under every system's limit.
const maxName = 60
