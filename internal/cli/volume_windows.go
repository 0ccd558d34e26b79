package cli

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// volumeOf examines the disk under a folder: a share (\\server\folder) or a
// drive letter that stands for one is a network disk.
func volumeOf(dir string) (volume, error) {
	var v volume
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return v, err
	}
	if err := windows.GetDiskFreeSpaceEx(path, &v.free, nil, nil); err != nil {
		return v, err
	}
	name := filepath.VolumeName(dir)
	root, err := windows.UTF16PtrFromString(name + `\`)
	if err != nil {
		return v, err
	}
	if windows.GetDriveType(root) == windows.DRIVE_REMOTE || strings.HasPrefix(name, `\\`) && !strings.HasPrefix(name, `\\?\`) {
		v.network = name
	}
	return v, nil
}
