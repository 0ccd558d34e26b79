// Package help holds the manual that "hbupload help" shows: one Markdown file
// for each topic, embedded into the program.
package help

import (
	"embed"
	"strings"
)

// files are the topics. A topic begins with its name as heading and a line
// "> readers：summary".
//
//go:embed *.md
var files embed.FS

// order is the order in which the topics are listed: by reader, then by the
// order in which a new user needs them.
func order() []string {
	return []string{
		"getting-started", "exports", "mappings", "states", "corrections", "network", "in-doubt", "windows",
		"nightly", "shared-ledger", "upkeep", "troubleshooting", "performance",
		"security", "interface", "sense", "contract", "commands",
	}
}

// Topic is one page of the manual.
type Topic struct {
	Name    string // the page's heading, what people type
	Alias   string // the file's name, for terminals without Chinese input
	Readers string // whom it is for
	Summary string
	Text    string // the whole page as Markdown
}

// Topics returns all topics in their order.
func Topics() []Topic {
	var all []Topic
	for _, alias := range order() {
		data, err := files.ReadFile(alias + ".md")
		if err != nil {
			continue // a test reads every name of the list
		}
		all = append(all, parse(alias, string(data)))
	}
	return all
}

func parse(alias, text string) Topic {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	t := Topic{Alias: alias, Text: text}
	for _, line := range strings.Split(text, "\n") {
		if name, ok := strings.CutPrefix(line, "# "); ok && t.Name == "" {
			t.Name = strings.TrimSpace(name)
		}
		if about, ok := strings.CutPrefix(line, "> "); ok {
			t.Readers, t.Summary, _ = strings.Cut(about, "：")
			break
		}
	}
	return t
}

// Find returns the topic of a name or alias, whatever its case.
func Find(word string) (Topic, bool) {
	word = strings.TrimSpace(word)
	for _, t := range Topics() {
		if strings.EqualFold(t.Name, word) || strings.EqualFold(t.Alias, word) {
			return t, true
		}
	}
	return Topic{}, false
}
