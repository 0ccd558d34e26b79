package main

import (
	"fmt"
	"strings"
)

// file is a file of the standard library with what is changed in it.
type file struct {
	path  string // below src
	edits []edit
}

// edit replaces a text that stands exactly once.
type edit struct{ old, new string }

// apply makes the edits.
func (f file) apply(text string) (string, error) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for _, e := range f.edits {
		if n := strings.Count(text, e.old); n != 1 {
			return "", fmt.Errorf("this toolchain is not the one the edits were made for: %q stands %d times in %s, not once; "+
				"look at the file and change cmd/win7/edits.go, or use the toolchain that go.mod names", e.old, n, f.path)
		}
		text = strings.Replace(text, e.old, e.new, 1)
	}
	return text, nil
}

// files are the edits. Random numbers come from BCryptGenRandom of bcrypt.dll,
// which Windows Vista and later have, with the flag "the system's preferred
// generator" (2); it returns 0 where ProcessPrng returns true.
func files() []file {
	return []file{
		{"internal/syscall/windows/zsyscall_windows.go", []edit{
			{`sysdll.Add("bcryptprimitives.dll")`, `sysdll.Add("bcrypt.dll")`},
			{`modbcryptprimitives.NewProc("ProcessPrng")`, `modbcryptprimitives.NewProc("BCryptGenRandom")`},
			{
				"	r1, _, e1 := syscall.SyscallN(procProcessPrng.Addr(), uintptr(unsafe.Pointer(_p0)), uintptr(len(buf)))\n	if r1 == 0 {\n		err = errnoErr(e1)\n",
				"	status, _, _ := syscall.SyscallN(procProcessPrng.Addr(), 0, uintptr(unsafe.Pointer(_p0)), uintptr(len(buf)), 2)\n	if uint32(status) != 0 {\n		err = syscall.Errno(uint32(status))\n",
			},
		}},
		{"runtime/os_windows.go", []edit{
			{
				`bcryptprimitivesdll = [...]uint16{'b', 'c', 'r', 'y', 'p', 't', 'p', 'r', 'i', 'm', 'i', 't', 'i', 'v', 'e', 's', '.', 'd', 'l', 'l', 0}`,
				`bcryptprimitivesdll = [...]uint16{'b', 'c', 'r', 'y', 'p', 't', '.', 'd', 'l', 'l', 0}`,
			},
			{`throw("bcryptprimitives.dll not found")`, `throw("bcrypt.dll not found")`},
			{`[]byte("ProcessPrng\000")`, `[]byte("BCryptGenRandom\000")`},
			{
				"	if stdcall(_ProcessPrng, uintptr(unsafe.Pointer(&r[0])), uintptr(len(r)))&0xff != 0 {\n",
				"	if uint32(stdcall(_ProcessPrng, 0, uintptr(unsafe.Pointer(&r[0])), uintptr(len(r)), 2)) == 0 {\n",
			},
			// Long paths are opened with the prefix \\?\, as before Go 1.21: nothing is
			// written into the process environment block, whose layout is not documented.
			{
				"	bitField := (*byte)(unsafe.Pointer(stdcall(_RtlGetCurrentPeb) + PebBitFieldOffset))\n	*bitField |= IsLongPathAwareProcess\n\n	canUseLongPaths = true\n",
				"",
			},
		}},
	}
}
