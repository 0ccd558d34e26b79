package ledger

import (
	"context"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"hbupload/internal/fault"
	"hbupload/internal/ledger/shared"
)

// errClosed is what the writer answers after Close.
var errClosed = errors.New("ledger is closed")

// fail is an error an operator can meet: one Chinese sentence, a kind for the
// exit code, and what to do next.
func fail(kind fault.Kind, cause error, message, hint string) *fault.Error {
	return fault.New(kind, message).Next(hint).By(cause)
}

// storageError words what the database said, by its result code and never by
// its text. doing is what we were about to do ("保存上传结果").
func storageError(doing string, err error) error {
	var refusal *Refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refusal), fault.Of(err) != nil:
		return err
	case !errors.Is(err, shared.ErrStalled) && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)):
		return err
	}
	var se *sqlite.Error
	if errors.As(err, &se) {
		return sqliteError(doing, se, err)
	}
	return shared.Explain(doing, err)
}

// sqliteError words the embedded database's result codes.
func sqliteError(doing string, se *sqlite.Error, err error) error {
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return fail(fault.Stopped, err, "磁盘已满，台账无法"+doing+"。", "清理磁盘后重新上传；没有答复的记录会列为结果不明。")
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fail(fault.Locked, err, "台账正被另一个程序占用，无法"+doing+"。", "稍后再试。")
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return fail(fault.Config, err, "数据文件夹不可写，台账无法"+doing+"。", "检查数据文件夹的权限，或用 --data-dir 指定别处。")
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fail(fault.Config, err, "台账文件已损坏，无法"+doing+"。", "用 hbupload ledger restore 恢复最近的备份。")
	case sqlite3.SQLITE_IOERR:
		return fail(fault.Stopped, err, "读写台账文件出错，无法"+doing+"。", "检查磁盘（空间、配额、连接）后重新上传。")
	}
	return fail(fault.Internal, err, "台账"+doing+"失败。", "")
}
