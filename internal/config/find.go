package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hbupload/internal/fault"
)

// Find tells which configuration file would be read, "" for none.
func Find(req Request) string {
	if req.File != "" {
		return req.File
	}
	for _, path := range places(req) {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// places are the files in which a configuration is looked for, in this order: in the
// working folder, in the user's configuration folder, beside the program.
func places(req Request) []string {
	var out []string
	for _, dir := range []string{req.WorkDir, UserFolder(req), req.ProgramDir} {
		if dir == "" {
			continue
		}
		if path := filepath.Join(dir, FileName); !slices.Contains(out, path) {
			out = append(out, path)
		}
	}
	return out
}

// UserFolder is our folder among the user's configurations, "" if it is unknown.
func UserFolder(req Request) string {
	if req.UserDir == "" {
		return ""
	}
	return filepath.Join(req.UserDir, "hbupload")
}

// NoAddress is the error of a configuration without the platform's address: it says
// where a file was looked for, or which one lacks the address.
func NoAddress(req Request) *fault.Error {
	const lacking = "没有配置平台地址 platform.base_url"
	if file := Find(req); file != "" && file != os.DevNull {
		return fail(file, lacking, "写上 platform.base_url（只删去行首的 #，再填 http://平台地址:端口），或在终端运行 hbupload setup")
	}
	places := places(req)
	next := "找过：" + strings.Join(places, "、")
	for _, path := range places {
		for _, ending := range []string{".txt", ".yaml", ".example"} {
			if _, err := os.Stat(path + ending); err == nil {
				next += "\n有一个 " + path + ending + "：请把它改名为 " + FileName + "（在“查看”里勾选“文件扩展名”才看得到后缀）"
			}
		}
		if other := strings.TrimSuffix(path, ".yaml") + ".yml"; exists(other) {
			next += "\n有一个 " + other + "：请把它改名为 " + FileName
		}
	}
	next += "\n在终端运行 hbupload setup，回答几个问题即可（或用 hbupload config init 生成一份来填）；配置放在别处时用 --config 指明"
	return fail("", lacking+"：没有找到配置文件 "+FileName, next)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
