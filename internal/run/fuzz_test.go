package run

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// FuzzAge: an age is positive and bounded, or a usage error.
func FuzzAge(f *testing.F) {
	for _, s := range []string{"90d", "48h", "0d", "-1h", "999999d", "1e9h", "9223372036854775807ns", "d", "1d2h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseAge(text)
		if err == nil && d < 0 || err != nil && d != 0 {
			t.Errorf("%q: %v, %v", text, d, err)
		}
	})
}

// FuzzTokenFile: whatever stands in the file, only a token that was kept for
// these very credentials and lives is used.
func FuzzTokenFile(f *testing.F) {
	now := time.Unix(1_700_000_000, 0)
	at := func(dir string) *tokenFile {
		return &tokenFile{path: filepath.Join(dir, "token.json"), binding: "a\x1fb\x1fc\x1fd", now: func() time.Time { return now }}
	}
	own := at(f.TempDir())
	salt := strings.Repeat("0", 64)
	good, _ := json.Marshal(savedToken{Token: "abc", Expires: now.Add(time.Hour), Salt: salt, Binding: own.mac(salt)})
	f.Add(good)
	f.Add([]byte(`{"token":"abc","expires":"2099-01-01T00:00:00Z","binding":"","salt":""}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		k := at(t.TempDir())
		if err := os.WriteFile(k.path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		token, ok := k.load()
		var s savedToken
		switch {
		case !ok:
			if _, err := os.Stat(k.path); err == nil || token.Value != "" {
				t.Errorf("a token that is not ours stays: %q", data)
			}
		case json.Unmarshal(data, &s) != nil || s.Binding != k.mac(s.Salt) || !now.Before(s.Expires) || token.Value != s.Token:
			t.Errorf("%q is taken for ours", data)
		}
	})
}

var reBareNumber = regexp.MustCompile(`(^|[^0-9A-Za-z])[0-9]{15,18}($|[^0-9A-Za-z])`)

// FuzzCaught: the log's second net leaves no number of a person, and what it has
// caught once it does not change again.
func FuzzCaught(f *testing.F) {
	for _, s := range []string{"130102199001010011", "a 13900000000,13900000000", "token: abc.def", "Bearer x", "eyJhbGciOi.x.y", `{"password":"x"}`, "+86 13900000000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Caught(s)
		if reBareNumber.MatchString(once) {
			t.Errorf("%q leaves %q", s, once)
		}
	})
}
