package schedule

import (
	"fmt"
	"strings"
)

// Unit is the name of the systemd units, without .service and .timer.
func (j Job) Unit() string {
	if j.Name == "" {
		return "hbupload-sync"
	}
	var b strings.Builder
	for _, c := range []byte(j.Name) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, `\x%02x`, c) // as systemd-escape does
		}
	}
	return "hbupload-sync-" + b.String()
}

// Service is the text of the .service unit. A stop finishes what is in flight:
// it is one signal to the program, and patience.
func (j Job) Service() (string, error) {
	words, err := j.words("")
	if err != nil {
		return "", err
	}
	var line []string
	for i, w := range words {
		line = append(line, systemdWord(w, i == 0))
	}
	var b strings.Builder
	b.WriteString("# hbupload schedule install\n[Unit]\nDescription=hbupload sync" + suffix(strings.ReplaceAll(j.Name, "%", "%%")) + "\n")
	if j.System {
		b.WriteString("Wants=network-online.target\nAfter=network-online.target\n")
	}
	b.WriteString("\n[Service]\nType=oneshot\n")
	if j.System && j.User != "" {
		b.WriteString("User=" + j.User + "\n")
	}
	b.WriteString("UMask=0077\nNice=10\nKillMode=mixed\nTimeoutStopSec=300\nExecStart=" + strings.Join(line, " ") + "\n")
	return b.String(), nil
}

// Timer is the text of the .timer unit. A night that the machine slept through
// is made up for.
func (j Job) Timer() string {
	return fmt.Sprintf("# hbupload schedule install\n[Unit]\nDescription=hbupload sync%s\n\n[Timer]\nOnCalendar=*-*-* %02d:%02d:00\nRandomizedDelaySec=%d\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n",
		suffix(strings.ReplaceAll(j.Name, "%", "%%")), j.Hour, j.Minute, int(j.Delay.Seconds()))
}

func suffix(name string) string {
	if name == "" {
		return ""
	}
	return " (" + name + ")"
}

// systemdWord quotes a word of ExecStart. Variables are not looked for in the
// program's own path.
func systemdWord(w string, program bool) string {
	w = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `%`, `%%`).Replace(w)
	if !program {
		w = strings.ReplaceAll(w, `$`, `$$`)
	}
	return `"` + w + `"`
}
