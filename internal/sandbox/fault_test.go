package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// running is a sandbox behind a real connection.
type running struct {
	*Server
	url, token string
	client     *http.Client
}

func start(t *testing.T, spec string, opt Options) *running {
	t.Helper()
	var err error
	opt.Faults, err = ParseFaults(spec)
	must(t, err)
	s := New(opt)
	h := httptest.NewServer(s)
	t.Cleanup(func() { s.Close(); h.Close() })
	// The token comes by the handler, so that a fault of login does not stand in the way.
	token := text(t, s.issue().Data)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &running{s, h.URL, token, client}
}

// got is what a client sees of an answer.
type got struct {
	status int
	header http.Header
	body   string
	err    error // of the request, or of reading the body
}

func (r *running) put(t *testing.T, ctx context.Context, edits ...edit) got {
	t.Helper()
	contentType, body := form(t, part{"data", "data.zip", "application/zip", string(zipped(t, document(t, b64, edits...)))})
	return r.post(t, ctx, PathUpload, contentType, body)
}

func (r *running) post(t *testing.T, ctx context.Context, path, contentType string, body []byte) got {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url+path, bytes.NewReader(body))
	must(t, err)
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Authorization", r.token)
	resp, err := r.client.Do(req)
	if err != nil {
		return got{err: err}
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return got{resp.StatusCode, resp.Header, string(text), err}
}

func TestEveryFaultBeforeAndAfter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind   string
		status int // 0: no answer
		word   string
	}{
		{"drop", 0, ""}, {"400", 400, "400"}, {"404", 404, "Not Found"}, {"413", 413, "413"}, {"500", 500, "500"},
		{"502", 502, "Bad Gateway"}, {"504", 504, "Gateway"}, {"html", 200, "<html>"}, {"half-json", 200, `{"success":true`},
		{"no-success", 200, `{"msg":"上传成功"`}, {"empty", 200, ""}, {"redirect", 302, ""}, {"duplicate", 200, "已存在"},
	} {
		for _, when := range []string{"", "-before", "-after"} {
			t.Run(c.kind+when, func(t *testing.T) {
				t.Parallel()
				r := start(t, c.kind+when+"@name=测试甲", Options{})
				a := r.put(t, t.Context())
				if (a.err != nil) != (c.status == 0) || a.status != c.status || !strings.Contains(a.body, c.word) {
					t.Errorf("%+v", a)
				}
				if json.Valid([]byte(a.body)) && (c.kind == "half-json" || c.kind == "html") {
					t.Errorf("whole JSON: %s", a.body)
				}
				if stored := len(r.Stored()); (stored == 1) != (when == "-after") {
					t.Errorf("%d stored", stored)
				}
				if a := r.put(t, t.Context(), edit{"patientName", "测试乙"}, edit{"peDate", "2024-05-11"}); a.status != 200 || !strings.Contains(a.body, `"success":true`) {
					t.Errorf("another record: %+v", a)
				}
			})
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string]string{"429": "1", "503:7": "7", "502": ""} {
		r := start(t, spec, Options{})
		if a := r.put(t, t.Context()); a.header.Get("Retry-After") != want {
			t.Errorf("%s: %v", spec, a.header)
		}
	}
}

// TestDropBeforeTheBody breaks off a request whose body was never sent: a
// fault that asks nothing of the content needs none.
func TestDropBeforeTheBody(t *testing.T) {
	t.Parallel()
	r := start(t, "drop@nth=1", Options{})
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	must(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "POST "+PathUpload+" HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n")
	must(t, err)
	if answer, err := io.ReadAll(conn); len(answer) != 0 {
		t.Errorf("an answer came: %q, %v", answer, err)
	}
	if a := r.put(t, t.Context()); a.status != 200 {
		t.Errorf("the second request: %+v", a)
	}
}

func TestHang(t *testing.T) {
	t.Parallel()
	for kind, stored := range map[string]int{"hang": 0, "hang-after": 1} {
		ctx, cancel := context.WithCancel(t.Context())
		r := start(t, kind, Options{Logf: func(format string, _ ...any) {
			if strings.Contains(format, "故障") {
				cancel() // the server has the request whole
			}
		}})
		a := r.put(t, ctx)
		if !errors.Is(a.err, context.Canceled) {
			t.Errorf("%s: %+v", kind, a)
		}
		r.Close()
		if kind == "hang" && len(r.Stored()) != stored {
			t.Errorf("%s: %d stored", kind, len(r.Stored()))
		}
	}
}

func TestHangEndsWithTheServer(t *testing.T) {
	t.Parallel()
	var r *running
	var once sync.Once
	r = start(t, "hang-after", Options{Logf: func(string, ...any) { once.Do(func() { go r.Close() }) }})
	if a := r.put(t, t.Context()); a.err == nil {
		t.Errorf("%+v", a)
	}
	if len(r.Stored()) != 1 {
		t.Errorf("%d stored", len(r.Stored()))
	}
	r.Close() // twice does no harm
}

func TestRepliesThatAreOff(t *testing.T) {
	t.Parallel()
	for spec, c := range map[string]struct {
		words  []string
		stored int
	}{
		"reject:工种不符":     {[]string{`"success":false`, "工种不符"}, 0},
		"reject":          {[]string{`"success":false`}, 0},
		"reject-text":     {[]string{`"success":"false"`}, 0},
		"success-as-text": {[]string{`"success":"true"`, "测试甲"}, 1},
		"dead-token":      {[]string{`"success":false`, "token"}, 0},
		"slow:10ms":       {[]string{`"success":true`, "测试甲"}, 1},
		"echo-mojibake":   {[]string{`"success":true`, "æµ\u008bè¯\u0095"}, 1},
		"echo-undecoded":  {[]string{`"success":true`, b64("测试甲")}, 1},
		"echo-twice":      {[]string{`"success":true`}, 1},
		"echo-differs":    {[]string{`（改）"`, `"patientName":"测试甲"`}, 1},
		"echo-foreign":    {[]string{`"patientName":"测试旁人"`, `"idcard":"130102199912310013"`}, 1},
		"echo-null":       {[]string{`"hazardOther":null`, `"age":74`, `"ohOrgCode":130000001`, `"idType":"01"`}, 1},
		"echo-missing":    {[]string{`{"success":true,"msg":"上传成功"}`}, 1},
	} {
		t.Run(spec, func(t *testing.T) {
			t.Parallel()
			r := start(t, spec, Options{})
			a := r.put(t, t.Context())
			for _, w := range c.words {
				if a.status != 200 || a.err != nil || !strings.Contains(a.body, w) {
					t.Errorf("%+v lacks %s", a, w)
				}
			}
			if !json.Valid([]byte(a.body)) || len(r.Stored()) != c.stored {
				t.Errorf("%d stored, %s", len(r.Stored()), a.body)
			}
		})
	}
}

func TestCutAnswer(t *testing.T) {
	t.Parallel()
	r := start(t, "cut-after", Options{})
	if a := r.put(t, t.Context()); a.err == nil || len(r.Stored()) != 1 {
		t.Errorf("%+v, %d stored", a, len(r.Stored()))
	}
}

func TestADeadTokenStaysDead(t *testing.T) {
	t.Parallel()
	r := start(t, "dead-token@name=测试甲 x1", Options{DeadTokenStatus: 401})
	for range 2 {
		if a := r.put(t, t.Context()); a.status != 401 {
			t.Errorf("%+v", a)
		}
	}
	r.token = text(t, r.issue().Data)
	if a := r.put(t, t.Context()); a.status != 200 {
		t.Errorf("after a new login: %+v", a)
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	other := []edit{{"patientName", "测试乙"}, {"propose", "备注丙"}, {"idcard", "110105194912310041"}, {"idType", "03"}}
	for spec, want := range map[string][]int{ // statuses of: the base, another, the base
		"500@name=测试乙":                  {200, 500, 200},
		"500@id=0041":                   {200, 500, 200},
		"500@propose=丙":                 {200, 500, 200},
		"500@propose=丙@name=测试甲":        {200, 200, 200},
		"500@nth=2":                     {200, 500, 200},
		"500@every=2":                   {200, 500, 200},
		"500@rate=0":                    {200, 200, 200},
		"500@rate=100%":                 {500, 500, 500},
		"500 x1":                        {500, 500, 200},
		"500@times=2":                   {500, 500, 500},
		"500@hash=zz":                   {200, 200, 200},
		"500@call=login":                {200, 200, 200},
		"seed=3;500@nth=1;502@name=测试乙": {500, 502, 200},
		"502@name=测试乙；500":              {500, 502, 500},
	} {
		t.Run(spec, func(t *testing.T) {
			t.Parallel()
			r := start(t, spec, Options{Again: AgainAccept})
			have := []int{r.put(t, t.Context()).status, r.put(t, t.Context(), other...).status, r.put(t, t.Context()).status}
			for i := range want {
				if have[i] != want[i] {
					t.Errorf("have %v, want %v", have, want)
					break
				}
			}
		})
	}
}

func TestARecordMayCarryItsFault(t *testing.T) {
	t.Parallel()
	r := start(t, "", Options{})
	mark := edit{"propose", "复诊 fault:504-after@times=1 其余"}
	if a := r.put(t, t.Context(), mark); a.status != 504 || len(r.Stored()) != 1 {
		t.Errorf("%+v, %d stored", a, len(r.Stored()))
	}
	if a := r.put(t, t.Context(), mark); a.status != 200 || !strings.Contains(a.body, "已存在") {
		t.Errorf("the second time: %+v", a)
	}
	if a := r.put(t, t.Context(), edit{"propose", "fault:unknown"}); a.status != 200 || !strings.Contains(a.body, "标记有误") {
		t.Errorf("a mark that is none: %+v", a)
	}
}

func TestFaultsOfTheOtherCalls(t *testing.T) {
	t.Parallel()
	r := start(t, "503@call=download x2;drop-after@call=login;html@call=refresh", Options{})
	for i, want := range []int{503, 503, 200} {
		if a := r.post(t, t.Context(), PathDownload, formType, []byte("code=peType")); a.status != want {
			t.Errorf("download %d: %+v", i, a)
		}
	}
	if a := r.post(t, t.Context(), PathLogin, formType, []byte(credentials("sandbox", "sandbox", "河北省疾控中心"))); a.err == nil {
		t.Errorf("login: %+v", a)
	}
	if a := r.post(t, t.Context(), PathRefresh, formType, nil); !strings.Contains(a.body, "html") {
		t.Errorf("refresh: %+v", a)
	}
}

// TestRateIsOfTheRecordAndNotOfTheOrder sends the same records in two orders:
// each must meet the same fate.
func TestRateIsOfTheRecordAndNotOfTheOrder(t *testing.T) {
	t.Parallel()
	faults, err := ParseFaults("seed=5;reject@rate=30%")
	must(t, err)
	const n = 200
	fates := func(order func(i int) int) (fate [n]bool, count int) {
		s := New(Options{Faults: faults})
		token := login(t, s)
		for i := range n {
			k := order(i)
			a := put(t, s, token, document(t, b64, edit{"peDate", sampleDay(k)}))
			if fate[k] = a.Success; !a.Success {
				count++
			}
		}
		return fate, count
	}
	up, count := fates(func(i int) int { return i })
	down, _ := fates(func(i int) int { return n - 1 - i })
	if up != down {
		t.Error("the fates depend on the order")
	}
	if count < n/5 || count > n*2/5 {
		t.Errorf("%d of %d struck at 30 %%", count, n)
	}
}

func sampleDay(i int) string {
	return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i).Format(time.DateOnly)
}

func TestLatency(t *testing.T) {
	t.Parallel()
	r := start(t, "", Options{Latency: 20 * time.Millisecond})
	begun := time.Now()
	if a := r.put(t, t.Context()); a.status != 200 || time.Since(begun) < 20*time.Millisecond {
		t.Errorf("%+v after %v", a, time.Since(begun))
	}
}
