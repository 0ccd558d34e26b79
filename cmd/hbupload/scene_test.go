package main

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"

	"hbupload/internal/sandbox"
	"hbupload/internal/sandbox/sample"
)

// scenePassword differs from the user's name, so that it can be looked for.
const scenePassword = "Pw-7x9Zk-script"

// scene is what surrounds one script: the platform and what must stay secret.
type scene struct {
	work           string
	platform       *sandbox.Server
	http           *httptest.Server
	doublesAllowed bool
	snapshots      map[string]string
	watched        *exec.Cmd
	secrets        map[string]string // what must not be seen → what it is

	mu      sync.Mutex
	tokens  []string
	arrived int
	more    chan struct{} // closed and replaced at every arrival of an upload
	seen    []string      // leaks on the screen
}

func newScene(work string) *scene {
	s := &scene{work: work, snapshots: map[string]string{}, secrets: map[string]string{}, more: make(chan struct{})}
	sum := md5.Sum([]byte(scenePassword))
	s.secrets[scenePassword], s.secrets[hex.EncodeToString(sum[:])] = "password", "password's MD5"
	digits, person := regexp.MustCompile(`^(1\d{10}|\d{17}[\dX])$`), regexp.MustCompile(`^(测试.{2}|填表人甲)$`)
	for _, p := range sample.Standard() {
		for _, c := range p.Row {
			if digits.MatchString(c.Text) || person.MatchString(c.Text) {
				s.secrets[c.Text] = "a person's number or name"
			}
		}
	}
	return s
}

// serve starts the platform.
func (s *scene) serve(faults string) error {
	f, err := sandbox.ParseFaults(faults)
	if err != nil {
		return err
	}
	s.close()
	s.platform = sandbox.New(sandbox.Options{Password: scenePassword, Faults: f})
	s.http = httptest.NewServer(s)
	return nil
}

// down takes the platform off the network; up brings it back as it was, at the
// same address.
func (s *scene) down() {
	s.http.CloseClientConnections()
	s.http.Close()
}

func (s *scene) up() error {
	at := s.http.Listener.Addr().String()
	listener, err := net.Listen("tcp", at)
	if err != nil {
		return err
	}
	s.http = httptest.NewUnstartedServer(s)
	_ = s.http.Listener.Close()
	s.http.Listener = listener
	s.http.Start()
	return nil
}

// ServeHTTP notes tokens and arrivals, and lets the sandbox answer.
func (s *scene) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if token := r.Header.Get("Authorization"); token != "" {
		s.mu.Lock()
		s.tokens = append(s.tokens, token)
		s.mu.Unlock()
	}
	if r.URL.Path == sandbox.PathUpload {
		s.mu.Lock()
		s.arrived++
		close(s.more)
		s.more = make(chan struct{})
		s.mu.Unlock()
	}
	s.platform.ServeHTTP(w, r)
}

// await returns when n uploads have arrived.
func (s *scene) await(n int) bool {
	limit := time.After(20 * time.Second)
	for {
		s.mu.Lock()
		enough, more := s.arrived >= n, s.more
		s.mu.Unlock()
		if enough {
			return true
		}
		select {
		case <-more:
		case <-limit:
			return false
		}
	}
}

func (s *scene) close() {
	if s.http != nil {
		s.platform.Close()
		s.http.CloseClientConnections()
		s.http.Close()
		s.http = nil
	}
}

func (s *scene) doubles() int {
	if s.platform == nil {
		return 0
	}
	return len(s.platform.Doubles())
}

// look searches what was printed for anything that must stay secret.
func (s *scene) look(where, text string) {
	if found := s.find([]byte(text), true); len(found) > 0 {
		for _, f := range found {
			s.seen = append(s.seen, where+": "+f)
		}
	}
}

func (s *scene) find(data []byte, tokens bool) []string {
	var out []string
	for secret, what := range s.secrets {
		if bytes.Contains(data, []byte(secret)) {
			out = append(out, fmt.Sprintf("%s %q", what, secret))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, token := range s.tokens {
		if tokens && bytes.Contains(data, []byte(token)) {
			out = append(out, "a token")
			break
		}
	}
	return out
}

// private tells what nobody else may read: the data folder with all its folders,
// and what we write beside other people's files.
func private(rel string) bool {
	name := filepath.Base(rel)
	return rel == "data" || strings.HasPrefix(rel, "data"+string(filepath.Separator)) || strings.Contains(name, "-含个人信息-") || strings.Contains(name, "-汇总-") ||
		strings.HasSuffix(name, ".log") || strings.HasSuffix(name, ".backup")
}

// leaks adds what the data folder gives away. The token file holds the token
// (help: 约定 3.1) and nothing else.
func (s *scene) leaks() []string {
	out := s.seen
	_ = filepath.WalkDir(s.work, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(s.work, path)
		if err == nil && private(rel) {
			if info, err := d.Info(); err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
				out = append(out, fmt.Sprintf("%s: others may read it (%v)", rel, info.Mode()))
			}
		}
		if err != nil || d.IsDir() || !(strings.HasPrefix(rel, "data") || strings.HasSuffix(rel, ".log") || strings.HasSuffix(rel, ".backup") || strings.HasSuffix(rel, ".html")) {
			return nil
		}
		data, _ := os.ReadFile(path)
		for _, f := range s.find(data, filepath.Base(path) != "token.json") {
			out = append(out, rel+": "+f)
		}
		return nil
	})
	return out
}
