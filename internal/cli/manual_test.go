package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"hbupload/internal/run"
)

// reShown finds a command line of ours in a page: in code, or a line of an
// example.
var reShown = regexp.MustCompile("(?m)`(hbupload [^`]*)`|^ *(?:\\$ )?(hbupload .*)$")

// TestManualNamesWhatExists asks that every command and flag that the README and
// the topics show exists, and that every topic they point to does.
func TestManualNamesWhatExists(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../help/*.md")
	if err != nil {
		t.Fatal(err)
	}
	root := testTree()
	n := 0
	for _, page := range append(pages, "../../README.md", "../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range reShown.FindAllStringSubmatch(string(text), -1) {
			n++
			if problem := unknownWords(root, m[1]+m[2]); problem != "" {
				t.Errorf("%s: %s: %s", filepath.Base(page), m[0], problem)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d command lines were seen", n)
	}
}

// unknownWords says what in a command line is neither command, flag nor topic.
func unknownWords(root *cobra.Command, line string) string {
	words := strings.Fields(strings.Split(line, " #")[0])[1:]
	if len(words) == 0 || isFile(words[0]) {
		return ""
	}
	if words[0] == "help" { // which the library adds only when it runs
		return unknownTopic(root, words[1:])
	}
	cmd, rest, err := root.Find(plainWords(words))
	if err != nil || cmd == root && !strings.HasPrefix(words[0], "-") {
		return "no such command"
	}
	if cmd.HasSubCommands() && len(rest) > 0 && !strings.ContainsAny(rest[0], "…|") {
		return "no such command: " + rest[0]
	}
	for _, w := range words {
		for _, flag := range strings.Split(strings.Trim(w, "[]…"), "|") {
			name, _, _ := strings.Cut(flag, "=")
			if strings.HasPrefix(name, "--") && cmd.Flag(strings.TrimPrefix(name, "--")) == nil {
				return "no flag " + name
			}
		}
	}
	return ""
}

// isFile reports whether a word stands for a file: dragged onto the program.
func isFile(word string) bool {
	return strings.HasPrefix(word, "FILE") || strings.Contains(word, ".")
}

func plainWords(words []string) []string {
	var out []string
	for _, w := range words {
		if strings.HasPrefix(w, "-") {
			break
		}
		out = append(out, w)
	}
	return out
}

// unknownTopic reports a topic or section that is not there.
func unknownTopic(root *cobra.Command, words []string) string {
	if len(words) == 0 || strings.ContainsAny(words[0], "[-") || words[0] == "主题" || words[0] == "命令" {
		return ""
	}
	cmd := newHelp(&run.Env{Machine: &run.Machine{Stdout: &strings.Builder{}}}, root)
	if err := cmd.RunE(cmd, words); err != nil {
		return err.Error()
	}
	return ""
}
