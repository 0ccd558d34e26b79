//go:build !linux && !darwin && !windows

package host

import "errors"

// VolumeOf knows nothing of this system's disks.
func VolumeOf(string) (Volume, error) { return Volume{}, errors.ErrUnsupported }
