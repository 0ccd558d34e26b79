package ledger

import (
	"context"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"hbupload/internal/fault"
)

// errClosed is what the writer answers after Close.
var errClosed = errors.New("ledger is closed")

// errStalled is a transaction that took longer than any should.
var errStalled = errors.New("the database does not answer in time")

// Error is a failure an operator can meet: one Chinese sentence, a kind for the
// exit code, and what to do next.
type Error struct {
	kind, message, hint string
	cause               error
}

// Error returns the sentence, without the cause's English text.
func (e *Error) Error() string { return e.message }

// Kind is one of config, locked, stopped, unreachable, usage, input, internal.
func (e *Error) Kind() string { return e.kind }

// Hint says what to do next; it may be empty.
func (e *Error) Hint() string { return e.hint }

// Unwrap returns the technical cause, for the log.
func (e *Error) Unwrap() error { return e.cause }

func fail(kind string, cause error, message, hint string) *Error {
	return &Error{kind: kind, message: message, hint: hint, cause: cause}
}

// storageError words what the database said, by its result code and never by
// its text. doing is what we were about to do ("保存上传结果").
func storageError(doing string, err error) error {
	var own *Error
	var refusal *Refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own), errors.As(err, &refusal):
		return err
	case !errors.Is(err, errStalled) && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)):
		return err
	}
	var k interface{ Kind() string }
	if fault.Of(err) != nil || errors.As(err, &k) { // a panic that was caught
		return err
	}
	var se *sqlite.Error
	if errors.As(err, &se) {
		return sqliteError(doing, se, err)
	}
	return postgresError(doing, err)
}

// sqliteError words the embedded database's result codes.
func sqliteError(doing string, se *sqlite.Error, err error) error {
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return fail("stopped", err, "磁盘已满，台账无法"+doing+"。", "清理磁盘后重新上传；没有答复的记录会列为结果不明。")
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fail("locked", err, "台账正被另一个程序占用，无法"+doing+"。", "稍后再试。")
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return fail("config", err, "数据文件夹不可写，台账无法"+doing+"。", "检查数据文件夹的权限，或用 --data-dir 指定别处。")
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fail("config", err, "台账文件已损坏，无法"+doing+"。", "用 hbupload ledger restore 恢复最近的备份。")
	case sqlite3.SQLITE_IOERR:
		return fail("stopped", err, "读写台账文件出错，无法"+doing+"。", "检查磁盘（空间、配额、连接）后重新上传。")
	}
	return fail("internal", err, "台账"+doing+"失败。", "")
}
