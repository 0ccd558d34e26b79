//go:build !unix

package pgtest

import "os/exec"

// unable says why a server cannot run here.
func unable() string { return "its servers are started on Unix only" }

func give(string) error { return nil }

func asServer(*exec.Cmd) {}

func lock(string) (func(), error) { return func() {}, nil }
