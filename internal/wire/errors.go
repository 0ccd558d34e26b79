package wire

// Error is a fault that stops a command. It carries the kind from which the
// exit code is made and a hint of what to do next.
type Error struct {
	kind string
	text string
	hint string
	err  error
}

// Error is one Chinese sentence without personal data.
func (e *Error) Error() string { return e.text }

// Kind is "config" for a bad option, "input" for an unreadable file.
func (e *Error) Kind() string { return e.kind }

// Hint says what to do next; it may be empty.
func (e *Error) Hint() string { return e.hint }

// Unwrap is the cause, if there is one.
func (e *Error) Unwrap() error { return e.err }

func inputError(text, hint string, cause error) error {
	return &Error{kind: "input", text: text, hint: hint, err: cause}
}
