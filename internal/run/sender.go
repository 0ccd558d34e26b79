package run

import (
	"context"

	"hbupload/internal/platform"
	"hbupload/internal/wire"
)

// sender carries records to the platform.
type sender struct{ client *platform.Client }

// Ready implements push.Sender.
func (s sender) Ready(ctx context.Context) error { return s.client.EnsureToken(ctx) }

// Send implements push.Sender.
func (s sender) Send(ctx context.Context, zip []byte, confirm func(context.Context) error) wire.Outcome {
	return s.client.Upload(ctx, zip, confirm)
}

// Distrust implements push.Suspicious.
func (s sender) Distrust() { s.client.Distrust() }
