package host

import "os"

// Writable reports why a folder cannot be written. Windows answers that only to
// who tries.
func Writable(dir string) error {
	probe, err := os.CreateTemp(dir, ".doctor-*.tmp")
	if err != nil {
		return err
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
	return nil
}
