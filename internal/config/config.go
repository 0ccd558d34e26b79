package config

import (
	"regexp"
	"time"

	"hbupload/internal/fault"
)

// Config is what the program uses: checked, defaults filled in.
type Config struct {
	File        string // "" when no file was found
	Profile     string
	Platform    Platform
	Institution map[string]string // field key → constant
	Upload      Upload
	Wire        Wire
	Spec        Spec
	Rules       map[string]string
	Aliases     map[string]map[string]string
	Sense       Sense
	DictMaxAge  time.Duration
	Sync        Sync
	DataDir     string // the profile's own folder, absolute
	Ledger      Ledger
	Warnings    []string

	origins map[string]Origin
	shown   map[string]string
}

// Platform is how the platform is reached and logged in to.
type Platform struct {
	BaseURL          string
	OrgName          string
	Username         string
	Password         Secret // clear, from the key, the environment or the file
	PasswordMD5      Secret
	PasswordFile     string // platform.password_file, absolute; "" without one
	PasswordKey      string // the key that gives the password, "" without one
	PasswordNote     string // what is peculiar about it, for the message of a refused login
	RequestEncoding  string
	LoginExtra       map[string]string
	Download         string
	AuthPrefix       string
	DuplicatePattern *regexp.Regexp
	BusyPattern      *regexp.Regexp
	TokenPattern     *regexp.Regexp
	Echo             string
	TokenTTL         time.Duration
	RefreshBefore    time.Duration
	Timeout          time.Duration
	Proxy            string
	CAFile           string
	Paths            Paths
}

// Paths are the four calls of the document's chapter 2.
type Paths struct{ Login, Refresh, Download, Upload string }

// Upload is how records are delivered.
type Upload struct {
	Concurrency   int
	Rate          float64
	Retries       int
	InDoubt       string
	RetryStatus   []int
	MaxRejections int
	MaxFailures   int
}

// Wire is the form of data.json.
type Wire struct{ Base64, Empty, ListSeparator, OccuDisease string }

// Spec holds the pins of help: 接口读法 3, 4.
type Spec struct {
	Codes        map[string][]string // prejob, suspected, contraindication, other_abnormal, active
	Dust         AddRemove
	Other        AddRemove
	Symbol       AddRemove
	Radiograph   AddRemove
	Numeric      AddRemove
	UrineClasses []string
	ItemsFile    string
}

// Sense is the checks of medical sense (help: 接口读法 4.7).
type Sense struct {
	Off       bool
	Deadline  int    // days from examination to report; 0 for none
	Catalogue string // "" for the one beside the configuration, or the program's own
}

// AddRemove corrects a list that the program finds by name.
type AddRemove struct{ Add, Remove []string }

// Sync is the unattended run.
type Sync struct {
	Inbox, Done, Failed, Pattern, OnFinish, ReportGroup string
	Settle                                              time.Duration
}

// Ledger is the ledger of several machines; the zero value is the embedded one in
// the data folder.
type Ledger struct {
	URL       Secret // postgres://…, maybe with a password
	KeyFile   string
	DeadAfter time.Duration
}

// Origin is where a value came from.
type Origin struct {
	From string // "flag", "env", "file", "profile", "default"
	Name string // the flag, variable or file with its line
}

// fail is a configuration that cannot be used: where (file and line, variable or
// flag), what is wrong, what to do. It is the operator's to mend.
func fail(where, message, next string) *fault.Error {
	return fault.New(fault.Config, message).At(where).Next(next)
}
