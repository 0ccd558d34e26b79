//go:build unix

package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"hbupload/internal/sandbox/sample"
	"hbupload/internal/wire"
)

// lab builds the program and runs it.
type lab struct {
	b      *testing.B
	dir    string
	bin    string
	config string
	rows   []string
}

// spent is what a process took.
type spent struct {
	wall time.Duration
	user time.Duration // CPU of the process and its children
	peak int64         // KiB of resident memory
}

func newLab(b *testing.B) *lab {
	l := &lab{b: b, dir: b.TempDir()}
	l.bin = filepath.Join(l.dir, "hbupload")
	l.command(context.Background(), "go", "build", "-trimpath", "-o", l.bin, "../../cmd/hbupload")
	url, stop := l.sandbox()
	defer stop()
	l.configure(url)
	l.run(0, "dict", "pull", "--quiet")
	return l
}

// configure writes a configuration for a sandbox, with a data folder of its own.
func (l *lab) configure(url string) {
	data, err := os.MkdirTemp(l.dir, "data-")
	if err != nil {
		l.b.Fatal(err)
	}
	l.config = filepath.Join(data, "hbupload.yaml")
	text := "platform: {base_url: '" + url + "', username: sandbox, password: sandbox}\ndata_dir: '" + data + "'\n"
	if err := os.WriteFile(l.config, []byte(text), 0o600); err != nil {
		l.b.Fatal(err)
	}
}

// run runs the program and wants the exit code.
func (l *lab) run(code int, args ...string) spent {
	l.b.Helper()
	if l.config != "" {
		args = append(args, "--config", l.config)
	}
	// A shell stands between: a child begins with its parent's resident set, and
	// this process has held large workbooks.
	cmd := exec.Command("/bin/sh", append([]string{"-c", `"$0" "$@"; exit $?`, l.bin}, args...)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	err := cmd.Start()
	var most int64
	if err == nil {
		done := make(chan struct{})
		go func() {
			defer close(done)
			err = cmd.Wait()
		}()
		most = watchPeak(cmd.Process.Pid, done)
	}
	wall := time.Since(start)
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != code {
		l.b.Fatalf("%v: %v\n%s", args, err, out.String())
	}
	return spent{wall: wall, user: cmd.ProcessState.UserTime(), peak: max(most, peak(cmd.ProcessState, most))}
}

// watchPeak follows the largest resident set of a shell's child, which Linux
// shows while it runs; 0 elsewhere.
func watchPeak(shell int, done <-chan struct{}) (kib int64) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return kib
		case <-tick.C:
			children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", shell, shell))
			for _, pid := range strings.Fields(string(children)) {
				kib = max(kib, highWater("/proc/"+pid+"/status"))
			}
		}
	}
}

// highWater is VmHWM of a process.
func highWater(path string) (kib int64) {
	status, _ := os.ReadFile(path)
	if _, rest, ok := strings.Cut(string(status), "VmHWM:"); ok {
		_, _ = fmt.Sscan(rest, &kib)
	}
	return kib
}

// peak is the process's largest resident set in KiB, where it was not watched.
func peak(p *os.ProcessState, watched int64) int64 {
	if watched > 0 {
		return watched
	}
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return usage.Maxrss / 1024
	}
	return usage.Maxrss
}

func (l *lab) command(ctx context.Context, name string, args ...string) spent {
	l.b.Helper()
	start := time.Now()
	if out, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
		l.b.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return spent{wall: time.Since(start)}
}

// sandbox starts a stand-in platform in another process.
func (l *lab) sandbox() (address string, stop func()) {
	cmd := exec.Command(l.bin, "sandbox", "--addr", "127.0.0.1:0", "--json", "--quiet")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		l.b.Fatal(err)
	}
	var hello struct {
		URL string `json:"url"`
	}
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&hello); err != nil {
		l.b.Fatal(err)
	}
	return hello.URL, func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}
}

// people is a workbook of so many people, written when it is first asked for.
func (l *lab) people(n int) string {
	name := fmt.Sprintf("people-%d.xlsx", n)
	if path := filepath.Join(l.dir, name); exists(path) {
		return path
	}
	return l.workbook(name, sample.People(n, 1))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// workbook writes an input.
func (l *lab) workbook(name string, src sample.Source) string {
	path := filepath.Join(l.dir, name)
	if err := sample.WriteXLSX(context.Background(), path, src); err != nil {
		l.b.Fatal(err)
	}
	return path
}

// excelizeRaw reads every row of a workbook through excelize and does nothing
// with it.
func (l *lab) excelizeRaw(path string) time.Duration {
	start := time.Now()
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		l.b.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.Rows(sheet)
		if err != nil {
			l.b.Fatal(err)
		}
		for rows.Next() {
			if _, err := rows.Columns(excelize.Options{RawCellValue: true}); err != nil {
				l.b.Fatal(err)
			}
		}
		_ = rows.Close()
	}
	return time.Since(start)
}

// bareLoop posts ready-made zips with nothing but net/http.
func (l *lab) bareLoop(n, workers int) time.Duration {
	address, stop := l.sandbox()
	defer stop()
	token := l.login(address)
	src := sample.People(n, 1)
	zipper := wire.NewZipper(wire.DefaultLevel)
	var bodies [][]byte
	contentType := ""
	for i := range n {
		person := src.At(i)
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		_ = form.SetBoundary("bare")
		part, _ := form.CreateFormFile("data", "data.zip")
		_, _ = part.Write(zipper.Zip(nil, person.DataJSON(sample.Values)))
		_ = form.Close()
		bodies, contentType = append(bodies, body.Bytes()), form.FormDataContentType()
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
	jobs := make(chan []byte)
	var wg sync.WaitGroup
	start := time.Now()
	for range workers {
		wg.Go(func() {
			for body := range jobs {
				l.post(client, address+"/maincheck/cdcUploadReport/uploadReport", contentType, token, body)
			}
		})
	}
	for _, body := range bodies {
		jobs <- body
	}
	close(jobs)
	wg.Wait()
	return time.Since(start)
}

func (l *lab) post(client *http.Client, address, contentType, token string, body []byte) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		l.b.Error(err)
		return
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Authorization", token)
	resp, err := client.Do(req)
	if err != nil {
		l.b.Error(err)
		return
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}

// login gets a token as the document says (2.1).
func (l *lab) login(address string) string {
	sum := md5.Sum([]byte("sandbox"))
	form := url.Values{"orgName": {"河北省疾控中心"}, "username": {"sandbox"}, "password": {hex.EncodeToString(sum[:])}}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, address+"/system/jwtlogin", strings.NewReader(form.Encode()))
	if err != nil {
		l.b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := (&http.Client{}).Do(req)
	if err != nil {
		l.b.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var reply struct{ Data string }
	if err := json.NewDecoder(resp.Body).Decode(&reply); err != nil || reply.Data == "" {
		l.b.Fatal("no token", err)
	}
	return reply.Data
}

func median(n int, measure func() time.Duration) time.Duration {
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = measure()
	}
	slices.Sort(all)
	return all[n/2]
}
