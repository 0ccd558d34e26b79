package ledger

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// reMachine is what a machine's name looks like.
var reMachine = regexp.MustCompile(`^[0-9a-f]{32}$`)

// machineName is this machine's name in a shared ledger: random, kept in the
// data folder, so that two data folders are two machines. What it is bound to is
// the run lock beside it: whoever holds that knows that no other run bears the
// name.
func machineName(opt Options, create bool) (string, error) {
	path := filepath.Join(opt.dir(), MachineName)
	name, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if !create {
			return "", nil
		}
		fresh := make([]byte, 16)
		if _, err := rand.Read(fresh); err != nil {
			return "", err
		}
		if err := createOnce(opt.files(), path, []byte(hex.EncodeToString(fresh))); err != nil {
			return "", machineFailure(path, err)
		}
		name, err = os.ReadFile(path)
	}
	if err != nil || !reMachine.Match(name) {
		return "", machineFailure(path, err)
	}
	return string(name), nil
}

func machineFailure(path string, err error) error {
	return fail("config", err, "无法读写本机的标识文件 "+path+"，或它已损坏。", "检查数据文件夹的权限；文件损坏时删除它，本机上次没有答复的记录将在规定时间后列为结果不明。")
}
