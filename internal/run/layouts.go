package run

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

// IsMappingBook reports whether a mapping is a workbook by its name.
func IsMappingBook(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx", ".xlsm", ".xls", ".et":
		return true
	}
	return false
}

// readMappingBook reads a mapping workbook with its answers.
func readMappingBook(ctx context.Context, path string, dicts *dict.Set) (*layout.Layout, error) {
	text, err := workbook.ReadMapping(ctx, path, dicts)
	if err != nil {
		return nil, err
	}
	lay, err := parseMapping(path, []byte(text))
	if err != nil {
		return nil, err
	}
	lay.Unlined = true
	return lay, nil
}

// parseMapping reads a mapping's text; one without a name is called like its file.
func parseMapping(path string, text []byte) (*layout.Layout, error) {
	lay, err := layout.Parse(path, text)
	if err != nil {
		return nil, err
	}
	if lay.Name == "" {
		base := filepath.Base(path)
		base = strings.TrimSuffix(base, filepath.Ext(base))
		lay.Name = strings.TrimSuffix(strings.TrimSuffix(base, ".mapping"), ".映射")
	}
	return lay, nil
}

// MappingUsage explains the flag --mapping of every command that has it.
const MappingUsage = "映射：名称或文件（默认按表头自动选择）"

// MappingSuffix is how a mapping beside its data is called.
const MappingSuffix = ".mapping.yaml"

// mappingDirs are the folders in which mappings are looked for: beside the
// data, then in the user's configuration folder. An unattended run takes none
// from beside the data: who may put files into the inbox does not decide how
// they are read.
func mappingDirs(env *Env, input string) []string {
	if env.Command == "sync" {
		return mappingHome(env)
	}
	beside := env.WorkDir
	if input != "-" {
		beside = filepath.Dir(input)
		if st, err := os.Stat(input); err == nil && st.IsDir() {
			return append([]string{input, beside}, mappingHome(env)...)
		}
	}
	return append([]string{beside}, mappingHome(env)...)
}

// mappingHome is the folder mappings beside the configuration in use, and that
// of the user's configuration folder.
func mappingHome(env *Env) []string {
	var out []string
	if file := config.Find(env.Request()); file != "" {
		out = append(out, filepath.Join(filepath.Dir(file), "mappings"))
	}
	if env.UserDir != "" {
		if dir := filepath.Join(env.UserDir, "hbupload", "mappings"); !slices.Contains(out, dir) {
			out = append(out, dir)
		}
	}
	return out
}

// FindMapping is the file of a mapping that the operator named.
func FindMapping(env *Env, name, input string) (string, error) {
	candidates := []string{name}
	home := mappingHome(env)
	for _, dir := range mappingDirs(env, input) {
		for _, ext := range []string{MappingSuffix, workbook.MappingSuffix, ".yaml", ".yml", ""} {
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
		Next("可写映射文件的路径，或放在数据旁边（名称" + workbook.MappingSuffix + "、名称" + MappingSuffix + "）、" +
			strings.Join(mappingHome(env), "、") + "（名称.yaml）里的映射的名称；没有映射时用 hbupload map init 导出文件 生成")
}

// ReadMapping reads a mapping, a workbook or YAML. A pipe beside the data is none:
// nobody may ever write to it.
func ReadMapping(ctx context.Context, path string, dicts *dict.Set) (*layout.Layout, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, fault.New(fault.Config, "映射文件不是普通文件").At(path).Next("请删去它，或换成真正的映射文件")
	}
	if err == nil && IsMappingBook(path) {
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
// one whose header's fingerprint it has, or as the standard workbook.
func openSource(ctx context.Context, env *Env, in *table.Input, opts mapping.Options) (*mapping.Source, error) {
	if opts.Mapping != "" {
		return openMapped(ctx, env, in, opts)
	}
	exact, near, unmarked, nearErr := byFingerprint(ctx, env, in, opts)
	if exact != nil {
		if err := exact.RefuseForm(ctx); err != nil {
			return nil, err
		}
		env.Say("%s：表头与映射“%s”吻合，按它读取", filepath.Base(in.Path), exact.Mapping())
		return exact, nil
	}
	standard, err := mapping.Open(ctx, in, opts)
	if unmarked != "" && near == nil && (err != nil || !standard.Whole()) {
		env.Say("%s：映射文件 %s 能读它，但没有记下表头（fingerprint、columns），没有自动采用；要用它请加 --mapping %s", filepath.Base(in.Path), unmarked, unmarked)
	}
	switch {
	case err == nil && (standard.Whole() || near == nil):
		return standard, nil
	case near != nil:
		if err := near.RefuseForm(ctx); err != nil {
			return nil, err
		}
		env.Say("%s：按最接近的映射“%s”读取", filepath.Base(in.Path), near.Mapping())
		differences(env, in, near)
		return near, nil
	case nearErr != nil && isInput(err):
		return nil, nearErr
	}
	return nil, err
}

// openMapped opens a table with the mapping that the operator named.
func openMapped(ctx context.Context, env *Env, in *table.Input, opts mapping.Options) (*mapping.Source, error) {
	path, err := FindMapping(env, opts.Mapping, in.Path)
	if err != nil {
		return nil, err
	}
	if opts.Layout, err = ReadMapping(ctx, path, opts.Dicts); err != nil {
		return nil, err
	}
	src, err := mapping.Open(ctx, in, opts)
	if err == nil {
		differences(env, in, src)
	}
	return src, err
}

func isInput(err error) bool {
	var e *mapping.Error
	return errors.As(err, &e)
}

// differences says how the header has changed since the mapping was made.
func differences(env *Env, in *table.Input, src *mapping.Source) {
	for _, d := range src.Differences() {
		env.Say("%s：表头与制作映射时不同：%s", filepath.Base(in.Path), mapping.DifferenceText(d))
	}
}

// byFingerprint tries the available mappings. near is the one that reads the
// input with the fewest changes of its header; unmarked is the file of one that
// reads it and does not say for which header it was made; nearErr tells the
// difference to the closest that does not read it.
func byFingerprint(ctx context.Context, env *Env, in *table.Input, opts mapping.Options) (exact, near *mapping.Source, unmarked string, nearErr error) {
	fewest := -1
	closest := -1
	for _, path := range mappingFiles(env, in.Path) {
		lay, err := ReadMapping(ctx, path, opts.Dicts)
		if err != nil {
			env.Say("映射文件 %s 有误，没有考虑（hbupload map check 可查看）", path)
			continue
		}
		opts.Layout = lay
		src, err := mapping.Open(ctx, in, opts)
		var header *mapping.HeaderError
		switch {
		case errors.As(err, &header):
			if n := len(header.Lacking); like(lay, header) && (closest < 0 || n < closest) {
				closest = n
				nearErr = err
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
				fewest = n
				near = src
			}
		}
	}
	return nil, near, unmarked, nearErr
}

// known reports whether a mapping says which header it was made for: only such a
// one may be taken without being asked for.
func known(lay *layout.Layout) bool {
	return !slices.ContainsFunc(lay.Sheets, func(s *layout.Sheet) bool { return len(s.Columns) == 0 })
}

// like reports whether most of the header the mapping was made for is there.
func like(lay *layout.Layout, e *mapping.HeaderError) bool {
	var all, gone int
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
func mappingFiles(env *Env, input string) []string {
	var out []string
	home := mappingHome(env)
	for _, dir := range mappingDirs(env, input) {
		patterns := []string{"*" + MappingSuffix, "*" + workbook.MappingSuffix}
		if slices.Contains(home, dir) {
			patterns = []string{"*.y*ml", "*.xlsx"}
		}
		for _, name := range mappingNames(env, dir, patterns) {
			if len(out) < maxMappings {
				out = append(out, filepath.Join(dir, name))
			}
		}
	}
	return out
}

// mappingNames are the files of a folder whose names say that they may be mappings.
// Where many inputs are opened, their folder is looked at once (Env.listed).
func mappingNames(env *Env, dir string, patterns []string) []string {
	if names, known := env.listed[dir]; known {
		return names
	}
	entries, _ := os.ReadDir(dir) // none where there is no such folder
	var names []string
	for _, e := range entries {
		fits := slices.ContainsFunc(patterns, func(pattern string) bool {
			ok, _ := filepath.Match(pattern, e.Name())
			return ok
		})
		if fits && !e.IsDir() && !strings.HasPrefix(e.Name(), "~$") {
			names = append(names, e.Name())
		}
	}
	if env.listed != nil {
		env.listed[dir] = names
	}
	return names
}
