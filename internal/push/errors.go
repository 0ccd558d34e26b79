package push

// Error stops a run. What was accepted before stays accepted and is in the
// ledger.
type Error struct {
	kind    string
	Message string
	Fix     string
	Err     error
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Kind classifies the error for the exit code.
func (e *Error) Kind() string { return e.kind }

// Hint is what to do next.
func (e *Error) Hint() string { return e.Fix }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }
