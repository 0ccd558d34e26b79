// Package pgtest gives a test a PostgreSQL server of its own: in a temporary
// folder, on 127.0.0.1, without a password, ended with the test. It uses the
// system's binaries and says where none are found; nothing but tests imports it.
package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Server is a running PostgreSQL.
type Server struct {
	t    testing.TB
	bin  string // folder of initdb, pg_ctl and postgres
	dir  string
	data string
	port int
}

// Owner is the server's superuser.
const Owner = "postgres"

// Start starts a server, or skips the test with the reason.
func Start(t testing.TB) *Server {
	t.Helper()
	bin := find()
	if bin == "" {
		t.Skip("PostgreSQL: not run, no initdb here (apt-get install postgresql)")
	}
	if reason := unable(); reason != "" {
		t.Skip("PostgreSQL: not run, " + reason)
	}
	dir, err := os.MkdirTemp("", "hbupload-pg-")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, bin: bin, dir: dir, data: filepath.Join(dir, "data")}
	t.Cleanup(func() {
		s.Stop("immediate")
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("PostgreSQL's folder stays behind: %v", err)
		}
	})
	if err := give(dir); err != nil {
		t.Fatal(err)
	}
	s.cluster()
	s.configure()
	s.Resume()
	return s
}

// kept is a folder that .ci/memory makes among the temporary files, in which the
// servers of one make test keep the cluster that the first of them makes: a copy
// takes a tenth of the time. Where there is none each makes its own.
const kept = "hbupload-cluster"

// cluster makes the server's data folder.
func (s *Server) cluster() {
	s.t.Helper()
	keep := filepath.Join(os.TempDir(), kept)
	if _, err := os.Stat(keep); err != nil {
		s.initialise(s.data)
		return
	}
	unlock, err := lock(keep + ".lock")
	if err != nil {
		s.t.Fatal(err)
	}
	defer unlock()
	if _, err := os.Stat(filepath.Join(keep, "PG_VERSION")); err != nil {
		if err := give(keep); err != nil {
			s.t.Fatal(err)
		}
		s.initialise(keep)
	}
	cp, err := exec.LookPath("cp")
	if err != nil {
		s.t.Fatal(err)
	}
	s.run(cp, "-R", keep, s.data)
}

func (s *Server) initialise(data string) {
	s.t.Helper()
	s.run("initdb", "-D", data, "-U", Owner, "-A", "trust", "-E", "UTF8", "--locale=C", "--wal-segsize=1", "--no-sync")
}

// find is the folder of the newest server binaries, "" for none.
func find() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // Debian keeps them off the PATH
	sort.Slice(found, func(i, j int) bool { return version(found[i]) < version(found[j]) })
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	path, err := exec.LookPath("initdb")
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return ""
	}
	return filepath.Dir(path)
}

// version is the number in /usr/lib/postgresql/15/bin/initdb.
func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

// configure makes a server that is quick to its test and to nobody else. Its
// processes are killed, the machine never: it need not wait for the disk.
func (s *Server) configure() {
	s.t.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	text := fmt.Sprintf("listen_addresses = '127.0.0.1'\nport = %d\nunix_socket_directories = ''\nfsync = off\nfull_page_writes = off\nautovacuum = off\njit = off\nmax_connections = 200\nshared_buffers = 32MB\nmax_wal_size = 256MB\nlog_min_messages = fatal\n", s.port)
	if err := os.WriteFile(filepath.Join(s.data, "postgresql.auto.conf"), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	if err := give(filepath.Join(s.data, "postgresql.auto.conf")); err != nil {
		s.t.Fatal(err)
	}
}

// patience bounds the start and the stop of a server.
const patience = 3 * time.Minute

// run runs one of the server's programs.
func (s *Server) run(name string, args ...string) {
	s.t.Helper()
	if out, err := s.try(name, args...); err != nil {
		s.t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

func (s *Server) try(name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience) // cleaning up outlives the test's own context
	defer cancel()
	cmd := exec.CommandContext(ctx, s.Program(name), args...) //nolint:gosec // one of PostgreSQL's own
	cmd.Dir = s.dir
	var out bytes.Buffer
	cmd.Stdout = &out
	cmd.Stderr = &out
	cmd.WaitDelay = time.Second // the server inherits the pipes
	asServer(cmd)
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil
	}
	return out.String(), err
}

// Resume starts a stopped server again, on the same port.
func (s *Server) Resume() {
	s.t.Helper()
	s.run("pg_ctl", "-D", s.data, "-l", filepath.Join(s.dir, "log"), "-w", "-t", strconv.Itoa(int(patience/time.Second)), "start")
}

// Stop stops the server: "fast" as a restart does, "immediate" as a crash does.
func (s *Server) Stop(mode string) {
	_, _ = s.try("pg_ctl", "-D", s.data, "-m", mode, "-w", "stop") // it may have stopped
}

// URL is the address of a database of the server.
func (s *Server) URL(user, database string) string {
	return fmt.Sprintf("postgres://%s@%s/%s?sslmode=disable", user, s.Addr(), database)
}

// Addr is host and port.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// SQL runs statements as the superuser and returns the rows they give, a line each.
func (s *Server) SQL(t testing.TB, database string, statements ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience) // cleaning up outlives the test's own context
	defer cancel()
	conn, err := pgconn.Connect(ctx, s.URL(Owner, database))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	var lines []string
	for _, st := range statements {
		results, err := conn.Exec(ctx, st).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", st, err)
		}
		for _, result := range results {
			for _, row := range result.Rows {
				lines = append(lines, string(bytes.Join(row, []byte("|"))))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// Folder makes a folder that the server can use.
func (s *Server) Folder(name string) string {
	s.t.Helper()
	dir := filepath.Join(s.dir, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		s.t.Fatal(err)
	}
	s.Give(dir)
	return dir
}

// Give hands a file or folder to the server's user.
func (s *Server) Give(path string) {
	s.t.Helper()
	if err := give(path); err != nil {
		s.t.Fatal(err)
	}
}

// Program is the path of one of PostgreSQL's own programs; any other keeps its own.
func (s *Server) Program(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.bin, name)
}

// Secure makes the server speak TLS with a certificate, and nothing but TLS.
func (s *Server) Secure(cert, key []byte) {
	s.t.Helper()
	for name, text := range map[string][]byte{"server.crt": cert, "server.key": key, "pg_hba.conf": []byte("hostssl all all 127.0.0.1/32 trust\n")} {
		path := filepath.Join(s.data, name)
		err := os.WriteFile(path, text, 0o600)
		if err == nil {
			err = give(path)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	s.SQL(s.t, "postgres", `ALTER SYSTEM SET ssl = on`)
	s.Stop("fast")
	s.Resume()
}
