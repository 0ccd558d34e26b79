package cli

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hbupload/internal/ledger"
	"hbupload/internal/push"
	"hbupload/internal/run"
)

// reEnglish finds the libraries' own words, and any two English words in a row
// that are no command line of ours.
var reEnglish = regexp.MustCompile(`(?i)\b(usage|available|commands?:|flags?:|global|aliases|examples?:|default|help for|use "|unknown|invalid|requires|required|accepts|argument|syntax|parse|stringArray|duration|shorthand|needs|for more information|generate|the autocompletion)\b`)

func hasHan(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}

// wantChinese fails on a text that the libraries wrote.
func wantChinese(t *testing.T, what, text string) {
	t.Helper()
	if !hasHan(text) {
		t.Errorf("%s is not Chinese: %q", what, text)
	}
	for _, line := range strings.Split(text, "\n") {
		if strings.Contains(line, "--"+"default") || strings.HasPrefix(strings.TrimSpace(line), "hbupload ") {
			continue // a command line
		}
		if m := reEnglish.FindString(line); m != "" {
			t.Errorf("%s says %q: %q", what, m, line)
		}
	}
}

func testTree() *cobra.Command { return newRoot(&run.Env{Machine: &run.Machine{}}) }

// TestHelpAsJSON: a script that asks for JSON gets one document even where a person
// gets a text.
func TestHelpAsJSON(t *testing.T) {
	t.Parallel()
	for key, lines := range map[string][]string{"help": {"--help --json", "--json help push", "push --help --json", "dict --json -h"}, "script": {"completion bash --json", "--json completion fish"}} {
		for _, line := range lines {
			b := newBench(t)
			b.want(0, strings.Fields(line)...)
			var doc map[string]any
			err := json.Unmarshal(b.out.Bytes(), &doc)
			if ok, _ := doc["ok"].(bool); err != nil || !ok || doc["exit_code"] != 0.0 || doc["command"] == "" {
				t.Errorf("%s: %v in %.200s", line, err, b.out.String())
			}
			if text, _ := doc[key].(string); len(text) < 100 {
				t.Errorf("%s: no %s in %.200s", line, key, b.out.String())
			}
		}
	}
}

// TestLedgerWords: the history speaks Chinese, and of states as the summary does.
func TestLedgerWords(t *testing.T) {
	t.Parallel()
	for _, c := range []ledger.Class{"", ledger.ClassAccepted, ledger.ClassRejected, ledger.ClassNotProcessed, ledger.ClassUnknown, ledger.ClassDeadToken, ledger.ClassWrongAddress, ledger.ClassNotSent} {
		wantChinese(t, "outcome "+string(c), run.OutcomeWord(c))
	}
	for _, a := range []ledger.Action{ledger.ActAdopt, ledger.ActMarkSent, ledger.ActMarkResend, ledger.ActMarkSamePerson, ledger.ActRecover} {
		wantChinese(t, "mark "+string(a), run.MarkWord(a))
	}
	for _, s := range []ledger.State{ledger.StateInDoubt, ledger.StateRejected, ledger.StateAccepted, ledger.StateUndelivered} {
		if got := run.StateWord(s); got != push.State(s).Label() {
			t.Errorf("%s is %q here and %q there", s, got, push.State(s).Label())
		}
	}
	view := run.NewSubmissionJSON(&ledger.SubmissionView{Marks: []ledger.MarkView{{User: "u", Action: ledger.ActMarkSent}}})
	if len(view.Marks) != 1 || view.Marks[0].Action != "mark-sent" || view.Attempts == nil {
		t.Errorf("marks in JSON: %+v", view)
	}
}

// TestHelpIsChinese walks every command and every flag.
func TestHelpIsChinese(t *testing.T) {
	t.Parallel()
	n := 0
	walk(testTree(), func(cmd *cobra.Command) {
		n++
		name := cmd.CommandPath()
		wantChinese(t, name+" Short", cmd.Short)
		if cmd.Long != "" {
			wantChinese(t, name+" Long", cmd.Long)
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) { wantChinese(t, name+" --"+f.Name, f.Usage) })
		if cmd.Name() == "help" {
			return
		}
		b := newBench(t)
		b.want(0, append(strings.Fields(name)[1:], "--help")...)
		wantChinese(t, name+" --help", b.out.String())
		if b.err.Len() > 0 {
			t.Errorf("%s --help on stderr: %s", name, b.err.String())
		}
		b.want(0, append([]string{"help"}, strings.Fields(name)[1:]...)...)
		wantChinese(t, "help "+name, b.out.String())
	})
	if n < 25 {
		t.Errorf("only %d commands were seen", n)
	}
}

// wrongValue is a value that a flag must refuse before anything happens, "" if
// any text will do.
func wrongValue(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "bool":
		return "maybe"
	case "int", "float64", "duration":
		return "许多"
	}
	return ""
}

// TestFlagErrorsAreChinese gives every flag of every command a wrong value, no
// value, and a name that is nobody's.
func TestFlagErrorsAreChinese(t *testing.T) {
	t.Parallel()
	walk(testTree(), func(cmd *cobra.Command) {
		words := strings.Fields(cmd.CommandPath())[1:]
		if cmd.Name() == "help" {
			return
		}
		refuse := func(args ...string) {
			t.Helper()
			b := newBench(t)
			line := append(append([]string{}, words...), args...)
			b.want(2, line...)
			wantChinese(t, strings.Join(line, " "), b.err.String())
			if b.out.Len() > 0 {
				t.Errorf("%v: a usage error on stdout: %s", line, b.out.String())
			}
		}
		refuse("--gibtesnicht")
		refuse("-Z")
		refuse("---x")
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if bad := wrongValue(f); bad != "" {
				refuse("--" + f.Name + "=" + bad)
				refuse("--"+f.Name+"="+bad, "--"+f.Name+"="+bad)
			}
			if f.NoOptDefVal == "" {
				refuse("--" + f.Name)
			}
		})
	})
}

// TestArgumentErrorsAreChinese: too few, too many, unknown words.
func TestArgumentErrorsAreChinese(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"push", "validate", "build", "build x.xlsx", "dict show", "dict show a b", "dict nix", "dict search", "config nix", "ledger nix", "ledger backup", "ledger restore",
		"inspect", "inspect a b", "explain", "explain K", "explain K f x", "history a b", "resolve", "resolve K", "resolve K --sent --resend", "adopt",
		"completion", "completion tcsh", "version x", "doctor x", "login x", "nix", "pusch", "help nix", "purge", "purge x --older-than soon", "sandbox --addr nowhere",
		"rules nix", "push --resend some x.xlsx", "push --limit -3 x.xlsx", "push gibtesnicht.xlsx", "purge gibtesnicht --older-than 1d",
	} {
		b := newBench(t)
		b.want(2, strings.Fields(line)...)
		wantChinese(t, line, b.err.String())
		b.run(append(strings.Fields(line), "--json")...)
		if !strings.HasPrefix(b.out.String(), "{") || strings.Contains(b.err.String(), "错误：") {
			t.Errorf("%s --json: %s%s", line, b.out.String(), b.err.String())
		}
	}
}

// The marks of the generated block in the topic 命令.
const (
	referenceBegin = "<!-- reference:begin (generated: HBUPLOAD_UPDATE=1 go test ./internal/cli -run TestCommandReference) -->\n"
	referenceEnd   = "<!-- reference:end -->\n"
)

// TestCommandReference holds the topic's list of commands and flags against the
// program's own; HBUPLOAD_UPDATE=1 rewrites it.
func TestCommandReference(t *testing.T) {
	t.Parallel()
	const path = "../help/commands.md"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), referenceBegin)
	if !ok {
		t.Fatal("commands.md has no block between these marks:\n" + referenceBegin + referenceEnd)
	}
	block, after, ok := strings.Cut(rest, referenceEnd)
	if !ok {
		t.Fatal("commands.md has no " + referenceEnd)
	}
	want := "\n" + Reference() + "\n"
	if block == want {
		return
	}
	if os.Getenv("HBUPLOAD_UPDATE") == "" {
		t.Fatal("commands.md differs from the program; run: HBUPLOAD_UPDATE=1 go test ./internal/cli -run TestCommandReference")
	}
	if err := os.WriteFile(path, []byte(before+referenceBegin+want+referenceEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
