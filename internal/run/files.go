package run

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hbupload/internal/fault"
)

// GivenFiles returns the files that arguments mean, in the order given. What is
// no file and no pattern stays as it is: who opens it says so.
func (env *Env) GivenFiles(args []string) ([]string, error) {
	var out []string
	for len(args) > 0 {
		given, n := wholePath(args)
		args = args[n:]
		if n > 1 {
			HideShapes(env, []string{given}, nil)
			env.Say("路径里有空格、没有加引号，按一个文件读取：%s（下次请给路径加上英文双引号）", given)
		}
		if !isPattern(given) || exists(given) {
			out = append(out, given)
			continue
		}
		found := withoutReports(env, expand(given))
		if len(found) == 0 {
			return nil, fault.New(fault.Usage, "没有符合“"+given+"”的文件").
				Next("请检查文件夹和扩展名（* 代表任意多个字，? 代表一个字），或写出文件的全名")
		}
		out = append(out, found...)
	}
	return out, nil
}

// maxBlanks is how many arguments may be one path.
const maxBlanks = 16

// wholePath returns the path that the first arguments are, and how many they are:
// those whose words, joined by blanks, are a file, else the first alone.
func wholePath(args []string) (given string, n int) {
	for n := 1; n <= min(len(args), maxBlanks); n++ {
		given := unquoted(strings.Join(args[:n], " "))
		if info, err := os.Stat(given); given == "-" || err == nil && !info.IsDir() {
			return given, n
		}
	}
	return unquoted(args[0]), 1
}

// unquoted returns a path without the quotes around it that no shell takes away.
func unquoted(given string) string {
	if exists(given) {
		return given
	}
	if bare := strings.Trim(given, "“”‘’＂＇「」\"'"); bare != "" {
		return bare
	}
	return given
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

func isPattern(name string) bool { return strings.ContainsAny(name, "*?") }

// expand returns the files that a pattern stands for, sorted. As on Windows, * and
// ? are the only signs (exports are called 导出[1].xlsx) and capitals do not
// matter. What programs keep for themselves (~$, dot files) is no export.
func expand(pattern string) []string {
	dir, base := filepath.Split(pattern)
	dirs := []string{dir}
	if isPattern(dir) {
		dirs = expandFolders(dir)
	}
	var out []string
	for _, dir := range dirs {
		for _, entry := range matching(dir, base) {
			info, err := os.Stat(entry)
			if err == nil && info.Mode().IsRegular() {
				out = append(out, entry)
			}
		}
	}
	slices.Sort(out)
	return out
}

// expandFolders is expand for the folders of a pattern.
func expandFolders(pattern string) []string {
	dir, base := filepath.Split(strings.TrimRight(filepath.ToSlash(pattern), "/"))
	dirs := []string{dir}
	if isPattern(dir) {
		dirs = expandFolders(dir)
	}
	var out []string
	for _, dir := range dirs {
		for _, entry := range matching(dir, base) {
			if info, err := os.Stat(entry); err == nil && info.IsDir() {
				out = append(out, entry+string(filepath.Separator))
			}
		}
	}
	return out
}

// matching returns what of a folder a pattern without folders fits.
func matching(dir, base string) []string {
	entries, err := os.ReadDir(filepath.Join(dir, "."))
	if err != nil {
		return nil
	}
	base = strings.ToLower(strings.NewReplacer("[", "[[]", `\`, `\\`).Replace(base))
	var out []string
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, "~$") || strings.HasPrefix(name, ".") {
			continue
		}
		if ok, err := path.Match(base, strings.ToLower(name)); ok && err == nil {
			out = append(out, dir+name)
		}
	}
	return out
}

// withoutReports leaves out the reports that earlier runs put beside an export:
// a pattern means the exports.
func withoutReports(env *Env, found []string) []string {
	n := len(found)
	found = slices.DeleteFunc(found, func(name string) bool { return rePurgeable.MatchString(filepath.Base(name)) })
	if skipped := n - len(found); skipped > 0 {
		env.Say("跳过本程序以前生成的 %d 个报告", skipped)
	}
	return found
}

// NotAmong reports that a file about to be written is one of those that are read.
func NotAmong(output string, inputs []string) error {
	there, err := os.Stat(output)
	if err != nil {
		return nil //nolint:nilerr // nothing there to lose
	}
	for _, path := range inputs {
		if info, err := os.Stat(path); err == nil && os.SameFile(there, info) {
			return fault.New(fault.Usage, "-o 是所读的导出文件本身，没有覆盖").Next("请换一个文件名")
		}
	}
	return nil
}
