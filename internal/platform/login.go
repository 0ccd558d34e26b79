package platform

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hbupload/internal/fault"
	"hbupload/internal/pattern"
	"hbupload/internal/wire"
)

// pair is one parameter of a call.
type pair struct{ key, value string }

// params encodes a call's parameters (T2). The charset is said: without it a
// Tomcat reads the form as ISO 8859-1.
func params(encoding string, pairs ...pair) (contentType string, body []byte) {
	if encoding == "json" {
		m := make(map[string]string, len(pairs))
		for _, p := range pairs {
			m[p.key] = p.value
		}
		body, _ = json.Marshal(m) // strings always marshal
		return "application/json; charset=UTF-8", body
	}
	v := url.Values{}
	for _, p := range pairs {
		v.Set(p.key, p.value)
	}
	return formType, []byte(v.Encode())
}

const formType = "application/x-www-form-urlencoded; charset=UTF-8"

// loginParams are the document's three and the configuration's own.
func (c *Client) loginParams(password string) []pair {
	pairs := []pair{{"orgName", c.cfg.OrgName}, {"username", c.cfg.Username}, {"password", password}}
	for _, name := range slices.Sorted(maps.Keys(c.cfg.LoginExtra)) {
		pairs = append(pairs, pair{name, c.cfg.LoginExtra[name]})
	}
	return pairs
}

// postLogin is the document's 2.1, once.
func (c *Client) postLogin(ctx context.Context) (string, error) {
	const call = "登录平台"
	password := c.cfg.PasswordMD5()
	if c.cfg.Username == "" || password == "" {
		return "", configError("没有配置平台的用户名或密码", "配置 platform.username 与 platform.password（或 password_file、password_md5），或运行 hbupload login --save", nil)
	}
	r := request{url: c.urls.Login, limit: c.cfg.MaxReply}
	r.contentType, r.body = params(c.cfg.RequestEncoding, c.loginParams(password)...)
	a := c.post(ctx, r)
	reply, err := c.envelope(call, a)
	if err != nil {
		return "", err
	}
	f := tokenIn(reply, a.Token)
	if reply.Refused() || !isYes(reply) {
		return "", c.refusedLogin(reply, password)
	}
	switch {
	case f.damaged:
		return "", unreachable("平台给的 token 里有不能放进请求头的字符（在"+f.where+"）", "请把这句话告诉平台的技术人员", nil)
	case f.value == "":
		return "", unreachable("平台说登录成功，但应答里没有 token", "检查 platform.base_url 与 platform.paths.login 是否指向上传接口", nil)
	}
	c.heard(f)
	return f.value, nil
}

var (
	reCaptcha = pattern.New(`(?i)验证码|校验码|captcha`)
	reOutdate = pattern.New(`(?i)(密码|口令|password).*(过期|失效|到期|修改|更换|重置|初始|expired)|(修改|更换|重置).*(密码|口令)|初始密码`)
)

// refusedLogin puts the platform's no into words. It is never tried again by
// itself: an account is locked after a few.
func (c *Client) refusedLogin(reply wire.Reply, password string) error {
	said := quoted(wire.Redact(reply.Msg, []wire.Leaf{{Text: password}}))
	switch {
	case reCaptcha.MatchString(reply.Msg):
		return authError("平台登录要求验证码"+said, "本程序不能填写验证码：请平台对接口账号免去验证码，或请求解除因多次输错引起的锁定")
	case reOutdate.MatchString(reply.Msg):
		return authError("平台要求先修改密码"+said, "请在平台网页上改好密码，再更新这里的密码（"+c.passwordKey()+"）")
	}
	hint := "检查 platform.username、" + c.passwordKey() + " 与 platform.org_name"
	if c.cfg.PasswordNote != "" {
		hint += "；" + c.cfg.PasswordNote
	}
	return authError("平台拒绝登录"+said, hint)
}

// passwordKey is the key in use that gives the password.
func (c *Client) passwordKey() string {
	if c.cfg.PasswordKey == "" {
		return "platform.password"
	}
	return c.cfg.PasswordKey
}

// postRefresh is the document's 2.2, once; the old token must still be valid.
func (c *Client) postRefresh(ctx context.Context, old string) (string, error) {
	a := c.post(ctx, request{url: c.urls.Refresh, contentType: formType, token: old, limit: c.cfg.MaxReply})
	reply, err := c.envelope("刷新 token ", a)
	if err != nil {
		return "", err
	}
	f := tokenIn(reply, a.Token)
	if !isYes(reply) || f.value == "" || f.damaged {
		return "", authError("平台拒绝刷新 token"+quoted(reply.Msg), "")
	}
	c.heard(f)
	return f.value, nil
}

// isYes reports whether a reply says yes: by success, or where it is left out by a code
// of 200, as many frameworks answer.
func isYes(r wire.Reply) bool {
	return r.HasSuccess && !r.Refused() || r.NoSuccess && r.Code == http.StatusOK
}

// refusal is what a refusing status says for itself, without long numbers.
func refusal(a wire.Attempt) string {
	return quoted(wire.Redact(wire.Classify(a, wire.Policy{}).Msg, nil))
}

func quoted(msg string) string {
	if msg == "" {
		return ""
	}
	return "：" + msg
}

// hintAddress is what to look at where the address seems wrong.
func (c *Client) hintAddress() string {
	hint := "平台地址或路径不对：检查 platform.base_url 与 platform.paths"
	if c.base.Path != "" {
		hint += "；base_url 一般只写到端口：" + c.base.Scheme + "://" + c.base.Host
	}
	return hint
}

// rePlainOnTLS are the words of servers that were spoken to without encryption on
// a port for encryption.
var rePlainOnTLS = pattern.New(`(?i)plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|host and port requires TLS|speaking plain HTTP to an SSL`)

// pageHead is how much of an answer is searched for words: an error page says what
// is wrong at its beginning, and a dictionary may have 64 MiB.
const pageHead = 4 << 10

// wantsHTTPS reports whether the platform asks for https on this address.
func (c *Client) wantsHTTPS(a wire.Attempt) bool {
	if c.base.Scheme != "http" {
		return false
	}
	to, err := url.Parse(a.Location)
	redirected := err == nil && a.Status/100 == 3 && to.Scheme == "https" && to.Hostname() == c.base.Hostname()
	return redirected || rePlainOnTLS.Match(a.Body[:min(len(a.Body), pageHead)])
}

// hintHTTPS is what to set where a port expects https.
const hintHTTPS = "把 platform.base_url 改成 https:// 开头（若端口不同，按平台给的地址）"

// envelope judges a reply to login, refresh or download: the whole envelope, or
// an error; a passing one when trying again may help. A refusal in the platform's
// own words is no error of the transport, whatever its status.
func (c *Client) envelope(call string, a wire.Attempt) (wire.Reply, error) {
	var none wire.Reply
	if a.Status == 0 {
		err := transportError(call, a.Err)
		if isLasting(a.Err) {
			return none, err
		}
		return none, passing{err}
	}
	if c.wantsHTTPS(a) {
		return none, httpsOnly(call, a.Status)
	}
	reply, parsed := wire.ParseReply(a.Body)
	if parsed == nil && !a.Cut && a.Coding == "" && reply.HasSuccess && reply.Refused() {
		return reply, nil
	}
	if a.Status < 200 || a.Status > 299 {
		return none, c.refusedStatus(call, a)
	}
	if err := c.unusable(call, a, reply, parsed); err != nil {
		return none, err
	}
	return reply, nil
}

// httpsOnly is the error of an address that is written with http, and must not be.
func httpsOnly(call string, status int) error {
	if status/100 == 3 {
		return unreachable(call+"失败：平台要求改用 https（"+strconv.Itoa(status)+" 转向已拒绝）", hintHTTPS, nil)
	}
	return unreachable(call+"失败：平台的这个端口是 HTTPS，地址却写成了 http", hintHTTPS, nil)
}

// unusable returns why an answer with a status of success is no answer to the call;
// nil if it is one. parsed is the error of reading it as JSON.
func (c *Client) unusable(call string, a wire.Attempt, reply wire.Reply, parsed error) error {
	switch {
	case a.Coding != "":
		return unreachable(call+"失败：应答用了不认识的压缩方式 "+a.Coding, "请平台或网络管理员对接口关闭压缩", nil)
	case a.Err != nil:
		return passing{transportError(call, a.Err)}
	case a.Cut:
		return unreachable(call+"失败：平台的应答过大，已停止读取", "", nil)
	case parsed != nil && wire.IsPage(a):
		return unreachable(call+"失败：得到的是网页，不是接口的应答"+quoted(wire.Redact(wire.Title(a), nil)),
			"可能是代理、上网认证或统一登录的页面：检查 platform.base_url 与 platform.proxy（平台在内网时不要经过代理：环境变量 NO_PROXY）", nil)
	case parsed != nil:
		return unreachable(call+"失败：平台的应答不是完整的 JSON", "可能连到了网关或登录页面。"+c.hintAddress(), parsed)
	case !reply.HasSuccess && !isYes(reply) && reply.Msg == "":
		return unreachable(call+"失败：平台的应答没有 success", c.hintAddress(), nil)
	}
	return nil
}

// refusedStatus is a status that is no success.
func (c *Client) refusedStatus(call string, a wire.Attempt) error {
	status := strconv.Itoa(a.Status)
	switch s := a.Status; {
	case s < 400:
		return unreachable(call+"失败：平台应答 "+status+"，要求转到别处（已拒绝）", c.hintAddress(), nil)
	case s == http.StatusNotFound || s == http.StatusMethodNotAllowed:
		return unreachable(call+"失败：平台应答 "+status, c.hintAddress(), nil)
	case s == http.StatusProxyAuthRequired:
		text, hint := proxyRefusal(s).words()
		return unreachable(call+"失败："+text, hint, nil)
	case s == http.StatusForbidden && wire.IsPage(a):
		return unreachable(call+"被拒绝（403），得到的是网页"+refusal(a), "可能是防火墙或代理拦下了请求：检查 platform.proxy，或请网络管理员、平台放行", nil)
	case s == http.StatusRequestTimeout || s == http.StatusTooManyRequests || s >= http.StatusInternalServerError:
		return passing{unreachable(call+"失败：平台应答 "+status+refusal(a), "平台暂时无法服务，请稍后再试", nil)}
	case s == http.StatusUnauthorized || s == http.StatusForbidden:
		return authError(call+"被拒绝（"+status+"）"+refusal(a), "检查用户名、密码与该账号的权限")
	}
	hint := "平台可能要另一种参数编码：试 platform.request_encoding: " + c.otherEncoding() + "；再检查 platform.paths"
	return formRefused{fault.New(fault.Unreachable, call+"被拒绝（"+status+"）"+refusal(a)).Next(hint)}
}

// otherEncoding is the value of platform.request_encoding not in use.
func (c *Client) otherEncoding() string {
	if strings.EqualFold(c.cfg.RequestEncoding, "json") {
		return "form"
	}
	return "json"
}
