package main

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// doubleClicked tells that the console belongs to this process alone: it was
// opened by Explorer and closes with us.
func doubleClicked() bool {
	var pids [2]uint32
	n, _, _ := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetConsoleProcessList").
		Call(uintptr(unsafe.Pointer(&pids[0])), uintptr(len(pids)))
	return n == 1
}
