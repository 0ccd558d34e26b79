package platform

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"strings"
	"syscall"
)

// Error is why a call failed. Its text is one Chinese sentence that names the
// call, never a credential, a token or a body.
type Error struct {
	kind string
	text string
	hint string
	err  error
}

// Error is the sentence.
func (e *Error) Error() string { return e.text }

// Kind is config, auth, unreachable or interrupted.
func (e *Error) Kind() string { return e.kind }

// Hint says what to do next.
func (e *Error) Hint() string { return e.hint }

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.err }

func configError(text, hint string, cause error) error {
	return &Error{kind: "config", text: text, hint: hint, err: cause}
}

func authError(text, hint string) error { return &Error{kind: "auth", text: text, hint: hint} }

func unreachable(text, hint string, cause error) error {
	return &Error{kind: "unreachable", text: text, hint: hint, err: cause}
}

// IsAuth tells whether err says that the platform refused the credentials.
func IsAuth(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.kind == "auth"
}

const hintNetwork = "检查网络、platform.base_url 与代理设置，可用 hbupload doctor 诊断"

// transportError puts the transport's error into words. The cause of net/http
// names the URL, which holds no secret; bodies and headers never get there.
func transportError(call string, err error) error {
	if errors.Is(err, context.Canceled) {
		return &Error{kind: "interrupted", text: call + "被中断", err: err}
	}
	what, hint := cause(err)
	return unreachable(call+"失败："+what, hint, err)
}

// cause is the transport's error in Chinese, and what helps.
func cause(err error) (text, hint string) {
	if text, hint := tlsCause(err); text != "" {
		return text, hint
	}
	var dns *net.DNSError
	var op *net.OpError
	var timeout net.Error
	switch {
	case errors.Is(err, errForeignHost):
		return "拒绝把凭据发给别的主机", "检查 platform.base_url 与 platform.paths"
	case errors.As(err, &op) && op.Op == "proxyconnect", isProxy(err):
		return "代理服务器连不上或拒绝转发", "检查 platform.proxy 与环境变量 HTTP_PROXY、HTTPS_PROXY"
	case errors.As(err, &dns):
		return "找不到主机 " + dns.Name, hintNetwork
	case errors.Is(err, syscall.ECONNREFUSED), strings.Contains(err.Error(), "refused"): // Windows has its own number
		return "连接被拒绝（平台没有在该端口服务）", hintNetwork
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "网络不可达", hintNetwork
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "等待超时", "平台或网络很慢，可稍后再试，或加大 platform.timeout"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), strings.Contains(err.Error(), "EOF"), strings.Contains(err.Error(), "forcibly closed"):
		return "连接被对方中断", hintNetwork
	}
	return "网络错误", hintNetwork
}

// isLasting: a certificate or a foreign host stays what it is; waiting does not
// help.
func isLasting(err error) bool {
	text, _ := tlsCause(err)
	return text != "" || errors.Is(err, errForeignHost)
}

func isProxy(err error) bool {
	s := err.Error()
	return strings.Contains(s, "Proxy Authentication Required") || strings.Contains(s, "socks connect")
}

// tlsCause names what is wrong with a certificate or a handshake.
func tlsCause(err error) (text, hint string) {
	var (
		unknown x509.UnknownAuthorityError
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
		verify  *tls.CertificateVerificationError
		record  tls.RecordHeaderError
		alert   tls.AlertError
	)
	switch {
	case errors.As(err, &unknown):
		return "平台的证书由不受信任的机构签发", "若平台用私有证书机构，把它的证书写到 platform.ca_file"
	case errors.As(err, &host):
		return "平台的证书不是发给这个主机名的", "检查 platform.base_url 的主机名是否与证书一致"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "平台的证书已过期或尚未生效", "检查本机时钟；若时钟无误，请平台更新证书"
	case errors.As(err, &invalid), errors.As(err, &verify):
		return "平台的证书无效", "请平台检查其证书"
	case errors.As(err, &record):
		return "对方不是 HTTPS 服务", "检查 platform.base_url 应为 http:// 还是 https://"
	case errors.As(err, &alert):
		return "TLS 握手被平台拒绝（" + alert.Error() + "）", hintOldTLS
	case strings.Contains(err.Error(), "tls: "):
		return "TLS 握手失败（协议版本或加密套件不相容）", hintOldTLS
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return "对方不是 HTTPS 服务", "检查 platform.base_url 应为 http:// 还是 https://"
	}
	return "", ""
}

const hintOldTLS = "平台可能只支持 TLS 1.2 以前的协议，请平台升级"
