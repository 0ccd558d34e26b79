package schedule

import (
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf16"
)

// Task is the task's name in the Windows scheduler's own folder of ours.
func (j Job) Task() string {
	name := "sync"
	if j.Name != "" {
		name += "-" + j.Name
	}
	return `\hbupload\` + name
}

// XML is the task as schtasks /XML reads it, in memory's own encoding; see
// UTF16. It runs while the user is logged in (the screen may be locked), or as
// the system whoever is.
func (j Job) XML() (string, error) {
	words, err := j.words("%") // the scheduler puts variables in for %NAME%
	if err != nil {
		return "", err
	}
	var args []string
	for _, w := range words[1:] {
		args = append(args, windowsWord(w))
	}
	principal := "<UserId>" + text(j.User) + "</UserId>\n      <LogonType>InteractiveToken</LogonType>\n      <RunLevel>LeastPrivilege</RunLevel>"
	if j.System {
		principal = "<UserId>S-1-5-18</UserId>\n      <RunLevel>LeastPrivilege</RunLevel>"
	}
	return fmt.Sprintf(taskXML, text("hbupload sync"+suffix(j.Name)), j.Start.Format("2006-01-02"), j.Hour, j.Minute, iso(j), principal,
		text(words[0]), text(strings.Join(args, " "))), nil
}

const taskXML = `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>%s</Description>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>%sT%02d:%02d:00</StartBoundary>
      <Enabled>true</Enabled>%s
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      %s
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>false</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <WakeToRun>true</WakeToRun>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>%s</Command>
      <Arguments>%s</Arguments>
    </Exec>
  </Actions>
</Task>
`

func iso(j Job) string {
	if j.Delay <= 0 {
		return ""
	}
	return fmt.Sprintf("\n      <RandomDelay>PT%dS</RandomDelay>", int(j.Delay.Seconds()))
}

func text(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}

// windowsWord quotes an argument the way a Windows program takes its command
// line apart: backslashes count only before a quote.
func windowsWord(w string) string {
	if w != "" && !strings.ContainsAny(w, " \t\"") {
		return w
	}
	var b strings.Builder
	b.WriteByte('"')
	slashes := 0
	for i := range len(w) {
		switch c := w[i]; c {
		case '\\':
			slashes++
			continue
		case '"':
			b.WriteString(strings.Repeat(`\`, 2*slashes+1))
		default:
			b.WriteString(strings.Repeat(`\`, slashes))
		}
		slashes = 0
		b.WriteByte(w[i])
	}
	b.WriteString(strings.Repeat(`\`, 2*slashes) + `"`)
	return b.String()
}

// UTF16 is a text as schtasks wants a file: little endian with a byte order
// mark, lines ended by CRLF.
func UTF16(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(strings.ReplaceAll(s, "\n", "\r\n"))) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}
