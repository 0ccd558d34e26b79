package host

import "golang.org/x/sys/unix"

// VolumeOf examines the disk under a folder.
func VolumeOf(dir string) (Volume, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return Volume{}, err
	}
	v := Volume{Free: st.Bavail * uint64(st.Bsize)}
	if st.Flags&unix.MNT_LOCAL == 0 {
		v.Network = unix.ByteSliceToString(st.Fstypename[:])
	}
	return v, nil
}
