//go:build !linux && !windows

package inbox

func renameNew(from, to string) error { return renameChecked(from, to) }
