package fault

// Kind says what sort of thing went wrong. It is a number of its own, so that a
// kind which is not in this table does not compile; scripts see its name.
type Kind uint8

// The kinds of errors. Their names stand in --json as error.kind; Code tells the
// exit code of each.
const (
	Internal    Kind = iota // a mistake of this program
	Usage                   // a command line that cannot be understood
	Config                  // configuration, mapping or folder that cannot be used
	Input                   // a file that cannot be read
	Dictionary              // a dictionary that is missing or not understood
	Auth                    // the platform refused the credentials
	Unreachable             // the platform or the ledger's database cannot be reached
	Rejected                // the platform refused
	InDoubt                 // it is not known whether the platform has it
	Stopped                 // a run that ended before its last record
	Locked                  // another run holds the ledger
	Interrupted             // Ctrl-C or a signal
	kinds                   // their number
)

// String is the kind's name in --json.
func (k Kind) String() string {
	names := []string{
		Internal:    "internal",
		Usage:       "usage",
		Config:      "config",
		Input:       "input",
		Dictionary:  "dictionary",
		Auth:        "auth",
		Unreachable: "unreachable",
		Rejected:    "rejected",
		InDoubt:     "in-doubt",
		Stopped:     "stopped",
		Locked:      "locked",
		Interrupted: "interrupted",
	}
	if int(k) < len(names) {
		return names[k]
	}
	return names[Internal]
}

// The exit codes of the program (help: 约定, 退出码).
const (
	ExitOK        = 0
	ExitInternal  = 1
	ExitUsage     = 2 // usage, configuration, dictionaries or input: nothing was sent
	ExitFindings  = 3 // finished, but some records or rows need a person
	ExitDelivery  = 4 // something is undelivered or in doubt
	ExitLocked    = 5 // another run holds the lock
	ExitInterrupt = 130
)

// Code is the exit code of a command that an error of this kind ended before it
// had finished.
func (k Kind) Code() int {
	switch k {
	case Usage, Config, Input, Dictionary:
		return ExitUsage
	case Auth, Unreachable, Rejected, InDoubt, Stopped:
		return ExitDelivery
	case Locked:
		return ExitLocked
	case Interrupted:
		return ExitInterrupt
	case Internal, kinds:
	}
	return ExitInternal
}
