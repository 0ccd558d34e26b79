package report

// FileState is where a run of sync left a file.
type FileState string

// The states of a file.
const (
	FileDone       FileState = "done"       // everything accepted or skipped; moved to sync.done
	FileFailed     FileState = "failed"     // something to mend; moved to sync.failed with its report
	FileUnreadable FileState = "unreadable" // moved to sync.failed with a text that says why
	FileKept       FileState = "kept"       // stays in the inbox: not all of it is settled
	FileWaiting    FileState = "waiting"    // not read: still growing, open, or just changed
)

// Label is the state's name on the screen.
func (s FileState) Label() string {
	switch s {
	case FileDone:
		return "已完成"
	case FileFailed:
		return "需要修改"
	case FileUnreadable:
		return "无法读取"
	case FileKept:
		return "留待下次"
	case FileWaiting:
		return "尚未稳定"
	}
	return string(s)
}

// FileOutcome is what a run of sync did with a file of its inbox.
type FileOutcome struct {
	File    string    `json:"file"`
	Outcome FileState `json:"outcome"`
	To      string    `json:"moved_to"` // "" for a file that stays
	Records int       `json:"records"`
	Reason  string    `json:"reason,omitempty"`
	Reports []string  `json:"reports,omitempty"`
}

// ProfileOutcome is one profile's share of a run of sync --all-profiles.
type ProfileOutcome struct {
	Profile  string
	ExitCode int
	Records  int
	Stop     *Problem
}

type profileJSON struct {
	Profile  string       `json:"profile"`
	ExitCode int          `json:"exit_code"`
	Records  int          `json:"records"`
	Error    *problemJSON `json:"error,omitempty"`
}

func profilesJSON(all []ProfileOutcome) []profileJSON {
	var out []profileJSON
	for _, p := range all {
		j := profileJSON{Profile: p.Profile, ExitCode: p.ExitCode, Records: p.Records}
		if p.Stop != nil {
			j.Error = &problemJSON{Kind: p.Stop.Kind.String(), Message: p.Stop.Message, Hint: p.Stop.Hint, File: p.Stop.File}
		}
		out = append(out, j)
	}
	return out
}

// Counts are the counts of a result (help: 约定 3.2): every state, and the warnings.
func Counts(r *Result) map[string]int { return counts(r) }
