package platform

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"hbupload/internal/wire"
)

// Speech is what is known of the platform's protocol, for login and doctor.
type Speech struct {
	Encoding string        // of login: form or json
	TokenIn  string        // where the token of the last login stood
	Cleaned  bool          // it had a Bearer, blanks or a line end of its own
	Lifetime time.Duration // that the token itself states; 0 when it states none
	TTL      time.Duration // what is reckoned with
	Download string        // form, json or get; "" before any download
}

// Speech returns what is known so far.
func (c *Client) Speech() Speech {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.speech
}

// notice says something once.
func (c *Client) notice(text string) {
	c.mu.Lock()
	_, said := c.said[text]
	c.said[text] = struct{}{}
	c.mu.Unlock()
	if !said && c.cfg.Notice != nil {
		c.cfg.Notice(text)
	}
}

// found is a token in a reply.
type found struct {
	value   string
	where   string
	cleaned bool
	damaged bool // there is one, and no header can carry it
}

// tokenIn looks for the token where platforms put it: data, a token inside data,
// a token beside success, the header Authorization (T6, T8).
func tokenIn(r wire.Reply, header string) found {
	var text string
	if json.Unmarshal(r.Data, &text) == nil && strings.TrimSpace(text) != "" {
		return clean(text, "data")
	}
	var object struct {
		Token       string `json:"token"`
		AccessToken string `json:"access_token"`
		Access      string `json:"accessToken"`
	}
	_ = json.Unmarshal(r.Data, &object) // another shape has none of them
	for _, text := range []string{object.Token, object.AccessToken, object.Access} {
		if strings.TrimSpace(text) != "" {
			return clean(text, "data 里的 token")
		}
	}
	if json.Unmarshal(r.Token, &text) == nil && strings.TrimSpace(text) != "" {
		return clean(text, "与 success 并列的 token")
	}
	if strings.TrimSpace(header) != "" {
		return clean(header, "应答头 Authorization")
	}
	return found{}
}

// longestToken is far more than any token takes.
const longestToken = 16 << 10

// clean frees a token of what is not the token (T5), and looks whether a header
// can carry it.
func clean(text, where string) found {
	f := found{where: where, value: strings.TrimSpace(text)}
	if head, rest, ok := strings.Cut(f.value, " "); ok && strings.EqualFold(head, "bearer") {
		f.value = strings.TrimSpace(rest)
	}
	f.cleaned = f.value != text
	f.damaged = f.value == "" || len(f.value) > longestToken
	for i := 0; i < len(f.value); i++ {
		f.damaged = f.damaged || f.value[i] <= ' ' || f.value[i] > '~'
	}
	return f
}

// lifetime is how long a token says that it lives (a JWT's exp and iat); 0 when it
// says nothing. Nobody's signature is checked: the platform does that.
func lifetime(token string, now time.Time) time.Duration {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return 0
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	var claims struct {
		Expires float64 `json:"exp"`
		Issued  float64 `json:"iat"`
	}
	if err != nil || json.Unmarshal(text, &claims) != nil || claims.Expires <= 0 {
		return 0
	}
	from := float64(now.Unix())
	if claims.Issued > 0 {
		from = claims.Issued
	}
	const longest = 365 * 24 * 3600
	if d := claims.Expires - from; d > 0 && d < longest {
		return time.Duration(d) * time.Second
	}
	return 0
}

// heard keeps what a login or refresh told about the token, and says once what
// had to be taken off.
func (c *Client) heard(f found) {
	c.mu.Lock()
	c.speech.TokenIn = f.where
	c.speech.Cleaned = f.cleaned
	c.speech.Lifetime = lifetime(f.value, c.cfg.Now())
	c.mu.Unlock()
	if f.cleaned {
		c.notice("平台给的 token 带有 Bearer 或空白，已去掉；平台若要求带上，请设 platform.auth_prefix: \"Bearer \"")
	}
}

// timesOf are how long a token is reckoned to live and how long before its end it
// is exchanged. A token that states a shorter life than the document is believed.
func (c *Client) timesOf(token string, now time.Time) (ttl, before time.Duration) {
	ttl = c.cfg.TokenTTL
	before = c.cfg.RefreshBefore
	if told := lifetime(token, now); told > 0 && told < ttl {
		return told, min(before, told/2)
	}
	return ttl, before
}
