package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// command is a word of the scripts.
type command = func(ts *testscript.TestScript, neg bool, args []string)

// commands are the words that scripts may use beside testscript's own:
//
//	sandbox [FAULTS]        start the platform, write hbupload.yaml for it (more.yaml is appended)
//	down, up                take the platform off the network and back
//	doubles                 the script may store a record twice
//	secret WORD…            words that must not be seen either
//	stored N                the platform holds N records
//	calls WHAT N            login, refresh, download or upload arrived N times
//	arrives N               wait until N uploads have arrived
//	killtoken               every token dies
//	workbook OUT EDIT…      a variation of the standard workbook, see editBook
//	answer FILE SHEET LINE HEAD TEXT   writes TEXT under HEAD into the first line that holds LINE; several HEAD TEXT may follow; * in FILE stands for anything, and the answered one has x there
//	exits N hbupload …      run, and the exit code is N (or N/M); --json output is checked as a whole
//	portal OUT.xlsx OPTION… the platform's own list, as exported from its pages, see cmdPortal
//	freeport, dials         a port for $PORT; wait until something listens there
//	[!] json PATH VALUE     what the last --json said; see lookup for paths
//	snapshot DIR, untouched DIR
//	zipped OUT FILE…, same DIR DIR  a zip of files; two folders hold the same
//	watch, ended N          the exit code of the process in the background, around wait
func commands() map[string]command {
	books := &workbooks{made: map[string][]byte{}}
	return map[string]command{
		"sandbox": cmdSandbox, "down": cmdDown, "up": cmdUp, "doubles": cmdDoubles, "secret": cmdSecret, "stored": cmdStored, "calls": cmdCalls, "arrives": cmdArrives,
		"killtoken": cmdKillToken, "workbook": books.write, "answer": cmdAnswer, "exits": cmdExits, "json": cmdJSON, "snapshot": cmdSnapshot, "untouched": cmdUntouched,
		"watch": cmdWatch, "freeport": cmdFreePort, "dials": cmdDials, "ended": cmdEnded, "zipped": cmdZipped, "portal": cmdPortal, "same": cmdSame,
	}
}

func sceneOf(ts *testscript.TestScript) *scene { return ts.Value(sceneKey{}).(*scene) }

func number(ts *testscript.TestScript, text string) int {
	n, err := strconv.Atoi(text)
	ts.Check(err)
	return n
}

func cmdSandbox(ts *testscript.TestScript, _ bool, args []string) {
	s := sceneOf(ts)
	ts.Check(s.serve(strings.Join(args, ";")))
	ts.Setenv("SANDBOX", s.http.URL)
	text := "platform:\n  base_url: " + s.http.URL + "\n  username: sandbox\n  password: " + scenePassword + "\n"
	if more, err := os.ReadFile(ts.MkAbs("more.yaml")); err == nil {
		text += string(more)
	}
	ts.Check(os.WriteFile(ts.MkAbs("hbupload.yaml"), []byte(text), 0o600))
}

func cmdDown(ts *testscript.TestScript, _ bool, _ []string) { sceneOf(ts).down() }

func cmdUp(ts *testscript.TestScript, _ bool, _ []string) { ts.Check(sceneOf(ts).up()) }

func cmdDoubles(ts *testscript.TestScript, _ bool, _ []string) { sceneOf(ts).doublesAllowed = true }

func cmdSecret(ts *testscript.TestScript, _ bool, args []string) {
	for _, a := range args {
		sceneOf(ts).secrets[a] = "secret"
	}
}

func cmdStored(ts *testscript.TestScript, _ bool, args []string) {
	got := sceneOf(ts).platform.Stored()
	if want := number(ts, args[0]); len(got) != want {
		ts.Fatalf("the platform holds %d records, want %d", len(got), want)
	}
}

func cmdCalls(ts *testscript.TestScript, _ bool, args []string) {
	if got, want := sceneOf(ts).platform.Calls(args[0]), number(ts, args[1]); got != want {
		ts.Fatalf("%d calls of %s, want %d", got, args[0], want)
	}
}

func cmdArrives(ts *testscript.TestScript, _ bool, args []string) {
	if !sceneOf(ts).await(number(ts, args[0])) {
		ts.Fatalf("no %s uploads within 20 s", args[0])
	}
}

func cmdKillToken(ts *testscript.TestScript, _ bool, _ []string) {
	sceneOf(ts).platform.KillToken("")
}

// cmdExits runs the program and judges its exit code, its JSON and what it
// gives away.
func cmdExits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if !slices.Contains(strings.Split(args[0], "/"), strconv.Itoa(code)) {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
	finished(ts, args[2:], code)
}

// finished judges what a process printed.
func finished(ts *testscript.TestScript, args []string, code int) {
	out, errs := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	if !slices.Contains(args, "--reveal") {
		where := strings.Join(args, " ")
		sceneOf(ts).look(where+" (stdout)", out)
		sceneOf(ts).look(where+" (stderr)", errs)
	}
	if slices.Contains(args, "--json") {
		if problems := judgeJSON(out, code); len(problems) > 0 {
			ts.Fatalf("--json:\n%s", strings.Join(problems, "\n"))
		}
	}
}

func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	var doc any
	dec := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	dec.UseNumber()
	ts.Check(dec.Decode(&doc))
	got, ok := lookup(doc, args[0])
	switch {
	case neg && len(args) == 1:
		if ok {
			ts.Fatalf("%s is there: %v", args[0], got)
		}
	case len(args) == 1:
		if !ok {
			ts.Fatalf("%s is missing", args[0])
		}
	default:
		text := fmt.Sprint(got)
		if same := ok && text == args[1]; same == neg {
			ts.Fatalf("%s is %q (found: %v), asked %q", args[0], text, ok, args[1])
		}
	}
}

// digest is the names, sizes and contents below a folder.
func digest(dir string) string {
	h := sha256.New()
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			fmt.Fprintln(h, "none")
			return nil
		}
		var data []byte
		if !d.IsDir() {
			data, err = os.ReadFile(path)
		}
		info, _ := d.Info()
		fmt.Fprintf(h, "%s %v %v %x %v\n", path, info.Mode(), info.ModTime().UnixNano(), sha256.Sum256(data), err)
		return nil
	})
	return fmt.Sprintf("%x", h.Sum(nil))
}

func cmdSnapshot(ts *testscript.TestScript, _ bool, args []string) {
	sceneOf(ts).snapshots[args[0]] = digest(ts.MkAbs(args[0]))
}

func cmdUntouched(ts *testscript.TestScript, _ bool, args []string) {
	if sceneOf(ts).snapshots[args[0]] != digest(ts.MkAbs(args[0])) {
		ts.Fatalf("%s has changed since its snapshot", args[0])
	}
}

func cmdWatch(ts *testscript.TestScript, _ bool, _ []string) {
	sceneOf(ts).watched = ts.BackgroundCmds()[0]
}

func cmdEnded(ts *testscript.TestScript, _ bool, args []string) {
	cmd := sceneOf(ts).watched
	if got, want := cmd.ProcessState.ExitCode(), number(ts, args[0]); got != want {
		ts.Fatalf("the process in the background ended with %d, want %d", got, want)
	}
	finished(ts, cmd.Args[1:], cmd.ProcessState.ExitCode())
}

func cmdFreePort(ts *testscript.TestScript, _ bool, _ []string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	defer listener.Close()
	ts.Setenv("PORT", strconv.Itoa(listener.Addr().(*net.TCPAddr).Port))
}

func cmdDials(ts *testscript.TestScript, _ bool, _ []string) {
	for range 1000 {
		conn, err := net.Dial("tcp", "127.0.0.1:"+ts.Getenv("PORT"))
		if err == nil {
			_ = conn.Close()
			return
		}
		<-time.After(20 * time.Millisecond)
	}
	ts.Fatalf("nothing listens on $PORT")
}
