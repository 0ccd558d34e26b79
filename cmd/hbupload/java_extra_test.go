//go:build extra

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hbupload/internal/sandbox"
)

// tomcatHome is where Debian puts Tomcat.
const tomcatHome = "/usr/share/tomcat10"

// java is a platform of Java: Tomcat with a servlet, and a folder of what it saw.
type java struct {
	t    *testing.T
	bin  string
	dir  string // of the servlet
	port int
}

// freePort is a port that nobody listens on just now.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// background runs a server until the test ends, and waits until it answers.
func background(t *testing.T, port int, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // ended by the test
		close(ended)
	}()
	t.Cleanup(func() { <-ended })
	client := &http.Client{Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(2 * time.Minute); ; {
		if resp, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d/", port)); err == nil {
			_ = resp.Body.Close()
			return
		}
		select {
		case <-tick.C:
		case <-ended:
			t.Fatalf("%s ended: %s", name, said.String())
		case <-limit:
			t.Fatalf("%s does not answer: %s", name, said.String())
		}
	}
}

// startJava compiles the servlet and starts Tomcat with it.
func startJava(t *testing.T) *java {
	t.Helper()
	for _, name := range []string{"java", "javac"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip("no Java (apt-get install openjdk-17-jdk-headless tomcat10)")
		}
	}
	api := tomcatHome + "/lib/servlet-api.jar"
	if _, err := os.Stat(api); err != nil {
		t.Skip("no Tomcat (apt-get install tomcat10)")
	}
	j := &java{t: t, dir: t.TempDir(), port: freePort(t)}
	base := t.TempDir()
	j.bin = filepath.Join(base, "hbupload")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", j.bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for code, rows := range sandbox.SampleDictionaries() {
		put(t, filepath.Join(j.dir, code+".json"), string(rows))
	}
	classes := filepath.Join(base, "root", "WEB-INF", "classes")
	put(t, filepath.Join(base, "root", "WEB-INF", "web.xml"), `<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0">
<servlet><servlet-name>p</servlet-name><servlet-class>Platform</servlet-class><multipart-config/></servlet>
<servlet-mapping><servlet-name>p</servlet-name><url-pattern>/</url-pattern></servlet-mapping></web-app>`)
	put(t, filepath.Join(base, "conf", "server.xml"), fmt.Sprintf(`<Server port="-1"><Service name="Catalina"><Connector port="%d" address="127.0.0.1" protocol="HTTP/1.1"/>
<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="none" autoDeploy="false"><Context path="" docBase="%s"/></Host></Engine></Service></Server>`,
		j.port, filepath.Join(base, "root")))
	for _, dir := range []string{"temp", "logs", "work", "none"} {
		if err := os.MkdirAll(filepath.Join(base, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "javac", "-encoding", "UTF-8", "-cp", api, "-d", classes, "testdata/java/Platform.java").CombinedOutput(); err != nil {
		t.Fatalf("javac: %v\n%s", err, out)
	}
	// The charset of a machine in a clinic's network: nothing may depend on it.
	background(t, j.port, "java", "-Dfile.encoding=ISO-8859-1", "-Dhbupload.dir="+j.dir, "-Dcatalina.home="+tomcatHome, "-Dcatalina.base="+base, "-Djava.io.tmpdir="+filepath.Join(base, "temp"),
		"-cp", tomcatHome+"/bin/bootstrap.jar:"+tomcatHome+"/bin/tomcat-juli.jar", "org.apache.catalina.startup.Bootstrap", "start")
	return j
}

// pushed is what push --json says.
type pushed struct {
	ExitCode int            `json:"exit_code"`
	Counts   map[string]int `json:"counts"`
	Records  []struct{ State, Message string }
}

// push downloads the dictionaries and pushes the sample through a port.
func (j *java) push(port int, args ...string) pushed {
	j.t.Helper()
	dir := j.t.TempDir()
	put(j.t, filepath.Join(dir, "hbupload.yaml"), fmt.Sprintf(`platform: {base_url: "http://127.0.0.1:%d", username: user, password: password, token_ttl: 1h, refresh_before: 59m59.999s}
upload: {retries: 1}
`, port))
	run := func(args ...string) []byte {
		cmd := exec.CommandContext(j.t.Context(), j.bin, append([]string{"--config", filepath.Join(dir, "hbupload.yaml"), "--data-dir", filepath.Join(dir, "data")}, args...)...)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if len(out) == 0 {
			j.t.Fatalf("%v: %v\n%s", args, err, errs.String())
		}
		return out
	}
	run("dict", "pull", "--json")
	var p pushed
	if err := json.Unmarshal(run(append([]string{"push", "../../testdata/standard.xlsx", "--json", "--no-report", "--yes"}, args...)...), &p); err != nil {
		j.t.Fatal(err)
	}
	return p
}

// saw is a file of the servlet.
func (j *java) saw(name string) string {
	text, err := os.ReadFile(filepath.Join(j.dir, name))
	if err != nil {
		return ""
	}
	return string(text)
}

// nginx starts a gateway before Tomcat: usual, narrow (413) and hasty (504).
func (j *java) nginx() (usual, narrow, hasty int) {
	j.t.Helper()
	name, err := exec.LookPath("nginx")
	if err != nil {
		j.t.Skip("no nginx (apt-get install nginx-light)")
	}
	usual, narrow, hasty = freePort(j.t), freePort(j.t), freePort(j.t)
	dir := j.t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil { // its workers may be another user
		j.t.Fatal(err)
	}
	pass := fmt.Sprintf("proxy_pass http://127.0.0.1:%d; proxy_http_version 1.1;", j.port)
	put(j.t, filepath.Join(dir, "nginx.conf"), fmt.Sprintf(`%[6]sdaemon off; worker_processes 1; pid %[1]s/pid; error_log stderr;
events {}
http {
  access_log off; gzip on; gzip_types application/json; gzip_min_length 1; gzip_proxied any; keepalive_requests 3; keepalive_timeout 1s;
  client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
  client_body_buffer_size 1k;
  server { listen 127.0.0.1:%[2]d; location / { %[5]s } }
  server { listen 127.0.0.1:%[3]d; location / { %[5]s } location /maincheck/cdcUploadReport/uploadReport { client_max_body_size 1k; %[5]s } }
  server { listen 127.0.0.1:%[4]d; location / { %[5]s } location /maincheck/cdcUploadReport/uploadReport { proxy_read_timeout 500ms; proxy_set_header X-Slow 1500; %[5]s } }
}
`, dir, usual, narrow, hasty, pass, map[bool]string{true: "user root; "}[os.Getuid() == 0]))
	background(j.t, usual, name, "-c", filepath.Join(dir, "nginx.conf"), "-p", dir)
	return usual, narrow, hasty
}

// TestExtraTomcat: what we send is what Java reads, directly and behind a gateway
// that buffers, cuts connections, refuses large bodies and gives up waiting.
func TestExtraTomcat(t *testing.T) {
	j := startJava(t)
	p := j.push(j.port)
	if p.Counts["accepted"] == 0 || p.Counts["accepted"]+p.Counts["invalid"] != p.Counts["records"] || p.Counts["warnings"] != j.push(j.port).Counts["warnings"] {
		t.Fatalf("directly: %+v", p)
	}
	calls, stored := j.saw("calls"), j.saw("stored")
	if !strings.Contains(calls, "login true") || strings.Contains(calls, "login false") || !strings.Contains(calls, "refresh 0 null") {
		t.Errorf("calls\n%s", calls)
	}
	if n := strings.Count(stored, "\n"); n != 2*p.Counts["accepted"] || !strings.Contains(stored, `"idcard":"1`) || strings.Contains(stored, "\uFFFD") {
		t.Errorf("%d stored of %d: %.300s", n, p.Counts["accepted"], stored)
	}
	usual, narrow, hasty := j.nginx()
	if q := j.push(usual); q.Counts["accepted"] != p.Counts["accepted"] {
		t.Errorf("behind nginx: %+v", q)
	}
	if q := j.push(narrow, "--limit", "1"); q.ExitCode != 3 || q.Counts["rejected"] != 1 || !strings.Contains(q.Records[0].Message, "413") {
		t.Errorf("413: %+v", q)
	}
	before := strings.Count(j.saw("stored"), "\n")
	if q := j.push(hasty, "--limit", "1"); q.ExitCode != 4 || q.Counts["in_doubt"] != 1 || !strings.Contains(q.Records[0].Message, "504") {
		t.Errorf("504: %+v", q)
	}
	if after := strings.Count(j.saw("stored"), "\n"); after != before+1 {
		t.Errorf("behind the hasty gateway %d were stored", after-before)
	}
}
