//go:build !linux && !darwin && !windows

package host

import "errors"

// VolumeOf is not supported on this system.
func VolumeOf(string) (Volume, error) { return Volume{}, errors.ErrUnsupported }
