// Package schedule writes what the schedulers of three systems read to run a
// program every night: a systemd timer with its service, a crontab line, a
// Windows task. It only makes texts; nobody is asked and nothing is written.
package schedule

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"hbupload/internal/pattern"
)

// Job is a program and when it runs: every day at Hour:Minute local time, at
// most Delay later, so that not everybody calls the platform in one instant.
type Job struct {
	Program string // absolute path
	Args    []string
	Name    string // tells the jobs of one machine apart, e.g. a profile; may be ""
	Hour    int
	Minute  int
	Delay   time.Duration
	User    string // who runs it, where the scheduler must be told
	System  bool   // for the machine, not for the user who is logged in
	Start   time.Time
}

// Errors of a Job.
var (
	ErrTime = errors.New("not a time of day HH:MM")
	ErrText = errors.New("a path or argument holds a character that the scheduler cannot be given")
)

var reTime = pattern.New(`^([01]?[0-9]|2[0-3])[:：]([0-5][0-9])$`)

// ParseTime reads HH:MM.
func ParseTime(text string) (hour, minute int, err error) {
	m := reTime.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return 0, 0, fmt.Errorf("%q: %w", text, ErrTime)
	}
	hour, _ = strconv.Atoi(m[1])
	minute, _ = strconv.Atoi(m[2])
	return hour, minute, nil
}

// words are the program and its arguments, refused when one holds what would
// end a line or, for some schedulers, stand for something else.
func (j Job) words(forbidden string) ([]string, error) {
	all := append([]string{j.Program}, j.Args...)
	for _, w := range all {
		if strings.ContainsFunc(w, func(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune(forbidden, r) }) {
			return nil, fmt.Errorf("%q: %w", w, ErrText)
		}
	}
	return all, nil
}
