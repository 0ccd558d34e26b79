package spec

// Severity of a finding.
type Severity string

// The severities; an error withholds the record.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Off     Severity = "off"
)

// Finding is one fault of the input, at the cell that someone must change.
type Finding struct {
	Key      string // records[].key; "" when it concerns no record
	Record   int    // ordinal of the record in the input, -1 when it concerns none
	Place    Place
	Field    FieldID // NoField when it concerns no single field
	Path     string  // JSON path of the field, "" for helpers and whole-input findings
	Rule     RuleID
	Severity Severity
	Message  string   // Chinese, never quotes an identity number, phone or name in full
	Cause    string   // what findings of one cause have in common, for grouping on the screen
	Nearest  []string // dictionary entries that may be meant, "code name"
	Word     string   // the local word that no code was found for, which may be learned; "" for other findings
	Advice   string   // which of the nearest this record may use, "" where any or unknown
}
