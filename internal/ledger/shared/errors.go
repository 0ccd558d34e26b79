package shared

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"hbupload/internal/fault"
)

// ErrStalled is a transaction that took longer than any should.
var ErrStalled = errors.New("the database does not answer in time")

// Died distinguishes a connection that was lost from a server that cannot be reached.
func Died(err error) bool {
	var down *pgconn.ConnectError
	return Lost(err) && !errors.As(err, &down)
}

// Lost reports an error after which it is unknown whether the database took what
// it was given, and which may pass: the connection broke, the server went away,
// or it has no room. An embedded ledger's errors are never of this kind.
func Lost(err error) bool {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return passing(pe.Code)
	}
	return disconnected(err)
}

// disconnected reports an error of the connection itself.
func disconnected(err error) bool {
	var ne net.Error
	var ce *pgconn.ConnectError
	switch {
	case errors.Is(err, ErrStalled), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed), errors.Is(err, pgconn.ErrConnClosed):
		return true
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return false // the caller's own word
	}
	return errors.As(err, &ne) || errors.As(err, &ce) || pgconn.SafeToRetry(err) // the last: it was closed before anything was sent
}

// passing recognises the SQLSTATE of a server that cannot serve right now.
func passing(code string) bool {
	switch code {
	case "57P01", "57P02", "57P03", "57P05", "25P03", // shut down, crashed, starting up, idle too long
		"25006": // read-only: a standby that has not taken over yet
		return true
	}
	// 08 connection, 53 no disk, memory or connection left, 58 its own system.
	return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "53") || strings.HasPrefix(code, "58")
}

// Raced reports whether a transaction was aborted in favour of another machine's and
// is to be run again.
func Raced(err error) bool {
	var pe *pgconn.PgError
	return errors.As(err, &pe) && (pe.Code == "40P01" || pe.Code == "40001")
}

// untrusted reports whether an error is about a certificate that cannot be verified.
func untrusted(err error) bool {
	var verification *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verification) || errors.As(err, &unknown) || errors.As(err, &host) || errors.As(err, &invalid)
}

// Explain words PostgreSQL's codes (SQLSTATE). doing is what we were about to do
// ("保存上传结果").
func Explain(doing string, err error) error {
	var pe *pgconn.PgError
	if !errors.As(err, &pe) {
		if untrusted(err) {
			return fault.New(fault.Config, "台账数据库的证书无法校验（不是受信任的机构签发、已过期，或不是这个主机的），无法"+doing+"。").Next("核对 ledger 里的主机名；私有证书机构在地址后加 ?sslrootcert=证书文件。").By(err)
		}
		if disconnected(err) {
			return fault.New(fault.Unreachable, "连不上台账数据库，无法"+doing+"。").Next("检查网络和数据库服务后再执行同一命令；已经有结果的记录不会丢失，也不会重复上传。").By(err)
		}
		return fault.New(fault.Internal, "台账"+doing+"失败。").By(err)
	}
	switch code := pe.Code; {
	case strings.HasPrefix(code, "28"):
		return fault.New(fault.Config, "台账数据库拒绝登录，无法"+doing+"。").Next("核对 ledger 里的用户名和密码（密码可放在 ~/.pgpass）。").By(err)
	case code == "3D000":
		return fault.New(fault.Config, "台账数据库不存在，无法"+doing+"。").Next("核对 ledger 里的数据库名，或先建立这个数据库。").By(err)
	case code == "42501":
		return fault.New(fault.Config, "台账数据库的用户权限不够，无法"+doing+"。").Next("由数据库的所有者执行 hbupload ledger init --role 用户名，再执行它打印的授权语句。").By(err)
	case code == "42P01" || code == "3F000":
		return fault.New(fault.Config, "台账数据库里还没有台账，无法"+doing+"。").Next("先由数据库的所有者执行 hbupload ledger init。").By(err)
	case strings.HasPrefix(code, "53"):
		return fault.New(fault.Stopped, "台账数据库没有空间或连接已满，无法"+doing+"。").Next("请数据库管理员处理后再执行同一命令；已经有结果的记录不会丢失，也不会重复上传。").By(err)
	case code == "25006":
		return fault.New(fault.Stopped, "台账数据库现在只读（可能是备用库），无法"+doing+"。").Next("请数据库管理员处理，或把 ledger 指向主库。").By(err)
	case passing(code):
		return fault.New(fault.Unreachable, "台账数据库正在关闭或重启，无法"+doing+"。").Next("稍后再执行同一命令；已经有结果的记录不会丢失，也不会重复上传。").By(err)
	case code == "57014" || Raced(err):
		return fault.New(fault.Locked, "台账数据库忙，无法"+doing+"。").Next("稍后再试。").By(err)
	}
	return fault.New(fault.Internal, "台账"+doing+"失败（数据库错误 "+pe.Code+"）。").By(err)
}
