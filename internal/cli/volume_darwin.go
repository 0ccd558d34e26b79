package cli

import "golang.org/x/sys/unix"

// volumeOf examines the disk under a folder.
func volumeOf(dir string) (volume, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return volume{}, err
	}
	v := volume{free: st.Bavail * uint64(st.Bsize)}
	if st.Flags&unix.MNT_LOCAL == 0 {
		v.network = unix.ByteSliceToString(st.Fstypename[:])
	}
	return v, nil
}
