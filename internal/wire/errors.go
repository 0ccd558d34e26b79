package wire

import "hbupload/internal/fault"

// inputError is a file that cannot be read.
func inputError(text, hint string, cause error) error {
	return fault.New(fault.Input, text).Next(hint).By(cause)
}
