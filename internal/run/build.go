package run

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hbupload/internal/fault"
	"hbupload/internal/host"
	"hbupload/internal/pattern"
	"hbupload/internal/push"
)

// Build writes the data.zip of each record into a folder and sends nothing.
func Build(ctx context.Context, env *Env, files []string, dir string, o ReadOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	if dir == "" {
		return fault.New(fault.Usage, "缺少输出文件夹").Next("例如 hbupload build 导出.xlsx -o 输出文件夹")
	}
	cfg, err := env.Load()
	if err != nil {
		return err
	}
	s, err := Begin(env, cfg, o.Strict)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.New(fault.Config, "输出文件夹无法建立").At(dir).Next("请检查路径和权限").By(err)
	}
	host.SweepAll(dir, env.Now())
	led, done := s.verifiedHere(ctx)
	defer done()
	if err := s.ReadAll(ctx, files, SessionOptions{Read: o, Spool: dir, Led: led}); err != nil {
		return err
	}
	s.notKept()
	names := map[string]int{}
	err = s.Batch.Build(ctx, func(r *push.Record, zip []byte) error {
		path := filepath.Join(dir, zipName(r.Key, names))
		if err := host.WritePrivate(path, zip); err != nil {
			return fault.New(fault.Config, "无法写入").At(path).Next("请检查权限和磁盘空间").By(err)
		}
		r.Message = path
		return nil
	})
	r := s.Result(err)
	if rerr := s.Report(ctx, r, o); rerr != nil {
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
	if ReDevice.MatchString(name) {
		name = "_" + name
	}
	first := name
	for n := 2; taken[strings.ToLower(name)] > 0; n++ {
		name = first + "-" + strconv.Itoa(n)
	}
	taken[strings.ToLower(name)]++
	return name + ".zip"
}

// ReDevice are names that Windows keeps for devices, whatever follows the dot.
var ReDevice = pattern.New(`(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)`)

// maxName keeps file names well under every system's limit.
const maxName = 60
