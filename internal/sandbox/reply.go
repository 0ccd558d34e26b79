package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// maxBody bounds a request: one person is a few dozen kilobytes.
const maxBody = 8 << 20

// reply is what the platform answers: success and msg always, data or rows
// when the call has them.
type reply struct {
	Status  int // HTTP status, 200 when 0
	Success bool
	Msg     string
	Data    json.RawMessage
	Rows    json.RawMessage
	Sample  bool // the rows are the sandbox's own
}

// body is the reply as JSON, keys in the order of the document.
func (r reply) body() []byte {
	out := struct {
		Success bool            `json:"success"`
		Msg     string          `json:"msg"`
		Data    json.RawMessage `json:"data,omitempty"`
		Rows    json.RawMessage `json:"rows,omitempty"`
		Sample  bool            `json:"sample,omitempty"`
	}{r.Success, r.Msg, r.Data, r.Rows, r.Sample}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(out) != nil { // rows that are no JSON, set by a test
		return []byte(`{"success":false,"msg":"沙箱的数据不是 JSON"}`)
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// exchange is one request on its way through the server.
type exchange struct {
	server *Server
	w      http.ResponseWriter
	r      *http.Request
	call   call
	nth    int      // 1 for the first request of its call
	rec    *record  // the decoded upload, nil when it could not be decoded
	sum    [32]byte // SHA-256 of data.json, or of the body
}

// send writes a reply.
func (x *exchange) send(rep reply) {
	status := rep.Status
	if status == 0 {
		status = http.StatusOK
	}
	x.server.opt.Logf("沙箱：%s 第 %d 次，HTTP %d，success=%v", x.call, x.nth, status, rep.Success)
	x.write(status, "application/json;charset=UTF-8", rep.body())
}

func (x *exchange) write(status int, contentType string, body []byte) {
	x.w.Header().Set("Content-Type", contentType)
	x.w.WriteHeader(status)
	_, _ = x.w.Write(body) // a client that left is its own affair
}

// wait waits, unless the client leaves or the server closes. It reports whether
// the whole time passed.
func (x *exchange) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-x.r.Context().Done():
	case <-x.server.done:
	}
	return false
}

// readBody reads a request whole. A body that is too long or that breaks off
// is a refusal.
func readBody(r *http.Request) (body []byte, refusal string) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, "请求体读取不完整"
	case len(body) > maxBody:
		return nil, "请求体超过 8 MB"
	}
	return body, ""
}
