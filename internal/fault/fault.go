// Package fault is the one error of the house: what stopped a command, in the
// words an operator reads, with the kind that decides the exit code.
//
// A bad row of an export is no error but a finding (package rules). A package
// keeps an error type of its own only where it carries data that a caller reads;
// such a type has the methods of Told.
package fault

import (
	"errors"
	"fmt"
)

// Error stops a command. It is made with New and completed with the methods that
// return it; it is not changed afterwards.
type Error struct {
	// What sort of error it is.
	kind Kind
	// One Chinese sentence without a full stop, never with a person's data.
	message string
	// What to do next, Chinese, one line a step; "" when there is nothing to say.
	next string
	// Where it stands: a file with its line, a key, a variable. It opens the sentence.
	place string
	// The input file concerned, for --json; "" for none.
	file string
	// The technical cause, for the log and errors.Is; it is not shown.
	cause error
}

// New is an error of the given kind. The sentence is Chinese, names no person and
// ends without a full stop.
func New(kind Kind, message string) *Error {
	return &Error{kind: kind, message: message}
}

// Newf is New with a sentence made by fmt.Sprintf.
func Newf(kind Kind, format string, args ...any) *Error {
	return New(kind, fmt.Sprintf(format, args...))
}

// Next adds what to do next.
func (e *Error) Next(text string) *Error {
	c := *e
	c.next = text
	return &c
}

// At adds the place the sentence begins with.
func (e *Error) At(place string) *Error {
	c := *e
	c.place = place
	return &c
}

// In adds the input file concerned, which is also the place unless there is one.
func (e *Error) In(file string) *Error {
	c := *e
	c.file = file
	if c.place == "" {
		c.place = file
	}
	return &c
}

// By adds the cause.
func (e *Error) By(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Error is the sentence, with the place in front.
func (e *Error) Error() string {
	if e.place == "" {
		return e.message
	}
	return e.place + "：" + e.message
}

// Kind decides the exit code.
func (e *Error) Kind() Kind { return e.kind }

// Hint is what to do next.
func (e *Error) Hint() string { return e.next }

// File is the input file concerned, "" for none.
func (e *Error) File() string { return e.file }

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.cause }

// Told is an error that can be shown to an operator as it is.
type Told interface {
	error
	Kind() Kind
	Hint() string
}

// Of is the first error in the chain that can be shown, nil if there is none.
func Of(err error) Told {
	var t Told
	if errors.As(err, &t) {
		return t
	}
	return nil
}

// KindOf is the kind of an error; an unforeseen one is Internal.
func KindOf(err error) Kind {
	if t := Of(err); t != nil {
		return t.Kind()
	}
	return Internal
}

// Is reports whether an error is of one of the kinds.
func Is(err error, kinds ...Kind) bool {
	t := Of(err)
	if t == nil {
		return false
	}
	for _, k := range kinds {
		if t.Kind() == k {
			return true
		}
	}
	return false
}
