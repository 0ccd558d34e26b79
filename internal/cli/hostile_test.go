package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"hbupload/internal/sandbox"
)

// attack is one hostile input to a whole command, and what it must get.
type attack struct {
	name  string
	path  string // of the platform's call that answers hostilely, "" for none
	reply http.HandlerFunc
	file  string // hbupload.yaml when not ""; SERVER stands for the platform
	slow  bool   // the reply never ends: a short timeout
	line  string // the command
	code  int
	says  string
}

// answers is a reply of one body, written again and again.
func hostileAnswers(status, times int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		for range times {
			if _, err := io.WriteString(w, body); err != nil {
				return
			}
		}
	}
}

// drips never ends, a blank at a time, until nobody listens.
func drips(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		if _, err := io.WriteString(w, " "); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

const (
	validateLine = "validate ../../testdata/standard.xlsx --no-report"
	pushLine     = "push ../../testdata/standard.xlsx --no-report --limit 2"
	serverYAML   = "platform: {base_url: SERVER, username: sandbox, password: sandbox, timeout: TIMEOUT%s}\nupload: {retries: 0}\n"
)

// refreshing is a configuration under which every token is due at once.
const refreshing = "platform: {base_url: SERVER, username: sandbox, password: sandbox, timeout: TIMEOUT, token_ttl: 2h, refresh_before: 7199.999s}\nupload: {retries: 0}\n"

// hostileRefreshes are what may come instead of a fresh token: the push logs in
// again and goes on.
func hostileRefreshes() []attack {
	out := []attack{}
	for name, reply := range map[string]http.HandlerFunc{
		"no end": hostileAnswers(200, 1000, strings.Repeat("x", 1<<16)), "a drop at a time": drips, "HTML": hostileAnswers(200, 1, "<html>"), "yes without a token": hostileAnswers(200, 1, `{"success":true}`),
		"elsewhere": hostileAnswers(307, 1, "", "Location", "http://127.0.0.2:1/x"), "a header in it": hostileAnswers(200, 1, `{"success":true,"data":"abc\r\nX-Evil: 1"}`),
		"10 MB": hostileAnswers(200, 1, `{"success":true,"data":"`+strings.Repeat("A", 10<<20)+`"}`), "escapes": hostileAnswers(200, 1, `{"success":false,"msg":"\u001b]0;evil\u0007\u202e"}`),
		"500": hostileAnswers(500, 1, "<html>"), "503": hostileAnswers(503, 1, "", "Retry-After", "99999999999"),
	} {
		out = append(out, attack{name: "refresh: " + name, path: sandbox.PathRefresh, reply: reply, file: refreshing, slow: strings.Contains(name, "drop"), line: pushLine, code: 0, says: "已接收 2"})
	}
	return out
}

// hostileReplies are a platform's, or of somebody in its place.
func hostileReplies() []attack {
	long := strings.Repeat("x", 1<<16)
	return []attack{
		{name: "login of no end", path: sandbox.PathLogin, reply: hostileAnswers(200, 1000, long), line: "login", code: 4, says: "过大"},
		{name: "login too deep", path: sandbox.PathLogin, reply: hostileAnswers(200, 1, `{"data":`+strings.Repeat("[", 200_000)), line: "login", code: 4, says: "JSON"},
		{name: "login a drop at a time", path: sandbox.PathLogin, reply: drips, slow: true, line: "login", code: 4, says: "超时"},
		{name: "token with a header in it", path: sandbox.PathLogin, reply: hostileAnswers(200, 1, `{"success":true,"data":"abc\r\nX-Evil: 1"}`), line: "login", code: 4, says: "token 里有不能放进请求头的字符"},
		{name: "token of a megabyte", path: sandbox.PathLogin, reply: hostileAnswers(200, 1, `{"success":true,"data":"`+strings.Repeat("A", 900_000)+`"}`), line: "login", code: 4, says: "token 里有不能放进请求头的字符"},
		{name: "login sends elsewhere", path: sandbox.PathLogin, reply: hostileAnswers(307, 1, "", "Location", "http://127.0.0.2:1/x"), line: "login", code: 4, says: "已拒绝"},
		{name: "words with escapes", path: sandbox.PathLogin, reply: hostileAnswers(200, 1, `{"success":false,"msg":"\u001b]0;evil\u0007\u202e\u009b31m`+strings.Repeat("长", 100_000)+`"}`), line: "login", code: 4, says: "拒绝登录"},
		{name: "yes and no", path: sandbox.PathUpload, reply: hostileAnswers(200, 1, `{"success":false,"success":true}`), line: pushLine, code: 4, says: "结果不明"},
		{name: "upload of no end", path: sandbox.PathUpload, reply: hostileAnswers(200, 1000, long), line: pushLine, code: 4, says: "结果不明"},
		{name: "upload a drop at a time", path: sandbox.PathUpload, reply: drips, slow: true, line: pushLine, code: 4, says: "结果不明"},
		{name: "upload sends elsewhere", path: sandbox.PathUpload, reply: hostileAnswers(308, 1, "", "Location", "http://127.0.0.2:1/x"), line: pushLine, code: 4, says: "结果不明"},
		{name: "come back in 10^20 seconds", path: sandbox.PathUpload, reply: hostileAnswers(503, 1, "", "Retry-After", "99999999999999999999"), line: pushLine, code: 4, says: "未送达"},
		{name: "rows a drop at a time", path: sandbox.PathDownload, reply: drips, slow: true, line: "dict pull", code: 4, says: "超时"},
		{name: "rows elsewhere", path: sandbox.PathDownload, reply: hostileAnswers(307, 1, "", "Location", "http://127.0.0.2:1/x"), line: "dict pull", code: 4, says: "已拒绝"},
		{name: "rows of no end", path: sandbox.PathDownload, reply: hostileAnswers(200, 1100, long), line: "dict pull", code: 4, says: "过大"},
		{name: "a million rows", path: sandbox.PathDownload, reply: million, line: "dict pull", code: 2, says: "超过 100000 条"},
		{name: "rows too deep", path: sandbox.PathDownload, reply: hostileAnswers(200, 1, `{"success":true,"rows":`+strings.Repeat("[", 500_000)), line: "dict pull", code: 4, says: "JSON"},
		{name: "a name of a megabyte", path: sandbox.PathDownload, reply: hostileAnswers(200, 1, `{"success":true,"rows":[{"code":"1","name":"`+strings.Repeat("x", 1<<20)+`"}]}`), line: "dict pull", code: 2, says: "过长"},
		{name: "names with escapes", path: sandbox.PathDownload, reply: hostileAnswers(200, 1, `{"success":true,"rows":[[{"code":"1\u001b[31m","name":"甲\u001b]0;evil\u0007\u202e\r\n乙"}]]}`), line: "dict pull", code: 0, says: "1"},
	}
}

func million(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, `{"success":true,"rows":[{"code":"0"}`)
	for i := range 1_000_000 {
		if _, err := fmt.Fprintf(w, `,{"code":%d}`, i+1); err != nil {
			return
		}
	}
	_, _ = io.WriteString(w, `]}`)
}

// hostileFiles are a user's, or of somebody who sends him files.
func hostileFiles() []attack {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 9), ","))
	}
	with := func(more string) string { return fmt.Sprintf(serverYAML, more) }
	return []attack{
		{name: "YAML bomb", file: bomb, line: validateLine, code: 2, says: "引用"},
		{name: "YAML too deep", file: "aliases: " + strings.Repeat("{a: ", 20_000), line: validateLine, code: 2, says: "YAML"},
		{name: "unknown keys without end", file: strings.Repeat("k: 1\n", 100_000), line: validateLine, code: 2, says: "不认识的配置项 k"},
		{name: "escapes in a key", file: `"\e]0;evil\a\u202e": 1`, line: validateLine, code: 2, says: "不认识的配置项"},
		{name: "pattern that explodes", file: with(`, duplicate_pattern: "((a{1,1000}){1,1000}){1,1000}"`), line: validateLine, code: 2, says: "正则"},
		{name: "pattern too deep", file: with(`, duplicate_pattern: "` + strings.Repeat("(", 5000) + strings.Repeat(")", 5000) + `"`), line: validateLine, code: 2, says: "正则"},
		{name: "pattern without an end", file: with(`, duplicate_pattern: "已存在|重复("`), line: validateLine, code: 2, says: "括号 ( 没有用 ) 收尾，在“已存在|重复(”处"},
		{name: "a second document", file: with("") + "---\nupload: {retries: 9}\n", line: validateLine, code: 2, says: "第 3 行附近：这里开始了第二个 YAML 文档"},
		{name: "pattern with escapes", file: with(`, duplicate_pattern: "\e[31m("`), line: validateLine, code: 2, says: "正则"},
		{name: "header in auth_prefix", file: with(`, auth_prefix: "Bearer\r\nX-Evil: 1 "`), line: validateLine, code: 2, says: "控制字符"},
		{name: "header in base_url", file: "platform: {base_url: \"http://127.0.0.1:1\\r\\nX: y\"}", line: validateLine, code: 2, says: "base_url"},
		{name: "a path to another host", file: with(`, paths: {login: "//127.0.0.2:1/x"}`), line: "login", code: 4, says: "404"},
		{name: "a proxy that is none", file: `platform: {base_url: "https://platform.invalid", username: a, password: b, proxy: SERVER}`, line: "login", code: 4, says: "代理服务器拒绝转发（404）"},
		{name: "a proxy that is down", file: `platform: {base_url: "https://platform.invalid", username: a, password: b, proxy: "http://127.0.0.1:1"}`, line: "doctor", code: 2, says: "代理服务器连不上"},
		{name: "http taken for https", file: "platform: {base_url: SERVER, username: a, password: b}", line: "login", code: 4, says: "不是 HTTPS"},
		{name: "a rate that is no number", file: "upload: {rate: NaN}", line: validateLine, code: 2, says: "upload.rate"},
		{name: "a rate that overflows", file: "upload: {rate: 1e-300}", line: validateLine, code: 2, says: "upload.rate"},
		{name: "days that overflow", file: with(", token_ttl: 1e300d"), line: validateLine, code: 2, says: "时长"},
		{name: "a folder as password_file", file: "platform: {password_file: .}", line: validateLine, code: 2, says: "不是密码文件"},
		{name: "a folder as ca_file", file: with(", ca_file: ."), line: "login", code: 2, says: "不是证书文件"},
		{name: "a folder as configuration", line: validateLine + " --config .", code: 2, says: "不是配置文件"},
		{name: "a folder as log", line: pushLine + " --log-file .", code: 2, says: "日志文件无法写入"},
		{name: "a folder as mapping", line: validateLine + " --mapping .", code: 2, says: "没有这个映射"},
		{name: "a name of 100,000 letters", line: "validate " + strings.Repeat("x", 100_000), code: 2, says: "打不开"},
		{name: "a key of 100,000 letters", line: "history " + strings.Repeat("k", 100_000), code: 2, says: "没有体检编号"},
		{name: "a mapping of unknown words", line: validateLine + " --mapping MAPPING", code: 2, says: "另有"},
		{name: "a folder of a thousand tables", line: "validate FOLDER", code: 2, says: "超过 200 个"},
		{name: "a profile that climbs", line: "status --profile ../../etc", code: 2, says: "路径符号"},
	}
}

// maxSaid is what a hostile input may put on the screen, in bytes.
const maxSaid = 16 << 10

// TestHostile: whoever sends it, a command ends (one that hangs ends the test
// run), with the right code, one sentence in plain text, and no word of a stack.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, a := range slices.Concat(hostileReplies(), hostileRefreshes(), hostileFiles()) {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			a.run(t)
		})
	}
}

func (a *attack) run(t *testing.T) {
	b := newBench(t)
	timeout := "20s" // whoever answers is not cut off on a busy machine
	if b.process.Patience = 20 * time.Second; a.slow {
		timeout, b.process.Patience = "1s", time.Second
	}
	evil := false // set while nothing runs
	b.serve(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if evil && a.reply != nil && r.URL.Path == a.path {
				a.reply(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	b.want(0, "dict", "pull")
	_ = os.Remove(b.path("data/token.json"))
	evil = true
	file := a.file
	if file == "" {
		file = fmt.Sprintf(serverYAML, "")
	}
	server := b.server.URL
	if a.name == "http taken for https" {
		server = strings.Replace(server, "http:", "https:", 1)
	}
	b.write("hbupload.yaml", strings.NewReplacer("SERVER", server, "TIMEOUT", timeout).Replace(file))
	if code := b.run(a.args(b)...); code != a.code {
		t.Fatalf("exit %d, want %d\n%.2000s%.2000s", code, a.code, b.out.String(), b.err.String())
	}
	all := b.out.String() + b.err.String()
	if !strings.Contains(all, a.says) || len(all) > maxSaid {
		t.Errorf("%d bytes, want %q:\n%.2000s", len(all), a.says, all)
	}
	wantHarmless(t, "the screen", all)
	for _, word := range []string{"goroutine", "panic", ".go:"} {
		if strings.Contains(all, word) {
			t.Errorf("%q on the screen:\n%.2000s", word, all)
		}
	}
	b.run(append(a.args(b), "--json")...)
	if !json.Valid(b.out.Bytes()) {
		t.Errorf("not one JSON document:\n%.2000s", b.out.String())
	}
	if strings.HasPrefix(a.line, "push") && b.calls[sandbox.PathUpload] > 2 && a.says == "结果不明" {
		t.Errorf("%d uploads of two records: something was sent twice", b.calls[sandbox.PathUpload])
	}
}

// args are the words of the command, with what must be written for it.
func (a *attack) args(b *bench) []string {
	line := a.line
	if strings.Contains(line, "MAPPING") {
		b.write("m.yaml", manyKeys(20_000))
		line = strings.ReplaceAll(line, "MAPPING", b.path("m.yaml"))
	}
	if strings.Contains(line, "FOLDER") {
		if err := os.MkdirAll(b.path("tables"), 0o700); err != nil {
			b.t.Fatal(err)
		}
		for i := range 1000 {
			b.write(fmt.Sprintf("tables/t%d.csv", i), "a,b\n1,2\n")
		}
		line = strings.ReplaceAll(line, "FOLDER", b.path("tables"))
	}
	return strings.Fields(line)
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d: 1\n", i)
	}
	return b.String()
}
