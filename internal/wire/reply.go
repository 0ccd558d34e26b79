package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"hbupload/internal/host"
)

// Reply is the platform's envelope: success, its words, and data or rows.
type Reply struct {
	HasSuccess bool // success was there and is a truth value, also as text or 1/0
	Success    bool
	NoSuccess  bool   // there was none, of whatever value
	Nested     bool   // data is an object that says success:false for itself
	Msg        string // its words, bounded and safe
	Code       int    // code, or status; 0 without
	Data       json.RawMessage
	Rows       json.RawMessage
	Token      json.RawMessage // a token beside success

	words string // all it says, for the patterns
}

// deadCode reports whether a code says that the token is dead.
func (r *Reply) deadCode() bool { return r.Code == 401 || r.Code == 403 }

// Refused reports whether the reply says no, whatever else it says.
func (r *Reply) Refused() bool { return r.HasSuccess && !r.Success || r.Nested }

var (
	errNotObject = errors.New("not a JSON object")
	errTooDeep   = errors.New("JSON nested too deeply")
)

// maxDepth bounds the nesting of JSON that we read.
const maxDepth = 32

// envelope is what a reply and its data may say; the words of a refusal go by
// several names (T8), and a Spring error's by others.
type envelope struct {
	Success verdict         `json:"success"`
	Msg     json.RawMessage `json:"msg"`
	PwMsg   json.RawMessage `json:"pwmsg"`
	Message json.RawMessage `json:"message"`
	Error   json.RawMessage `json:"error"`
	Code    json.RawMessage `json:"code"`
	Status  json.RawMessage `json:"status"`
	Data    json.RawMessage `json:"data"`
	Rows    json.RawMessage `json:"rows"`
	Token   json.RawMessage `json:"token"`
}

// said are its words, the best first.
func (e *envelope) said() []string {
	var out []string
	if s := strings.TrimSpace(plain(e.Msg)); s != "" {
		out = append(out, s)
	}
	for _, raw := range []json.RawMessage{e.PwMsg, e.Message, e.Error} {
		var s string
		if len(raw) > 0 && json.Unmarshal(raw, &s) == nil && strings.TrimSpace(s) != "" && s != "No message available" {
			out = append(out, s)
		}
	}
	return out
}

// code is code, or else status, as a number.
func (e *envelope) code() int {
	for _, raw := range []json.RawMessage{e.Code, e.Status} {
		if n, err := strconv.Atoi(strings.TrimSpace(plain(raw))); err == nil {
			return n
		}
	}
	return 0
}

// inner is data's own envelope, if it says success:false.
func (e *envelope) inner() (envelope, bool) {
	var in envelope
	if firstByte(e.Data) != '{' || !bytes.Contains(e.Data, []byte("uccess")) || json.Unmarshal(e.Data, &in) != nil {
		return in, false
	}
	yes, ok := truth(in.Success.raw)
	return in, ok && !yes && !in.Success.clash
}

// ParseReply reads an envelope. Anything but one whole JSON object is an error.
func ParseReply(body []byte) (Reply, error) {
	var r Reply
	body = asUTF8(body)
	if !depthWithin(body, maxDepth) {
		return r, errTooDeep
	}
	body = trimBOM(body)
	if first := firstByte(body); first != '{' {
		return r, errNotObject
	}
	var env envelope
	if err := json.Unmarshal(body, &env); err != nil {
		return r, errNotObject
	}
	r.Success, r.HasSuccess = truth(env.Success.raw)
	r.HasSuccess = r.HasSuccess && !env.Success.clash
	r.Success = r.Success && r.HasSuccess
	r.NoSuccess = env.Success.raw == nil
	said := env.said()
	if in, refused := env.inner(); refused {
		r.Nested = true
		said = append(in.said(), said...)
	}
	if len(said) > 0 {
		r.Msg = host.SafeText(said[0], MaxMsg)
		r.words = host.SafeText(strings.Join(said, " "), MaxMsg)
	}
	r.Code = env.code()
	r.explain(body, said, len(said) == 1 && said[0] == strings.TrimSpace(plain(env.Error)))
	r.Data = notNull(env.Data)
	r.Rows = notNull(env.Rows)
	r.Token = notNull(env.Token)
	return r, nil
}

// verdict is the value of success. A reply that says both yes and no has said
// nothing: a decoder alone would believe the last.
type verdict struct {
	raw   json.RawMessage
	clash bool
}

// UnmarshalJSON is called once for each success of the reply.
func (v *verdict) UnmarshalJSON(b []byte) error {
	yes, ok := truth(b)
	if v.raw != nil {
		was, had := truth(v.raw)
		v.clash = v.clash || yes != was || ok != had
	}
	v.raw = bytes.Clone(b)
	return nil
}

// truth reads true, "true", 1, "1" and their opposites.
func truth(raw json.RawMessage) (value, ok bool) {
	switch strings.ToLower(strings.TrimSpace(plain(raw))) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}

// plain is a JSON string's text, or any other value as it stands; null is "".
func plain(raw json.RawMessage) string {
	if len(raw) < 2 || raw[0] != '"' {
		return string(notNull(raw))
	}
	if inside := raw[1 : len(raw)-1]; bytes.IndexByte(inside, '\\') < 0 && utf8.Valid(inside) {
		return string(inside) // as nearly always: nothing in it is written otherwise
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

func notNull(raw json.RawMessage) json.RawMessage {
	if string(raw) == "null" {
		return nil
	}
	return raw
}
