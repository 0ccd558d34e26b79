package wire

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"hbupload/internal/host"
)

// isReason reports whether a key of an envelope may hold a reason: the texts of the
// others say nothing to a person, may be somebody's data, or have been looked at.
func isReason(key string) bool {
	return !slices.Contains([]string{
		"success", "code", "status", "timestamp", "time", "date", "path", "url", "uri", "instance", "type", "trace", "traceid", "stacktrace", "exception",
		"requestid", "reqid", "id", "host", "version", "lang", "method", "token", "data", "rows", "body", "result", "total",
		"msg", "pwmsg", "message", "error",
	}, key)
}

// reasons are the words of a refusal that stand under none of the usual keys:
// detail of a problem+json, errorMsg, resultMsg, the list of errors of a validator,
// and data that is a text or has words of its own.
func reasons(body []byte) []string {
	dec := json.NewDecoder(bytes.NewReader(body))
	if _, err := dec.Token(); err != nil {
		return nil
	}
	var out []string
	for dec.More() {
		key, err := dec.Token()
		var raw json.RawMessage
		if err != nil || dec.Decode(&raw) != nil {
			break
		}
		name, _ := key.(string)
		name = strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
		switch {
		case name == "data":
			out = append(out, dataReason(raw)...)
		case isReason(name):
			out = append(out, textsOf(raw)...)
		}
	}
	return out
}

// dataReason are the words of data: a text, or what it says as an envelope. The
// rest of it is the record, which is nobody's reason.
func dataReason(raw json.RawMessage) []string {
	switch firstByte(raw) {
	case '"':
		return textsOf(raw)
	case '{':
		var in envelope
		if json.Unmarshal(raw, &in) == nil {
			return in.said()
		}
	}
	return nil
}

// textsOf are the texts of a value: its own, those of a list, and the message of
// each object in a list.
func textsOf(raw json.RawMessage) []string {
	switch firstByte(raw) {
	case '"':
		if s := strings.TrimSpace(plain(raw)); strings.ContainsFunc(s, unicode.IsLetter) {
			return []string{s}
		}
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return nil
		}
		var out []string
		for _, one := range list {
			if firstByte(one) == '{' {
				out = append(out, messageOf(one)...)
			} else {
				out = append(out, textsOf(one)...)
			}
		}
		return out
	}
	return nil
}

// messageOf is what one error of a validator says.
func messageOf(raw json.RawMessage) []string {
	var e struct {
		Default string `json:"defaultMessage"`
		Message string `json:"message"`
		Msg     string `json:"msg"`
		Detail  string `json:"detail"`
	}
	if json.Unmarshal(raw, &e) != nil {
		return nil
	}
	for _, s := range []string{e.Default, e.Message, e.Msg, e.Detail} {
		if s = strings.TrimSpace(s); s != "" {
			return []string{s}
		}
	}
	return nil
}

// explain adds to the words of a refusal what stands under other
// keys, when the usual ones hold nothing or only a status's phrase.
func (r *Reply) explain(body []byte, said []string, phrase bool) {
	if !r.Refused() && r.Code < http.StatusBadRequest || len(said) > 0 && !phrase {
		return
	}
	more := reasons(trimBOM(body))
	if len(more) == 0 {
		return
	}
	r.Msg = host.SafeText(strings.Join(append(said, strings.Join(more, "；")), "："), MaxMsg)
	r.words = r.Msg
}
