//go:build !linux && !darwin && !windows

package cli

import "errors"

// volumeOf knows nothing of this system's disks.
func volumeOf(string) (volume, error) { return volume{}, errors.ErrUnsupported }
