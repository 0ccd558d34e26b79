package shared

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"hbupload/internal/fault"
	"hbupload/internal/pattern"
)

// reMachine is what a machine's name looks like.
var reMachine = pattern.New(`^[0-9a-f]{32}$`)

// Machine is this machine's name in a shared ledger: random, kept in the file at
// path, so that two data folders are two machines. What it is bound to is
// the run lock beside it: whoever holds that knows that no other run has the
// name. A data folder is sometimes copied, to set up the next computer or with a
// whole disk; so computer and place are a part of the name, and a copy cannot
// take the original's live claims for its own dead ones. create makes the file
// where it is missing; without create a missing one is no name.
func Machine(path, computer string, create func(path string, data []byte) error) (string, error) {
	name, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if create == nil {
			return "", nil
		}
		fresh := make([]byte, 16)
		if _, err := rand.Read(fresh); err != nil {
			return "", err
		}
		if err := create(path, []byte(hex.EncodeToString(fresh))); err != nil {
			return "", machineFailure(path, err)
		}
		name, err = os.ReadFile(path)
	}
	if err != nil || !reMachine.Match(name) {
		return "", machineFailure(path, err)
	}
	place, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return "", machineFailure(path, err)
	}
	if followed, err := filepath.EvalSymlinks(place); err == nil {
		place = followed
	}
	sum := sha256.Sum256([]byte(string(name) + "\x00" + computer + "\x00" + place))
	return hex.EncodeToString(sum[:16]), nil
}

func machineFailure(path string, err error) error {
	return fault.New(fault.Config, "无法读写本机的标识文件 "+path+"，或它已损坏。").
		Next("检查数据文件夹的权限；文件损坏时删除它，本机上次没有答复的记录将在规定时间后列为结果不明。").By(err)
}
