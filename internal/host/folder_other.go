//go:build !unix

package host

// OwnFolder reports whether a folder can be trusted with what only its owner
// may read. Access lists decide that here.
func OwnFolder(string) (bool, error) { return true, nil }

// ShareFile does nothing: access lists are inherited from the folder.
func ShareFile(string, int) error { return nil }
