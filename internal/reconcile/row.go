package reconcile

import (
	"strconv"

	"hbupload/internal/ledger"
	"hbupload/internal/spec"
)

// Row is a person of the list, as far as it is shown.
type Row struct {
	Sheet   *spec.SheetRef
	Line    int32 // as the spreadsheet program shows it
	Name    string
	Number  string // identity number; digits that cannot be trusted are masked
	Date    string // YYYY-MM-DD, "" where it cannot be read
	OrgCode string
	OrgName string
	Care    string
	Flag    string // 初检, 复查
	Key     string
}

// Ours is a record of ours with what the list may show of it.
type Ours struct {
	ID       int64 // the ledger's number of it; 0: never sent
	Key      string
	Name     string
	Number   string
	Date     string
	OrgCode  string
	OrgName  string
	Care     []string // code and name
	Flag     []string // code and name
	State    ledger.State
	Attempts int
	Sent     int64 // when the last attempt began, in microseconds; 0: none
	Resend   bool  // marked to be sent again already
	Bare     bool  // known by the ledger alone: there is nothing to compare
	Proved   bool  // known by the ledger alone, and the list showed who it is
}

// Kind is how a row and a record of ours stand to each other (help: 约定 3.3).
type Kind string

// The kinds.
const (
	exact      Kind = "exact"
	probable   Kind = "probable"
	conflict   Kind = "conflict"
	portalOnly Kind = "portal-only"
	oursOnly   Kind = "ours-only"
)

// Kinds lists them in the order of the outcome.
func Kinds() []Kind { return []Kind{exact, probable, conflict, portalOnly, oursOnly} }

// Label is a kind's name on the screen.
func (k Kind) Label() string {
	switch k {
	case exact:
		return "完全相符"
	case probable:
		return "可能是"
	case conflict:
		return "有出入"
	case portalOnly:
		return "只在平台"
	}
	return "只在本机"
}

// Match is one line of the outcome. Row is -1 for what is only ours, Ours is -1 for
// what is only there.
type Match struct {
	Kind    Kind
	Row     int
	Ours    int
	Settled ledger.How // "" for not settled
	Reason  string
}

// place is a row for a person.
func (r *Row) place() string {
	if r.Sheet == nil {
		return "第 " + strconv.Itoa(int(r.Line)) + " 行"
	}
	return r.Sheet.Name + " 第 " + strconv.Itoa(int(r.Line)) + " 行"
}

// blind reports whether a row names nobody.
func (r *Row) blind() bool {
	return visible(numberPattern(r.Number)) == 0 && visible(masked(bareName(r.Name))) == 0
}
