package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// lookup follows a path through a JSON document: a.b, a[0], a.# (the length),
// a[key=value,other=value] (the first such member). A value that is not there
// is not ok.
func lookup(doc any, path string) (any, bool) {
	for _, step := range steps(path) {
		switch {
		case step == "#":
			list, ok := doc.([]any)
			if !ok {
				return nil, false
			}
			doc = len(list)
		case strings.HasPrefix(step, "["):
			var ok bool
			if doc, ok = member(doc, strings.Trim(step, "[]")); !ok {
				return nil, false
			}
		default:
			object, ok := doc.(map[string]any)
			if !ok {
				return nil, false
			}
			if doc, ok = object[step]; !ok {
				return nil, false
			}
		}
	}
	return doc, true
}

// steps cuts a path at dots and before brackets; dots within brackets stay.
func steps(path string) []string {
	var out []string
	for path != "" {
		switch path[0] {
		case '.':
			path = path[1:]
		case '[':
			// Conditions may hold a bracketed index, as in field=ohEmpHazard[0].isMain.
			end, depth := 0, 0
			for i := 0; i < len(path); i++ {
				if path[i] == '[' {
					depth++
				} else if path[i] == ']' {
					if depth--; depth == 0 {
						end = i
						break
					}
				}
			}
			out, path = append(out, "["+path[1:end]+"]"), path[end+1:]
		default:
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			out, path = append(out, path[:end]), path[end:]
		}
	}
	return out
}

func member(doc any, what string) (any, bool) {
	list, ok := doc.([]any)
	if !ok {
		return nil, false
	}
	if n, err := strconv.Atoi(what); err == nil {
		if n >= len(list) {
			return nil, false
		}
		return list[n], true
	}
	for _, m := range list {
		fits := true
		for _, cond := range strings.Split(what, ",") {
			key, want, _ := strings.Cut(cond, "=")
			got, ok := lookup(m, key)
			fits = fits && ok && fmt.Sprint(got) == want
		}
		if fits {
			return m, true
		}
	}
	return nil, false
}

// outcome is what help: 约定 3.1 promises of every --json document.
type outcome struct {
	Command  string
	OK       *bool
	ExitCode *int           `json:"exit_code"`
	Error    map[string]any `json:"error"`

	recorded recorded
}

// recorded is the rest, of the commands that have records.
type recorded struct {
	Counts  map[string]int
	Records []struct {
		Key, State, File, Sheet, SHA256 string
		Row                             int
	}
	Findings []struct {
		Key, File, Sheet, Column, Cell, Field, Rule, Severity, Message string
		Row                                                            int
	}
	Rows *struct {
		Read, Used int
		Skipped    []struct {
			File, Sheet, Reason string
			Row                 int
		}
	}
	Reports []string
}

// judgeJSON checks the promises that hold of every document.
func judgeJSON(text string, code int) []string {
	var o outcome
	dec := json.NewDecoder(strings.NewReader(text))
	if err := dec.Decode(&o); err != nil {
		return []string{"no JSON document: " + err.Error()}
	}
	var bad []string
	say := func(ok bool, format string, args ...any) {
		if !ok {
			bad = append(bad, fmt.Sprintf(format, args...))
		}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		bad = append(bad, "more than one document")
	}
	say(o.Command != "" || code != 0, "no command")
	say(o.ExitCode != nil && *o.ExitCode == code, "exit_code does not say %d", code)
	say(o.OK != nil && *o.OK == (code == 0), "ok is wrong")
	if o.Error != nil {
		say(o.Error["kind"] != "" && o.Error["message"] != "", "error without kind or message")
	}
	switch o.Command {
	case "push", "validate", "build", "adopt":
		if err := json.Unmarshal([]byte(text), &o.recorded); err != nil {
			return append(bad, err.Error())
		}
		bad = append(bad, judgeCounts(&o.recorded)...)
	}
	return bad
}

func judgeCounts(o *recorded) []string {
	var bad []string
	sum, states := 0, map[string]int{}
	for state, n := range o.Counts {
		if state != "records" && state != "warnings" {
			sum += n
		}
	}
	if len(o.Counts) != 12 || sum != o.Counts["records"] || sum != len(o.Records) {
		bad = append(bad, fmt.Sprintf("counts %v do not sum to %d records", o.Counts, len(o.Records)))
	}
	for _, r := range o.Records {
		states[r.State]++
		if r.Key == "" || r.File == "" || r.Sheet == "" || r.Row == 0 {
			bad = append(bad, "a record without key, file, sheet or row")
		}
	}
	for state, n := range states {
		if o.Counts[state] != n {
			bad = append(bad, fmt.Sprintf("%d records are %s, counted %d", n, state, o.Counts[state]))
		}
	}
	warnings := 0
	for _, f := range o.Findings {
		if f.Severity == "warning" {
			warnings++
		}
		if f.Rule == "" || f.Message == "" || f.Column == "" || f.File == "" || (f.Severity != "error" && f.Severity != "warning") {
			bad = append(bad, fmt.Sprintf("a finding that says too little: %+v", f))
		}
		if f.Cell != "" && !regexp.MustCompile(`^[A-Z]+`+strconv.Itoa(f.Row)+`$`).MatchString(f.Cell) {
			bad = append(bad, "a cell that is not in its row: "+f.Cell)
		}
	}
	if warnings > o.Counts["warnings"] { // an echo that differs is one without a finding
		bad = append(bad, fmt.Sprintf("%d warnings, counted %d", warnings, o.Counts["warnings"]))
	}
	if o.Rows == nil || o.Rows.Read != o.Rows.Used+len(o.Rows.Skipped) {
		bad = append(bad, fmt.Sprintf("rows do not add up: %+v", o.Rows))
	}
	return bad
}
