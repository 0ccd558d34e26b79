// Package cli is the wiring: commands with their flags, the configuration and
// the rooms they need, and the one place that turns an error into a sentence
// and an exit code. A command is a constructor, an options struct and a run
// function; nothing here reads the process by itself.
package cli
