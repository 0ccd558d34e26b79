package platform

import (
	"strings"
	"testing"

	"hbupload/internal/host"
	"hbupload/internal/wire"
)

// FuzzReply: whatever comes in answer to a login, it is an error whose sentence
// is one line of text, or a token that a header can carry.
func FuzzReply(f *testing.F) {
	for _, s := range []string{`{"success":true,"data":"abc"}`, `{"success":"true","data":"a\r\nX: y"}`, `{"success":false,"msg":"\u001b[31m"}`, `{"data":{}}`, "<html>", "", `{"success":true,"rows":[[{}]]}`} {
		f.Add(200, []byte(s), false)
	}
	f.Add(302, []byte(""), false)
	f.Add(401, []byte(`{"msg":"130102199001010011"}`), true)
	c, err := New(Config{BaseURL: "http://127.0.0.1:1"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, status int, body []byte, cut bool) {
		reply, err := c.envelope("登录平台", wire.Attempt{Written: true, Status: max(100, status%1000), Body: body, Cut: cut})
		if err != nil {
			if text := err.Error(); text == "" || strings.ContainsFunc(text, host.Obeyed) || strings.ContainsAny(text, "\n\t") || len(text) > 10_000 {
				t.Errorf("%q", text)
			}
			return
		}
		token := tokenIn(reply, "").value
		if f := tokenIn(reply, ""); f.damaged {
			return
		}
		if len(token) > 16<<10 || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("a token %q", token)
		}
	})
}
