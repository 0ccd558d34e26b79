package ledger

import "context"

// reserve takes the slots of n claims, and says whether they may be made: a settle
// that failed is known before its slot is free.
func (r *Run) reserve(ctx context.Context, n int) error {
	for taken := range n {
		if err := r.slot(ctx); err != nil {
			r.release(taken)
			return err
		}
	}
	if err := r.ready(ctx); err != nil {
		r.release(n)
		return err
	}
	return nil
}

// slot waits for a slot. What would free one must not wait for a claim to come.
func (r *Run) slot(ctx context.Context) error {
	if r.slots == nil {
		return nil
	}
	select {
	case r.slots <- struct{}{}:
		return nil
	default:
	}
	r.l.w.urge()
	select {
	case r.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// release frees the slots of n claims that were not granted, or are settled.
func (r *Run) release(n int) {
	for range n {
		select {
		case <-r.slots:
		default: // the claim of another run
		}
	}
}
