package main

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// doubleClicked reports whether the console belongs to this process alone: it was
// opened by Explorer and closes with us.
func doubleClicked() bool {
	var pids [2]uint32
	n, _, _ := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetConsoleProcessList").
		Call(uintptr(unsafe.Pointer(&pids[0])), uintptr(len(pids)))
	return n == 1
}

// consoleColours asks the consoles behind stdout and stderr to understand
// colours. An old one cannot and would show the codes as rubbish. The encoding
// needs no such care: Go hands a console UTF-16, whatever its code page.
func consoleColours() bool {
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		var mode uint32
		h := windows.Handle(f.Fd())
		if windows.GetConsoleMode(h, &mode) != nil {
			continue // a file or a pipe, which gets no colours anyway
		}
		if windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) != nil {
			return false
		}
	}
	return true
}
