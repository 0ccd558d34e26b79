package run

import (
	"path/filepath"
	"strings"

	"hbupload/internal/fault"
	"hbupload/internal/workbook"
)

// MappingAndInputs are what map check was given: a mapping and the files it is to read.
// An export alone has the mapping that map init wrote beside it.
func MappingAndInputs(env *Env, args []string) (name string, inputs []string, err error) {
	if len(args) > 1 {
		return args[0], args[1:], nil
	}
	input := args[0]
	if isMappingName(input) {
		return "", nil, fault.New(fault.Usage, "还要写上导出文件").At(input).Next("例如 hbupload map check " + input + " 导出.xlsx")
	}
	stem := strings.TrimSuffix(filepath.Base(input), filepath.Ext(input))
	found, err := FindMapping(env, stem, input)
	if err != nil || filepath.Clean(found) == filepath.Clean(input) {
		return "", nil, fault.New(fault.Usage, "旁边没有它的映射").At(input).
			Next("用 hbupload map init " + input + " 生成 " + stem + workbook.MappingSuffix + "；映射放在别处时写 hbupload map check 映射文件 " + input)
	}
	env.Say("用它旁边的映射 %s", filepath.Base(found))
	return found, args, nil
}

// isMappingName reports whether a file is called as mappings are.
func isMappingName(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	return strings.HasSuffix(path, workbook.MappingSuffix) || ext == ".yaml" || ext == ".yml"
}
