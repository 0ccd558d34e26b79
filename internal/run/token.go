package run

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hbupload/internal/config"
	"hbupload/internal/host"
	"hbupload/internal/platform"
)

// tokenFile keeps a token between runs: 0600, bound by an HMAC to the address,
// organisation, user and password it was given for. Any difference drops it.
type tokenFile struct {
	path    string
	binding string
	now     func() time.Time
}

type savedToken struct {
	Token   string    `json:"token"`
	Expires time.Time `json:"expires"`
	Binding string    `json:"binding"`
	Salt    string    `json:"salt"`
}

// TokenPath is where the token is kept between runs.
func TokenPath(cfg *config.Config) string { return filepath.Join(cfg.DataDir, "token.json") }

// tokenBinding is what a token belongs to.
func tokenBinding(cfg *config.Config) string {
	p := cfg.Platform
	return strings.Join([]string{p.BaseURL, p.OrgName, p.Username, PasswordMD5(p)}, "\x1f")
}

func (t *tokenFile) mac(salt string) string {
	m := hmac.New(sha256.New, []byte(salt))
	m.Write([]byte(t.binding))
	return hex.EncodeToString(m.Sum(nil))
}

// load gives the token of an earlier run, if it is still ours and alive.
func (t *tokenFile) load() (platform.Token, bool) {
	data, err := ReadOwn(t.path)
	if err != nil {
		return platform.Token{}, false
	}
	var s savedToken
	if json.Unmarshal(data, &s) != nil || s.Token == "" || !hmac.Equal([]byte(s.Binding), []byte(t.mac(s.Salt))) || !t.now().Before(s.Expires) {
		_ = os.Remove(t.path)
		return platform.Token{}, false
	}
	return platform.Token{Value: s.Token, Expires: s.Expires}, true
}

// save keeps a token; an empty one, or one that cannot be kept, leaves none.
func (t *tokenFile) save(token platform.Token) {
	if token.Value == "" {
		_ = os.Remove(t.path)
		return
	}
	salt := make([]byte, 32)
	if _, err := rand.Read(salt); err != nil {
		return
	}
	s := savedToken{Token: token.Value, Expires: token.Expires, Salt: hex.EncodeToString(salt)}
	s.Binding = t.mac(s.Salt)
	data, err := json.Marshal(s)
	if err == nil {
		err = host.WritePrivate(t.path, data)
	}
	if err != nil {
		_ = os.Remove(t.path)
	}
}
