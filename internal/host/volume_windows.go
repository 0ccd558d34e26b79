package host

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// VolumeOf examines the disk under a folder: a share (\\server\folder) or a
// drive letter that stands for one is a network disk.
func VolumeOf(dir string) (Volume, error) {
	var v Volume
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return v, err
	}
	if err := windows.GetDiskFreeSpaceEx(path, &v.Free, nil, nil); err != nil {
		return v, err
	}
	name := filepath.VolumeName(dir)
	root, err := windows.UTF16PtrFromString(name + `\`)
	if err != nil {
		return v, err
	}
	if windows.GetDriveType(root) == windows.DRIVE_REMOTE || strings.HasPrefix(name, `\\`) && !strings.HasPrefix(name, `\\?\`) {
		v.Network = name
	}
	return v, nil
}
