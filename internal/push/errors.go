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

// Cancelled is the operator's no when asked.
func Cancelled() error {
	return &Error{kind: "stopped", Message: "已取消，没有上传任何记录", Fix: "需要时重新执行同一命令"}
}
