package cli

import (
	"context"

	"hbupload/internal/spec"
)

// people shows every person of exports to a visitor of each file, without checking
// them against the document's rules: for questions about what was sent before.
func (s *session) people(ctx context.Context, files []string, mapping string, begin func() spec.Visitor, end func(spec.Visitor)) error {
	if len(files) == 0 {
		return nil
	}
	tmp, remove, err := s.scratch()
	if err != nil {
		return err
	}
	defer remove()
	defer s.closeInputs()
	opts := s.mapping(sessionOptions{read: readOptions{mapping: mapping}, spool: tmp})
	if s.inputs, err = s.openInputs(ctx, files, opts); err != nil {
		return err
	}
	for _, in := range s.inputs {
		v := begin()
		if err := in.Each(ctx, v); err != nil {
			return err
		}
		end(v)
	}
	return nil
}
