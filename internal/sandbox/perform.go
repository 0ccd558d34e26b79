package sandbox

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// perform lets a fault happen. process does the call's work; a fault that
// strikes before it leaves it undone.
func (x *exchange) perform(f *injection, process func() reply) {
	x.server.opt.Logf("沙箱：%s 第 %d 次，故障 %s", x.call, x.nth, f.name())
	rep := reply{Success: true, Msg: "上传成功"}
	if f.processes() && process != nil {
		rep = process()
	}
	if !x.wait(x.server.opt.Latency) {
		return
	}
	switch f.kind {
	case "drop":
		x.drop()
	case "hang":
		select {
		case <-x.r.Context().Done():
		case <-x.server.done:
		}
		x.drop()
	case "status":
		x.status(f)
	case "redirect":
		x.w.Header().Set("Location", or(f.arg, "/login.html"))
		x.w.WriteHeader(http.StatusFound)
	default:
		x.answer(f, rep)
	}
}

// name is the fault as a specification writes it.
func (f *injection) name() string {
	name := f.kind
	if f.code != 0 {
		name = strconv.Itoa(f.code)
	}
	if f.after {
		name += "-after"
	}
	return name
}

// processes reports whether the call's work is done under the fault.
func (f *injection) processes() bool {
	switch f.kind {
	case "slow", "success-as-text":
		return true
	}
	return f.after || strings.HasPrefix(f.kind, "echo-")
}

// answer is the faults that show in the reply's body.
func (x *exchange) answer(f *injection, rep reply) {
	body := rep.body()
	const kind = "application/json;charset=UTF-8"
	switch f.kind {
	case "html":
		x.write(http.StatusOK, "text/html;charset=UTF-8", []byte("<!DOCTYPE html><html><head><title>系统维护</title></head><body>系统维护中，请稍后访问</body></html>"))
	case "half-json":
		x.write(http.StatusOK, kind, body[:len(body)/2])
	case "cut":
		x.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		x.write(http.StatusOK, kind, body[:len(body)/2])
		_ = http.NewResponseController(x.w).Flush()
		x.drop()
	case "no-success":
		x.write(http.StatusOK, kind, bytes.Replace(body, []byte(`"success":`+strconv.FormatBool(rep.Success)+`,`), nil, 1))
	case "empty":
		x.write(http.StatusOK, kind, nil)
	case "success-as-text":
		text := strconv.FormatBool(rep.Success)
		x.write(http.StatusOK, kind, bytes.Replace(body, []byte(`"success":`+text), []byte(`"success":"`+text+`"`), 1))
	case "reject-text":
		x.write(http.StatusOK, kind, []byte(`{"success":"false","msg":`+string(quote(or(f.arg, "数据校验未通过")))+`}`))
	case "slow":
		x.trickle(kind, body, f.pause)
	default:
		x.send(x.altered(f, rep))
	}
}

// altered is the faults that are a reply of the usual form.
func (x *exchange) altered(f *injection, rep reply) reply {
	switch f.kind {
	case "reject":
		return reply{Msg: or(f.arg, "数据校验未通过")}
	case "duplicate":
		return reply{Msg: or(f.arg, "该体检记录已存在，请勿重复上传")}
	case "dead-token":
		x.server.KillToken(x.r.Header.Get("Authorization"))
		return x.server.deadToken(msgDeadToken)
	}
	if !rep.Success || x.rec == nil {
		return rep
	}
	if f.kind == "echo-missing" {
		rep.Data = nil
		return rep
	}
	rep.Data = x.rec.root.render(echoOf(f.kind))
	return rep
}

// echoOf is how a platform with a wrong setting returns the data.
func echoOf(kind string) echo {
	switch kind {
	case "echo-mojibake":
		return func(_, text string) []byte { return quote(latin1(text)) }
	case "echo-undecoded":
		return func(_, text string) []byte { return quote(base64.StdEncoding.EncodeToString([]byte(text))) }
	case "echo-twice":
		return echoTwice
	case "echo-differs":
		return echoDiffers
	case "echo-foreign":
		return echoForeign
	case "echo-null":
		return echoNull
	}
	return func(_, text string) []byte { return quote(text) }
}

// echoTwice decodes what was decoded already.
func echoTwice(_, text string) []byte {
	if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
		return quote(string(raw))
	}
	return quote(text)
}

// echoDiffers returns another employer.
func echoDiffers(key, text string) []byte {
	if key == "empOrgName" {
		text += "（改）"
	}
	return quote(text)
}

// echoForeign returns somebody else.
func echoForeign(key, text string) []byte {
	switch key {
	case "patientName":
		text = "测试旁人"
	case "idcard":
		text = "130102199912310013"
	}
	return quote(text)
}

// echoNull returns null for what is empty, and numbers without quotes.
func echoNull(_, text string) []byte {
	if text == "" {
		return []byte("null")
	}
	if reNumber.MatchString(text) && (text == "0" || text[0] != '0') && len(text) < 10 {
		return []byte(text)
	}
	return quote(text)
}

// latin1 reads the bytes of UTF-8 text as ISO 8859-1, the usual mojibake.
func latin1(text string) string {
	out := make([]rune, 0, len(text))
	for _, b := range []byte(text) {
		out = append(out, rune(b))
	}
	return string(out)
}

// status answers with an HTTP status and the page of a gateway or a container.
func (x *exchange) status(f *injection) {
	// A gateway that lost the answer knows no time after which to come again.
	lost := f.after && f.arg == ""
	if !lost && (f.code == http.StatusTooManyRequests || f.code == http.StatusServiceUnavailable) {
		x.w.Header().Set("Retry-After", or(f.arg, "1"))
	}
	switch f.code {
	case 400, 413, 415, 422:
		x.write(f.code, "text/plain;charset=UTF-8", []byte("请求不符合要求（"+strconv.Itoa(f.code)+"）"))
	default:
		text := fmt.Sprintf("<html><head><title>%d %s</title></head></html>", f.code, http.StatusText(f.code))
		x.write(f.code, "text/html", []byte(text))
	}
}

// trickle sends the body in ten pieces over the time.
func (x *exchange) trickle(contentType string, body []byte, whole time.Duration) {
	const pieces = 10
	rc := http.NewResponseController(x.w)
	x.w.Header().Set("Content-Type", contentType)
	x.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	x.w.WriteHeader(http.StatusOK)
	for i := range pieces {
		if _, err := x.w.Write(body[len(body)*i/pieces : len(body)*(i+1)/pieces]); err != nil {
			return
		}
		_ = rc.Flush()
		if !x.wait(whole / pieces) {
			return
		}
	}
}

// drop closes the connection without an answer, as a reset where it can.
func (x *exchange) drop() {
	conn, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil { // no connection under this writer
		x.w.WriteHeader(http.StatusBadGateway)
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
