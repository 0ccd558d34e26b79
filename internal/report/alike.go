package report

import "hbupload/internal/pattern"

// reVarying are the parts of a platform's words that belong to one reply and not to
// its reason: the clock, the request's own id, how long it took, a counter.
var reVarying = pattern.New(`(?i)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[ T])?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?` +
	`|[0-9a-f]{4,}(?:-[0-9a-f]{4,}){2,}|[0-9a-f]{16,}|\d{10,}|@[0-9a-f]{5,8}|exec-\d+|\d+ ?(?:ms|毫秒)|第 ?\d+ ?[条行次个]`)

// alike is what refusals of one reason have in common, for grouping only: shown are
// the words of the first.
func alike(message string) string { return reVarying.ReplaceAllString(message, "*") }
