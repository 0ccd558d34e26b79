package host

import (
	"golang.org/x/sys/unix"
)

// networkDisks are the file systems on which another machine keeps the files.
func networkDisks() map[int64]string {
	return map[int64]string{
		unix.NFS_SUPER_MAGIC: "NFS", unix.SMB_SUPER_MAGIC: "SMB", unix.CIFS_SUPER_MAGIC: "CIFS", unix.SMB2_SUPER_MAGIC: "SMB",
		unix.V9FS_MAGIC: "9p", unix.AFS_SUPER_MAGIC: "AFS", unix.CODA_SUPER_MAGIC: "Coda", unix.NCP_SUPER_MAGIC: "NCP",
		unix.CEPH_SUPER_MAGIC: "Ceph", unix.FUSE_SUPER_MAGIC: "FUSE（如 sshfs）",
	}
}

// VolumeOf examines the disk under a folder.
func VolumeOf(dir string) (Volume, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return Volume{}, err
	}
	return Volume{Free: st.Bavail * uint64(st.Bsize), Network: networkDisks()[int64(st.Type)]}, nil //nolint:unconvert // 32 bits on some processors
}
