package table

import (
	"cmp"
	"path"
	"strings"
)

// inOrder compares two files of a folder or zip by their names as a person counts
// them: 2月 before 10月, 体检项目 before 体检项目(2).
func inOrder(a, b string) int {
	return cmp.Or(counted(stem(a), stem(b)), cmp.Compare(a, b))
}

func stem(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	return strings.TrimSuffix(name, path.Ext(name))
}

// counted compares two names, runs of digits as numbers.
func counted(a, b string) int {
	for a != "" && b != "" {
		x := digits(a)
		y := digits(b)
		if x == "" || y == "" {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a = a[1:]
			b = b[1:]
			continue
		}
		short := strings.TrimLeft(x, "0")
		other := strings.TrimLeft(y, "0")
		if order := cmp.Or(cmp.Compare(len(short), len(other)), cmp.Compare(short, other)); order != 0 {
			return order
		}
		a = a[len(x):]
		b = b[len(y):]
	}
	return cmp.Compare(len(a), len(b))
}

// digits is the run of digits that a name begins with.
func digits(s string) string {
	return s[:len(s)-len(strings.TrimLeft(s, "0123456789"))]
}
