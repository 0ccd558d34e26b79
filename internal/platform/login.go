package platform

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"

	"hbupload/internal/wire"
)

// pair is one parameter of a call.
type pair struct{ key, value string }

// params encodes a call's parameters (T2).
func (c *Client) params(pairs ...pair) (contentType string, body []byte) {
	if c.cfg.RequestEncoding == "json" {
		m := make(map[string]string, len(pairs))
		for _, p := range pairs {
			m[p.key] = p.value
		}
		body, _ = json.Marshal(m) // strings always marshal
		return "application/json; charset=utf-8", body
	}
	v := url.Values{}
	for _, p := range pairs {
		v.Set(p.key, p.value)
	}
	return "application/x-www-form-urlencoded", []byte(v.Encode())
}

// postLogin is the document's 2.1, once.
func (c *Client) postLogin(ctx context.Context) (string, error) {
	const call = "登录平台"
	password := c.cfg.PasswordMD5()
	if c.cfg.Username == "" || password == "" {
		return "", configError("没有配置平台的用户名或密码", "配置 platform.username 与 platform.password（或 password_file、password_md5），或运行 hbupload login --save", nil)
	}
	r := request{url: c.urls.Login, limit: c.cfg.MaxReply}
	r.contentType, r.body = c.params(pair{"orgName", c.cfg.OrgName}, pair{"username", c.cfg.Username}, pair{"password", password})
	a := c.post(ctx, r)
	reply, err := envelope(call, a)
	if err != nil {
		return "", err
	}
	said := quoted(wire.Redact(reply.Msg, []wire.Leaf{{Text: password}}))
	if !reply.Success {
		return "", authError("平台拒绝登录"+said, "检查 platform.username、platform.password 与 platform.org_name")
	}
	token := tokenOf(reply.Data)
	if token == "" {
		return "", unreachable("平台说登录成功，但应答里没有 token", "检查 platform.base_url 与 platform.paths.login 是否指向上传接口", nil)
	}
	return token, nil
}

// postRefresh is the document's 2.2, once; the old token must still be valid.
func (c *Client) postRefresh(ctx context.Context, old string) (string, error) {
	a := c.post(ctx, request{url: c.urls.Refresh, contentType: "application/x-www-form-urlencoded", token: old, limit: c.cfg.MaxReply})
	reply, err := envelope("刷新 token ", a)
	if err != nil {
		return "", err
	}
	token := tokenOf(reply.Data)
	if !reply.Success || token == "" {
		return "", authError("平台拒绝刷新 token"+quoted(reply.Msg), "")
	}
	return token, nil
}

// tokenOf reads a token that a header can carry.
func tokenOf(data json.RawMessage) string {
	var s string
	if json.Unmarshal(data, &s) != nil || len(s) > 16<<10 {
		return ""
	}
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] > '~' {
			return ""
		}
	}
	return s
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

const hintAddress = "平台地址或路径不对：检查 platform.base_url 与 platform.paths"

// envelope judges a reply to login, refresh or download: the whole envelope, or
// an error; a passing one when trying again may help.
func envelope(call string, a wire.Attempt) (wire.Reply, error) {
	var none wire.Reply
	status := strconv.Itoa(a.Status)
	switch s := a.Status; {
	case s == 0 && isLasting(a.Err):
		return none, transportError(call, a.Err)
	case s == 0:
		return none, passing{transportError(call, a.Err)}
	case s >= 300 && s < 400:
		return none, unreachable(call+"失败：平台应答 "+status+"，要求转到别处（已拒绝）", hintAddress, nil)
	case s == 404 || s == 405:
		return none, unreachable(call+"失败：平台应答 "+status, hintAddress, nil)
	case s == 407:
		text, hint := proxyRefusal(s).words()
		return none, unreachable(call+"失败："+text, hint, nil)
	case s == 408 || s == 429 || s >= 500:
		return none, passing{unreachable(call+"失败：平台应答 "+status, "平台暂时无法服务，请稍后再试", nil)}
	case s == 401 || s == 403:
		return none, authError(call+"被拒绝（"+status+"）"+refusal(a), "检查用户名、密码与该账号的权限")
	case s >= 400:
		return none, unreachable(call+"被拒绝（"+status+"）"+refusal(a), "检查 platform.request_encoding 与 platform.paths", nil)
	}
	if a.Err != nil {
		return none, passing{transportError(call, a.Err)}
	}
	if a.Cut {
		return none, unreachable(call+"失败：平台的应答过大，已停止读取", "", nil)
	}
	reply, err := wire.ParseReply(a.Body)
	if err != nil {
		return none, unreachable(call+"失败：平台的应答不是完整的 JSON", "可能连到了网关或登录页面。"+hintAddress, err)
	}
	if !reply.HasSuccess {
		return none, unreachable(call+"失败：平台的应答没有 success", hintAddress, nil)
	}
	return reply, nil
}
