package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hbupload/internal/config"
	"hbupload/internal/dict"
	"hbupload/internal/fault"
	"hbupload/internal/mapping"
	"hbupload/internal/mapping/layout"
	"hbupload/internal/table"
	"hbupload/internal/workbook"
)

const mappingUsage = "映射：名称或文件（默认按表头自动选择）"

// mappingSuffix is how a mapping beside its data is called.
const mappingSuffix = ".mapping.yaml"

// mappingDirs are the folders in which mappings are looked for: beside the
// data, then in the user's configuration folder. An unattended run takes none
// from beside the data: who may put files into the inbox does not decide how
// they are read.
func (a *app) mappingDirs(input string) []string {
	if a.command == "sync" {
		return a.mappingHome()
	}
	beside := a.WorkDir
	if input != "-" {
		beside = filepath.Dir(input)
		if st, err := os.Stat(input); err == nil && st.IsDir() {
			return append([]string{input, beside}, a.mappingHome()...)
		}
	}
	return append([]string{beside}, a.mappingHome()...)
}

// mappingHome is the folder mappings beside the configuration in use, and that
// of the user's configuration folder.
func (a *app) mappingHome() []string {
	var out []string
	if file := config.Find(a.request()); file != "" {
		out = append(out, filepath.Join(filepath.Dir(file), "mappings"))
	}
	if a.UserDir != "" {
		if dir := filepath.Join(a.UserDir, "hbupload", "mappings"); !slices.Contains(out, dir) {
			out = append(out, dir)
		}
	}
	return out
}

// findMapping is the file of a mapping that the operator named.
func (a *app) findMapping(name, input string) (string, error) {
	candidates := []string{name}
	home := a.mappingHome()
	for _, dir := range a.mappingDirs(input) {
		for _, ext := range []string{mappingSuffix, workbook.MappingSuffix, ".yaml", ".yml", ""} {
			candidates = append(candidates, filepath.Join(dir, name+ext))
		}
		if slices.Contains(home, dir) { // beside the data it would be an export
			candidates = append(candidates, filepath.Join(dir, name+".xlsx"))
		}
	}
	for _, path := range candidates {
		if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() {
			return path, nil
		}
	}
	return "", fault.New(fault.Config, "没有这个映射").At(name).
		Next("可写映射文件的路径，或放在数据旁边（名称" + workbook.MappingSuffix + "、名称" + mappingSuffix + "）、" +
			strings.Join(a.mappingHome(), "、") + "（名称.yaml）里的映射的名称；没有映射时用 hbupload map init 导出文件 生成")
}

// readMapping reads a mapping, a workbook or YAML. A pipe beside the data is none:
// nobody may ever write to it.
func readMapping(ctx context.Context, path string, dicts *dict.Set) (*layout.Layout, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, fault.New(fault.Config, "映射文件不是普通文件").At(path).Next("请删去它，或换成真正的映射文件")
	}
	if err == nil && isMappingBook(path) {
		return readMappingBook(ctx, path, dicts)
	}
	var text []byte
	f, err := os.Open(path)
	if err == nil {
		text, err = io.ReadAll(io.LimitReader(f, layout.MaxFile+1)) // Parse refuses what is longer
		_ = f.Close()
	}
	if err != nil {
		return nil, fault.New(fault.Config, "映射文件无法读取").At(path).Next("请检查路径和权限").By(err)
	}
	return parseMapping(path, text)
}

// openSource recognises what an input is: by the mapping the operator named, by
// one whose header's fingerprint it bears, or as the standard workbook.
func (a *app) openSource(ctx context.Context, in *table.Input, opts mapping.Options) (*mapping.Source, error) {
	if opts.Mapping != "" {
		path, err := a.findMapping(opts.Mapping, in.Path)
		if err != nil {
			return nil, err
		}
		if opts.Layout, err = readMapping(ctx, path, opts.Dicts); err != nil {
			return nil, err
		}
		src, err := mapping.Open(ctx, in, opts)
		if err == nil {
			a.differences(in, src)
		}
		return src, err
	}
	exact, near, unmarked, nearErr := a.byFingerprint(ctx, in, opts)
	if exact != nil {
		a.say("%s：表头与映射“%s”吻合，按它读取", filepath.Base(in.Path), exact.Mapping())
		return exact, nil
	}
	standard, err := mapping.Open(ctx, in, opts)
	if unmarked != "" && near == nil && (err != nil || !standard.Whole()) {
		a.say("%s：映射文件 %s 能读它，但没有记下表头（fingerprint、columns），没有自动采用；要用它请加 --mapping %s", filepath.Base(in.Path), unmarked, unmarked)
	}
	switch {
	case err == nil && (standard.Whole() || near == nil):
		return standard, nil
	case near != nil:
		a.say("%s：按最接近的映射“%s”读取", filepath.Base(in.Path), near.Mapping())
		a.differences(in, near)
		return near, nil
	case nearErr != nil && isInput(err):
		return nil, nearErr
	}
	return nil, err
}

func isInput(err error) bool {
	var e *mapping.Error
	return errors.As(err, &e)
}

// differences says how the header has changed since the mapping was made.
func (a *app) differences(in *table.Input, src *mapping.Source) {
	for _, d := range src.Differences() {
		a.say("%s：表头与制作映射时不同：%s", filepath.Base(in.Path), mapping.DifferenceText(d))
	}
}

// byFingerprint tries the mappings at hand. near is the one that reads the
// input with the fewest changes of its header; unmarked is the file of one that
// reads it and does not say for which header it was made; nearErr tells the
// difference to the closest that does not read it.
func (a *app) byFingerprint(ctx context.Context, in *table.Input, opts mapping.Options) (exact, near *mapping.Source, unmarked string, nearErr error) {
	fewest, closest := -1, -1
	for _, path := range a.mappingFiles(in.Path) {
		lay, err := readMapping(ctx, path, opts.Dicts)
		if err != nil {
			a.say("映射文件 %s 有误，没有考虑（hbupload map check 可查看）", path)
			continue
		}
		opts.Layout = lay
		src, err := mapping.Open(ctx, in, opts)
		var header *mapping.HeaderError
		switch {
		case errors.As(err, &header):
			if n := len(header.Lacking); like(lay, header) && (closest < 0 || n < closest) {
				closest, nearErr = n, err
			}
		case err != nil:
		case lay.Fingerprint != "" && src.Fingerprint() == lay.Fingerprint:
			return src, nil, "", nil
		case !known(lay):
			unmarked = cmp.Or(unmarked, path)
		default:
			n := 0
			for _, d := range src.Differences() {
				n += len(d.Gone) + len(d.New)
			}
			if fewest < 0 || n < fewest {
				fewest, near = n, src
			}
		}
	}
	return nil, near, unmarked, nearErr
}

// known tells a mapping that says which header it was made for: only such a
// one may be taken without being asked for.
func known(lay *layout.Layout) bool {
	return !slices.ContainsFunc(lay.Sheets, func(s *layout.Sheet) bool { return len(s.Columns) == 0 })
}

// like tells whether most of the header the mapping was made for is there.
func like(lay *layout.Layout, e *mapping.HeaderError) bool {
	all, gone := 0, 0
	for _, s := range lay.Sheets {
		all += len(s.Columns)
	}
	for _, d := range e.Differs {
		gone += len(d.Gone)
	}
	return all > 0 && gone*2 < all
}

// maxMappings bounds how many files are tried.
const maxMappings = 200

// mappingFiles are the mappings that may describe an input.
func (a *app) mappingFiles(input string) []string {
	var out []string
	home := a.mappingHome()
	for _, dir := range a.mappingDirs(input) {
		patterns := []string{"*" + mappingSuffix, "*" + workbook.MappingSuffix}
		if slices.Contains(home, dir) {
			patterns = []string{"*.y*ml", "*.xlsx"}
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			fits := slices.ContainsFunc(patterns, func(pattern string) bool {
				ok, _ := filepath.Match(pattern, e.Name())
				return ok
			})
			if fits && !e.IsDir() && !strings.HasPrefix(e.Name(), "~$") && len(out) < maxMappings {
				out = append(out, filepath.Join(dir, e.Name()))
			}
		}
	}
	return out
}
