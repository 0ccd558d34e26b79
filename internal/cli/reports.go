package cli

import (
	"context"

	"hbupload/internal/report"
)

// report writes the reports beside the input and names them in r.
func (s *session) report(ctx context.Context, r *report.Result, o readOptions) error {
	return nil
}
