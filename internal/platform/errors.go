package platform

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"hbupload/internal/fault"
)

// The errors of a call are *fault.Error of kind Config, Auth, Unreachable,
// Dictionary or Interrupted. Their sentence names the call, never a credential, a
// token or a body.

// formRefused is a call whose parameters the platform wants in another encoding.
type formRefused struct{ error }

// Unwrap is the error itself.
func (r formRefused) Unwrap() error { return r.error }

func configError(text, hint string, cause error) error {
	return fault.New(fault.Config, text).Next(hint).By(cause)
}

func authError(text, hint string) error { return fault.New(fault.Auth, text).Next(hint) }

func unreachable(text, hint string, cause error) error {
	return fault.New(fault.Unreachable, text).Next(hint).By(cause)
}

// RefusesForm reports whether the platform wants a call's parameters in another
// encoding.
func RefusesForm(err error) bool {
	var refused formRefused
	return errors.As(err, &refused)
}

const hintNetwork = "检查网络、platform.base_url 与代理设置，可用 hbupload doctor 诊断"

// transportError puts the transport's error into words. The cause of net/http
// names the URL, which holds no secret; bodies and headers never get there.
func transportError(call string, err error) error {
	if errors.Is(err, context.Canceled) {
		return fault.New(fault.Interrupted, call+"被中断").By(err)
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
	var refusal proxyRefusal
	switch {
	case errors.Is(err, errForeignHost):
		return "拒绝把凭据发给别的主机", "检查 platform.base_url 与 platform.paths"
	case errors.As(err, &refusal):
		return refusal.words()
	case errors.As(err, &op) && op.Op == "proxyconnect", isSocks(err):
		return "代理服务器连不上或拒绝转发", "检查 platform.proxy 与环境变量 HTTP_PROXY、HTTPS_PROXY"
	case errors.As(err, &dns):
		return "找不到主机 " + dns.Name, hintNetwork
	case errors.Is(err, syscall.ECONNREFUSED), strings.Contains(err.Error(), "refused"): // Windows has its own number
		return "连接被拒绝（平台没有在该端口服务）", hintNetwork
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "网络不可达", hintNetwork
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "等待超时", "平台或网络很慢，可稍后再试，或加大 platform.timeout"
	case strings.Contains(err.Error(), "headers exceeded"), strings.Contains(err.Error(), "informational responses"):
		return "平台的应答头过大", "可能连到了别的服务：检查 platform.base_url；一直如此则联系平台"
	case errors.Is(err, errHTTPSPort):
		return "平台的这个端口是 HTTPS，地址却写成了 http", hintHTTPS
	case strings.Contains(err.Error(), "malformed"):
		return "对方的应答不是 HTTP", "那个端口上可能是别的服务：检查 platform.base_url 的端口与代理设置"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed), strings.Contains(err.Error(), "EOF"), strings.Contains(err.Error(), "forcibly closed"):
		return "连接被对方中断", hintNetwork
	}
	return "网络错误", hintNetwork
}

// proxyRefusal is a proxy's refusal to open a tunnel.
type proxyRefusal int

// Error implements error.
func (e proxyRefusal) Error() string { return "proxy answers CONNECT with " + strconv.Itoa(int(e)) }

// words says what a proxy's status means.
func (e proxyRefusal) words() (text, hint string) {
	switch e {
	case 407:
		return "代理服务器要求认证（407）", "代理的用户名和密码写在环境变量 HTTP_PROXY、HTTPS_PROXY 里（http://用户名:密码@代理主机:端口，这时不填 platform.proxy），或请网络管理员放行这台电脑"
	case 502, 503, 504:
		return "代理服务器连不上平台（" + strconv.Itoa(int(e)) + "）", "请网络管理员检查代理到平台的线路；平台在内网时不要经过代理（环境变量 NO_PROXY）"
	}
	return "代理服务器拒绝转发（" + strconv.Itoa(int(e)) + "）", "请网络管理员在代理上放行平台的地址和端口；平台在内网时不要经过代理（环境变量 NO_PROXY）"
}

// isLasting reports whether trying again is useless: a certificate, a proxy's
// refusal or a foreign host does not change by waiting.
func isLasting(err error) bool {
	text, _ := tlsCause(err)
	var refusal proxyRefusal
	return text != "" || errors.Is(err, errForeignHost) || errors.As(err, &refusal) && refusal < 500
}

func isSocks(err error) bool { return strings.Contains(err.Error(), "socks connect") }

// tlsCause names what is wrong with a certificate or a handshake.
func tlsCause(err error) (text, hint string) {
	var record tls.RecordHeaderError
	if text, hint = certificateCause(err); text != "" {
		return text, hint
	}
	said := err.Error()
	switch {
	case errors.Is(err, errGuomi), strings.Contains(said, "unsupported protocol version 101"), strings.Contains(said, "unsupported elliptic curve"):
		return "平台只提供国密（SM2/TLCP）通道，本程序不支持", hintGuomi
	case errors.As(err, &record), strings.Contains(said, "server gave HTTP response to HTTPS client"):
		return "对方不是 HTTPS 服务", "检查 platform.base_url 应为 http:// 还是 https://"
	case strings.Contains(said, "tls: protocol version not supported"), strings.Contains(said, "unsupported protocol version"), strings.Contains(said, "unsupported versions"):
		return "平台只支持过时的 TLS 版本（低于 1.2）", "请平台启用 TLS 1.2 或更高的版本"
	case strings.Contains(said, "tls: handshake failure"), strings.Contains(said, "tls: insufficient security"), strings.Contains(said, "unconfigured cipher suite"):
		return "平台没有双方都支持的加密算法（只支持过时的加密套件）", "请平台启用 TLS 1.2 的 ECDHE 加密套件，或 TLS 1.3；若平台要求客户端证书，本程序不支持"
	case strings.Contains(said, "tls: certificate required"), strings.Contains(said, "tls: bad certificate"):
		return "平台要求客户端证书，本程序不支持", "请平台对上传接口取消这一要求"
	case strings.Contains(said, "tls: "):
		return "TLS 握手失败", "平台或中间的网络设备改动了加密连接；请网络管理员检查防火墙、网关的 HTTPS 检测，或请平台检查其 TLS 设置"
	}
	return "", ""
}

const hintGuomi = "请平台同时开通国际算法（TLS 1.2 以上、RSA 或 ECDSA 证书），或由网络管理员提供国密网关，把 platform.base_url 指向它"

// holdsSM2 reports whether a file holds a certificate of the curve SM2.
func holdsSM2(text []byte) bool {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if bytes.Contains(block.Bytes, []byte{0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d}) {
			return true
		}
	}
	return false
}

// certificateCause names what is wrong with a certificate.
func certificateCause(err error) (text, hint string) {
	var (
		unknown x509.UnknownAuthorityError
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
		verify  *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &unknown):
		return "平台的证书由不受信任的机构签发", "若平台用私有证书机构，把它的证书写到 platform.ca_file；若是公开机构，请平台补上中间证书"
	case errors.As(err, &host):
		return "平台的证书不是发给这个主机名的", "检查 platform.base_url 的主机名是否与证书一致"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && strings.Contains(invalid.Detail, "is before"):
		return "平台的证书尚未生效（" + invalid.Cert.NotBefore.Local().Format(time.DateOnly) + " 起有效）", "检查本机时钟；若时钟无误，请平台更换证书"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "平台的证书已过期（" + invalid.Cert.NotAfter.Local().Format(time.DateOnly) + " 止）", "检查本机时钟；若时钟无误，请平台更新证书"
	case errors.As(err, &invalid), errors.As(err, &verify):
		return "平台的证书无效", "请平台检查其证书"
	}
	return "", ""
}
