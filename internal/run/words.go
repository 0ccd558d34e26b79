package run

import (
	"fmt"
	"strings"
	"time"

	"hbupload/internal/ledger"
	"hbupload/internal/push"
)

// Ago is a span of time as people say it.
func Ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "不到 1 分钟"
	case d < time.Hour:
		return fmt.Sprintf("%d 分钟", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d 小时", int(d.Hours()))
	}
	return fmt.Sprintf("%d 天", int(d.Hours()/24))
}

// StateWord is a ledger's state in the words of the summary of a push: an operator
// who reads 结果不明 there must not look for another word in the history.
func StateWord(s ledger.State) string {
	switch s {
	case ledger.StateAccepted, ledger.StateRejected, ledger.StateInDoubt, ledger.StateUndelivered:
		return push.State(s).Label()
	}
	return s.Label()
}

// CountsText is a run's counts in words.
func CountsText(counts map[string]int) string {
	var parts []string
	for _, s := range push.States() {
		if n := counts[string(s)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", s.Label(), n))
		}
	}
	return strings.Join(parts, " ")
}
