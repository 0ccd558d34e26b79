package host

// Volume is the disk under a folder.
type Volume struct {
	Free    uint64 // bytes for us
	Network string // kind of network disk, "" for a local one
}
