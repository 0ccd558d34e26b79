package host

import (
	"strings"
)

// BatchOption is a flag whose value a variable of the batch file holds.
type BatchOption struct{ Flag, Variable, Value string }

// SendTo is the text of the .cmd file. cmd.exe reads it in the console's code page:
// the paths are set while that is UTF-8 and used after it is what it was, because
// variables keep their characters. The files come as Explorer quotes them, several
// at once. The window stays until it has been read.
func SendTo(program string, options []BatchOption) string {
	lines := []string{
		"@echo off",
		"setlocal DisableDelayedExpansion",
		`for /f "tokens=2 delims=:." %%c in ('chcp') do set "hbpage=%%c"`,
		"chcp 65001 >nul",
		batchSet("hbexe", program),
	}
	line := `"%hbexe%"`
	for _, o := range options {
		lines = append(lines, batchSet(o.Variable, o.Value))
		line += " " + o.Flag + ` "%` + o.Variable + `%"`
	}
	lines = append(lines, "chcp %hbpage% >nul", line+" %*", "pause")
	return strings.Join(lines, "\r\n") + "\r\n"
}

// batchSet sets a variable; in a batch file a percent sign is written twice.
func batchSet(name, value string) string {
	return `set "` + name + "=" + strings.ReplaceAll(value, "%", "%%") + `"`
}
