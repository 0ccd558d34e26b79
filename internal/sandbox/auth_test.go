package sandbox

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	s := New(Options{User: "u", Password: "密码"})
	good := credentials("u", "密码", "河北省疾控中心")
	for name, c := range map[string]struct {
		kind, body, msg string
	}{
		"form":           {formType, good, ""},
		"form, charset":  {formType + ";charset=UTF-8", good, ""},
		"json":           {"application/json", `{"orgName":"河北省疾控中心","username":"u"}`, "不能为空"},
		"wrong password": {formType, credentials("u", "x", "河北省疾控中心"), "用户名或密码错误"},
		"wrong user":     {formType, credentials("v", "密码", "河北省疾控中心"), "用户名或密码错误"},
		"organisation":   {formType, credentials("u", "密码", "其他中心"), "组织名称"},
		"nothing":        {formType, "", "组织名称"},
		"plain password": {formType, "orgName=河北省疾控中心&username=u&password=密码", "用户名或密码错误"},
		"upper case":     {formType, upper(good), "用户名或密码错误"},
		"no type":        {"", good, "Content-Type"},
		"text":           {"text/plain", good, "text/plain"},
		"bad json":       {"application/json", "{", "JSON"},
		"bad form":       {formType, "%zz", "表单"},
	} {
		a := send(t, s, PathLogin, c.kind, "", []byte(c.body))
		if a.Status != 200 || a.Success != (c.msg == "") || !strings.Contains(a.Msg, c.msg) {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

// upper writes the digits of the MD5 in capitals, which the document forbids.
func upper(form string) string {
	head, tail, _ := strings.Cut(form, "password=")
	md5, rest, _ := strings.Cut(tail, "&")
	return head + "password=" + strings.ToUpper(md5) + "&" + rest
}

func TestLoginAsJSON(t *testing.T) {
	t.Parallel()
	form := credentials("sandbox", "sandbox", "")
	_, tail, _ := strings.Cut(form, "password=")
	md5, _, _ := strings.Cut(tail, "&")
	body, err := json.Marshal(map[string]string{"orgName": "河北省疾控中心", "username": "sandbox", "password": md5})
	must(t, err)
	if a := send(t, New(Options{}), PathLogin, "application/json", "", body); !a.Success {
		t.Errorf("%+v", a)
	}
}

func TestTokenLivesTwoHours(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC)
	s := New(Options{Now: func() time.Time { return now }})
	token := login(t, s)
	ask := func(token string) answer { return send(t, s, PathDownload, formType, token, []byte("code=careType")) }
	now = now.Add(2*time.Hour - time.Second)
	if a := ask(token); !a.Success {
		t.Errorf("a living token: %+v", a)
	}
	renewed := send(t, s, PathRefresh, formType, token, nil)
	if !renewed.Success {
		t.Fatalf("refresh: %+v", renewed)
	}
	now = now.Add(time.Second)
	if a := ask(token); a.Success || a.Status != 200 || !strings.Contains(a.Msg, "token") {
		t.Errorf("a token of two hours: %+v", a)
	}
	if a := send(t, s, PathRefresh, formType, token, nil); a.Success {
		t.Error("a dead token is refreshed")
	}
	now = now.Add(2*time.Hour - 2*time.Second)
	if a := ask(text(t, renewed.Data)); !a.Success {
		t.Errorf("refresh does not begin two new hours: %+v", a)
	}
	for _, wrong := range []string{"", "x", "Bearer " + text(t, renewed.Data)} {
		if a := ask(wrong); a.Success {
			t.Errorf("token %q is accepted", wrong)
		}
	}
}

func TestDeadTokens(t *testing.T) {
	t.Parallel()
	faults, err := ParseFaults("dead-token:2;token-status=401")
	must(t, err)
	s := New(Options{Faults: faults, RevokeOnRefresh: true})
	token := login(t, s)
	for i, want := range []bool{true, true, false, false} {
		if a := send(t, s, PathDownload, formType, token, []byte("code=peType")); a.Success != want || a.Success == (a.Status == 401) {
			t.Errorf("use %d: %+v", i+1, a)
		}
	}
	old := login(t, s)
	if a := send(t, s, PathRefresh, formType, old, nil); !a.Success {
		t.Fatalf("refresh: %+v", a)
	}
	if a := send(t, s, PathRefresh, formType, old, nil); a.Success {
		t.Error("the old token outlives a refresh that revokes it")
	}
	fresh := login(t, s)
	s.KillToken("")
	if a := send(t, s, PathRefresh, formType, fresh, nil); a.Success {
		t.Error("a killed token lives")
	}
}

func TestPathsAndMethods(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", PathLogin, 405}, {"GET", PathDownload, 405}, {"PUT", PathUpload, 405}, {"HEAD", PathRefresh, 405},
		{"POST", "/system/login", 404}, {"GET", "/", 404}, {"POST", PathUpload + "/", 404}, {"POST", PathStored, 405},
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.status {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, w.Code, c.status)
		}
		if w.Code == http.StatusMethodNotAllowed && w.Header().Get("Allow") == "" {
			t.Errorf("%s %s names no method that is allowed", c.method, c.path)
		}
	}
}

func TestDownload(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	token := login(t, s)
	for _, code := range dictCodes() {
		a := send(t, s, PathDownload, formType, token, []byte("code="+code))
		if !a.Success || !a.Sample || len(a.Rows) < 10 {
			t.Errorf("%s: %v %q", code, a.Success, a.Msg)
		}
	}
	if a := send(t, s, PathDownload, "application/json", token, []byte(`{"code":"hazard"}`)); !a.Success {
		t.Errorf("json: %+v", a)
	}
	for _, bad := range []string{"", "code=", "code=Hazard", "code=employer"} {
		if a := send(t, s, PathDownload, formType, token, []byte(bad)); a.Success || a.Msg == "" {
			t.Errorf("%q: %+v", bad, a)
		}
	}
	s.SetDictionaries(map[string]json.RawMessage{"hazard": json.RawMessage(`[]`)})
	if a := send(t, s, PathDownload, formType, token, []byte("code=careType")); a.Success {
		t.Error("a dictionary that was taken away is served")
	}
	if a := put(t, s, token, document(t, b64)); a.Success {
		t.Error("codes that left the dictionaries are accepted")
	}
}
