package run

import (
	"context"
	"fmt"
	"strings"

	"hbupload/internal/fault"
	"hbupload/internal/ledger"
	"hbupload/internal/push"
	"hbupload/internal/report"
)

// The numbers of records above which push asks before it sends.
const (
	askOnEmptyLedger = 100
	askAbove         = 1000
)

// Confirm warns before the first push of a ledger, and asks where a person is
// there to answer: after a drag, or for a large push on a terminal. A large first
// push is never sent without a word: a ledger that was lost looks like a new one.
func (s *Session) Confirm(ctx context.Context, led *ledger.Ledger, o PushOptions) error {
	n := s.Batch.Sendable()
	if n == 0 || o.Sandbox {
		return nil
	}
	empty, err := led.Empty(ctx)
	if err != nil {
		return err
	}
	if empty {
		s.Say("注意：台账是空的，将上传 %d 条记录。若其中有以前用别的方式传过的，请先用 hbupload adopt 登记，以免重复", n)
	}
	large := empty && n > askOnEmptyLedger
	if o.Yes || !o.Ask && !large && n <= askAbove {
		return nil
	}
	if s.StdinTTY && s.StderrTTY {
		return ask(s, n)
	}
	if large {
		return fault.Newf(fault.Usage, "台账是空的，而要上传 %d 条记录；没有上传", n).
			Next("确认这些记录从未传过，再加 --yes；传过的先用 hbupload adopt 登记，丢了的台账先用 hbupload ledger restore 恢复")
	}
	return nil
}

// ask shows what the operator is about to answer for, and asks whether to send it.
func ask(s *Session, n int) error {
	report.Findings(s.Stderr, s.Batch.Findings, FixOf, s.Style(s.StderrTTY))
	fmt.Fprintf(s.Stderr, "将上传 %d 人（%s）。继续吗？[y/N] ", n, Withheld(s.Batch.Records))
	var answer string
	_, _ = fmt.Fscanln(s.Stdin, &answer)
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes", "是":
		return nil
	}
	return push.Cancelled()
}

// Withheld counts those who are not going to be sent, for the question.
func Withheld(records []push.Record) string {
	c := push.Counts(records)
	parts := []string{fmt.Sprintf("%s %d", push.Invalid.Label(), c[push.Invalid]), fmt.Sprintf("%s %d", push.Skipped.Label(), c[push.Skipped])}
	for _, state := range []push.State{push.Changed, push.InDoubt} {
		if c[state] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", state.Label(), c[state]))
		}
	}
	return strings.Join(parts, "，")
}
