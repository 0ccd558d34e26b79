package push

import "context"

// Build hands out the zip of every record that is still Valid, and marks it
// Built.
func (b *Batch) Build(ctx context.Context, write func(r *Record, zip []byte) error) error {
	for i := range b.Records {
		if b.Records[i].State != Valid {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		out, err := b.open(i)
		if err != nil {
			return err
		}
		if err := write(&b.Records[i], out.zip); err != nil {
			return err
		}
		b.Records[i].State = Built
	}
	return nil
}

// Sendable counts the records that the second pass would send.
func (b *Batch) Sendable() int { return Counts(b.Records)[Valid] }

// Close removes the spool.
func (b *Batch) Close() {
	if b.spool != nil {
		b.spool.Close()
		b.spool = nil
	}
}

// Abandon marks everything that was to be sent as not tried.
func (b *Batch) Abandon() {
	for i := range b.Records {
		if b.Records[i].State == Valid {
			b.Records[i].State = Pending
		}
	}
}
