// Package pattern holds regular expressions that are compiled when they are first
// used. The program has more than a hundred; compiling all of them at every start
// took 3 ms and 1 MB, while a run uses a few.
package pattern

import (
	"regexp"
	"sync"
)

// A Pattern is a regular expression of ours. A test of internal/house compiles
// every one, so that a mistake is found before somebody's first use of it.
type Pattern struct {
	text     string
	once     sync.Once
	compiled *regexp.Regexp
}

// New is a pattern of the program's own.
func New(text string) *Pattern { return &Pattern{text: text} }

// Regexp is the compiled expression.
func (p *Pattern) Regexp() *regexp.Regexp {
	p.once.Do(func() { p.compiled = regexp.MustCompile(p.text) })
	return p.compiled
}

// String is the expression as written.
func (p *Pattern) String() string { return p.text }
