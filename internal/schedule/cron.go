package schedule

import (
	"fmt"
	"strings"
)

// maxCron is what every cron takes as one line.
const maxCron = 950

func (j Job) begin() string { return "# BEGIN hbupload sync" + suffix(j.Name) }
func (j Job) end() string   { return "# END hbupload sync" + suffix(j.Name) }

// CronLine is the line of a crontab. The delay is the program's own: a crontab
// knows none.
func (j Job) CronLine() (string, error) {
	if j.Delay > 0 {
		j.Args = append(append([]string{}, j.Args...), "--random-delay", j.Delay.String())
	}
	words, err := j.words("")
	if err != nil {
		return "", err
	}
	for i, w := range words {
		// A % ends the command for cron, even within quotes.
		words[i] = strings.ReplaceAll("'"+strings.ReplaceAll(w, "'", `'\''`)+"'", "%", `\%`)
	}
	line := fmt.Sprintf("%d %d * * * %s", j.Minute, j.Hour, strings.Join(words, " "))
	if len(line) > maxCron {
		return "", fmt.Errorf("a crontab line of %d bytes: %w", len(line), ErrText)
	}
	return line, nil
}

// CronInstall puts the job into a crontab, in the place of its earlier form, and
// leaves everything else as it is.
func (j Job) CronInstall(table string) (string, error) {
	line, err := j.CronLine()
	if err != nil {
		return "", err
	}
	rest, _ := j.CronRemove(table)
	if rest != "" && !strings.HasSuffix(rest, "\n") {
		rest += "\n"
	}
	return rest + j.begin() + "\n" + line + "\n" + j.end() + "\n", nil
}

// CronRemove takes the job out of a crontab and reports whether it was there. A
// beginning without an end is left to a person.
func (j Job) CronRemove(table string) (string, bool) {
	before, block, after, ok := j.cut(table)
	if !ok || block == "" {
		return table, false
	}
	return before + after, true
}

// CronShow is the job's part of a crontab, "" if there is none.
func (j Job) CronShow(table string) string {
	_, block, _, _ := j.cut(table)
	return block
}

func (j Job) cut(table string) (before, block, after string, ok bool) {
	lines := strings.SplitAfter(table, "\n")
	first := -1
	last := -1
	for i, l := range lines {
		switch strings.TrimRight(l, "\r\n") {
		case j.begin():
			first = i
		case j.end():
			if first >= 0 && last < 0 {
				last = i
			}
		}
	}
	if first < 0 || last < first {
		return table, "", "", false
	}
	return strings.Join(lines[:first], ""), strings.Join(lines[first:last+1], ""), strings.Join(lines[last+1:], ""), true
}
