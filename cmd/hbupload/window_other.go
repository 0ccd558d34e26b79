//go:build !windows

package main

// doubleClicked returns false: only Windows opens a window of its own for a console program.
func doubleClicked() bool { return false }

// consoleColours does nothing: terminals elsewhere understand colours, or say so in TERM.
func consoleColours() bool { return true }
