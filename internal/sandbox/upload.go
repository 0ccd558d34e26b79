package sandbox

import (
	"bytes"
	"crypto/sha256"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
)

// upload decodes a request and returns what will process it. The decoding
// comes first because a fault may be chosen by the content of the record.
func (s *Server) upload(x *exchange, body []byte) func() reply {
	rec, text, refusal := decodeUpload(x.r.Header, body, s.opt.Base64, s.opt.AnyOrder)
	x.rec = rec
	x.sum = sha256.Sum256(text)
	if refusal != "" {
		x.sum = sha256.Sum256(body)
	}
	return func() reply {
		if rep, ok := s.authorize(x.r); !ok {
			return rep
		}
		if refusal == "" {
			refusal = s.check(rec)
		}
		if refusal != "" {
			return reply{Msg: "上传失败：" + refusal}
		}
		if msg := s.keep(rec, x.sum); msg != "" {
			return reply{Msg: msg}
		}
		return reply{Success: true, Msg: "上传成功", Data: rec.root.render(echoPlain)}
	}
}

// decodeUpload reads a request strictly: multipart, zip, JSON, Base64. text is
// data.json as sent. A refusal is a Chinese sentence.
func decodeUpload(h http.Header, body []byte, base64Mode string, anyOrder bool) (rec *record, text []byte, refusal string) {
	archive, refusal := onlyFile(h, body)
	if refusal != "" {
		return nil, nil, refusal
	}
	text, refusal = onlyEntry(archive)
	if refusal != "" {
		return nil, nil, refusal
	}
	rec, refusal = decodeRecord(text, base64Mode, anyOrder)
	return rec, text, refusal
}

// onlyFile reads the multipart body: one part, the file field data.
func onlyFile(h http.Header, body []byte) (archive []byte, refusal string) {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, "请求不是 multipart/form-data"
	}
	mr := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	part, err := mr.NextRawPart()
	if err != nil {
		return nil, "缺少上报文件 data"
	}
	name := part.FormName()
	file := part.FileName()
	kind = part.Header.Get("Content-Type")
	archive, err = io.ReadAll(part)
	if err != nil {
		return nil, "表单不完整"
	}
	if _, err := mr.NextRawPart(); err != io.EOF {
		return nil, "表单只能有一个字段 data，且须完整结束"
	}
	switch {
	case name != "data":
		return nil, "缺少上报文件 data"
	case file == "":
		return nil, "data 应为文件（filename）"
	case !strings.HasSuffix(strings.ToLower(file), ".zip"):
		return nil, "上报文件应为 .zip"
	case part.Header.Get("Content-Transfer-Encoding") != "":
		return nil, "上报文件应为二进制，不得再作传输编码"
	case kind != "application/zip" && kind != "application/x-zip-compressed" && kind != "application/octet-stream":
		return nil, "上报文件的 Content-Type 应为 application/zip"
	case len(archive) == 0:
		return nil, "上报文件为空"
	}
	return archive, ""
}
