package sandbox

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"time"
)

// token is one that was handed out by login or refreshToken.
type token struct {
	until time.Time
	uses  int
}

// msgDeadToken is how a dead token shows: the document does not say, so the
// text is one of help: 接口读法 T7's.
const msgDeadToken = "token已失效，请重新登录"

// login is the document's 2.1.
func (s *Server) login(r *http.Request, body []byte) reply {
	in, refusal := params(r, body)
	if refusal != "" {
		return reply{Msg: refusal}
	}
	sum := md5.Sum([]byte(s.opt.Password))
	switch {
	case in["orgName"] != s.opt.OrgName:
		return reply{Msg: "组织名称不正确"}
	case in["username"] == "" || in["password"] == "":
		return reply{Msg: "用户名或密码不能为空"}
	case in["username"] != s.opt.User, in["password"] != hex.EncodeToString(sum[:]):
		return reply{Msg: "用户名或密码错误"}
	}
	return s.issue()
}

// refresh is the document's 2.2: it needs a living token.
func (s *Server) refresh(r *http.Request) reply {
	if rep, ok := s.authorize(r); !ok {
		return rep
	}
	if s.opt.RevokeOnRefresh {
		s.KillToken(r.Header.Get("Authorization"))
	}
	return s.issue()
}

// issue hands out a new token.
func (s *Server) issue() reply {
	var raw [20]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return reply{Status: http.StatusInternalServerError, Msg: "系统异常"}
	}
	text := "sandbox." + hex.EncodeToString(raw[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[text] = &token{until: s.opt.Now().Add(s.opt.TokenTTL)}
	data, err := json.Marshal(text)
	if err != nil {
		return reply{Msg: "系统异常"}
	}
	return reply{Success: true, Msg: "操作成功", Data: data}
}

// authorize asks for a living token: the bare one, in the header Authorization.
func (s *Server) authorize(r *http.Request) (reply, bool) {
	text := r.Header.Get("Authorization")
	if text == "" {
		return s.deadToken("未登录，请先登录"), false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tokens[text]
	if t == nil || !s.opt.Now().Before(t.until) {
		delete(s.tokens, text)
		return s.deadToken(msgDeadToken), false
	}
	t.uses++
	if n := s.opt.Faults.tokenUses; n > 0 && t.uses > n {
		delete(s.tokens, text)
		return s.deadToken(msgDeadToken), false
	}
	return reply{}, true
}

// KillToken makes one token dead, or all of them ("").
func (s *Server) KillToken(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text == "" {
		clear(s.tokens)
		return
	}
	delete(s.tokens, text)
}

// download is the document's 2.3.
func (s *Server) download(r *http.Request, body []byte) reply {
	if rep, ok := s.authorize(r); !ok {
		return rep
	}
	in, refusal := params(r, body)
	if refusal != "" {
		return reply{Msg: refusal}
	}
	d := s.dicts.Load()
	rows, known := d.rows[in["code"]]
	switch {
	case in["code"] == "":
		return reply{Msg: "字典代码不能为空"}
	case !known:
		return reply{Msg: "字典代码不存在"}
	}
	return reply{Success: true, Msg: "操作成功", Rows: rows, Sample: true}
}

// params reads the parameters of a call, as a form or as JSON: the document
// names no encoding (help: 接口读法 T2).
func params(r *http.Request, body []byte) (in map[string]string, refusal string) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, "Content-Type 不正确"
	}
	switch kind {
	case "application/json":
		if json.Unmarshal(body, &in) != nil {
			return nil, "请求参数不是合法的 JSON"
		}
		return in, ""
	case "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, "请求参数不是合法的表单"
		}
		in = map[string]string{}
		for k, v := range values {
			in[k] = v[0]
		}
		return in, ""
	}
	return nil, "不支持的 Content-Type：" + kind
}

// deadToken is the answer to a token that lives no longer.
func (s *Server) deadToken(msg string) reply {
	if status := s.opt.Faults.tokenStatus; status != 0 {
		return reply{Status: status, Msg: msg}
	}
	return reply{Status: s.opt.DeadTokenStatus, Msg: msg}
}
