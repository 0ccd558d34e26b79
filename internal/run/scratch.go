package run

import (
	"os"

	"hbupload/internal/fault"
	"hbupload/internal/host"
)

// Scratch makes a private folder where the system keeps temporary files, for
// commands that must leave the data folder alone. remove deletes it.
func (env *Env) Scratch() (dir string, remove func(), err error) {
	host.SweepScratch(os.TempDir(), env.Now())
	dir, err = os.MkdirTemp("", "hbupload-")
	if err != nil {
		return "", nil, fault.New(fault.Config, "系统临时文件夹不可写").Next("请检查 TMP/TEMP 或 TMPDIR 指向的文件夹").By(err)
	}
	return dir, func() { _ = host.RemoveTree(dir) }, nil
}
