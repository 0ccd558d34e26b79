package spec

import "strings"

// RuleID is the stable name of a check: the contract between findings, the
// catalogue, the configuration and the documents. What each means stands in
// the catalogue of internal/rules.
type RuleID string

// The checks of help: 接口读法 4.
const (
	// of the input as a whole
	RowOrphan         RuleID = "row-orphan"
	KeyDuplicate      RuleID = "key-duplicate"
	CellErrorRule     RuleID = "cell-error"
	FormulaUncached   RuleID = "formula-uncached"
	BeyondHeader      RuleID = "beyond-header"
	ColumnConflict    RuleID = "column-conflict"
	IdentityDuplicate RuleID = "identity-duplicate"
	IdentityRepeated  RuleID = "identity-repeated"
	IdentityCollision RuleID = "identity-collision"
	KeyIdentity       RuleID = "key-identity-changed"
	IdentitySameDay   RuleID = "identity-same-day"
	CodeBook          RuleID = "code-book"
	AnswerUnclear     RuleID = "answer-unclear"

	// cells that are not what they seem (help: 接口读法 3)
	AutoConverted RuleID = "auto-converted"
	DamagedText   RuleID = "damaged-text"
	NullWord      RuleID = "null-word"
	Placeholder   RuleID = "placeholder"
	PrecisionLost RuleID = "precision-lost"

	// general
	Required      RuleID = "required"
	DateFormat    RuleID = "date-format"
	NumberFormat  RuleID = "number-format"
	Enum          RuleID = "enum"
	UnknownCode   RuleID = "unknown-code"
	AmbiguousName RuleID = "ambiguous-name"

	// 4.1 the person
	USCCChecksum          RuleID = "uscc-checksum"
	DateOrder             RuleID = "date-order"
	SexMatchesIDCard      RuleID = "sex-matches-idcard"
	IDCardChecksum        RuleID = "idcard-checksum"
	IDCardPrecisionLost   RuleID = "idcard-precision-lost"
	IDCardTwoNames        RuleID = "idcard-two-names"
	PhoneFormat           RuleID = "phone-format"
	BirthdayMatchesIDCard RuleID = "birthday-matches-idcard"
	AgeMatchesDates       RuleID = "age-matches-dates"
	HazardNamesMatch      RuleID = "hazard-names-match"
	HazardOtherRequired   RuleID = "hazard-other-required"
	HazardOtherSuspect    RuleID = "hazard-other-suspected"
	ContactCoversExamined RuleID = "contact-covers-examined"
	ContactOtherRequired  RuleID = "contact-other-required"
	WorkTypeMonitor       RuleID = "work-type-monitor"
	WorkTypeIndustry      RuleID = "work-type-industry"
	IndustryUncomparable  RuleID = "industry-uncomparable"
	IndustryMissing       RuleID = "industry-missing"
	WorkTypeOtherRequired RuleID = "work-type-other-required"
	WorkTypeOtherSuspect  RuleID = "work-type-other-suspected"
	LabourDispatchName    RuleID = "labour-dispatch-name"
	LabourDispatchCode    RuleID = "labour-dispatch-code"
	LabourDispatchSuspect RuleID = "labour-dispatch-suspected"
	ProtectiveRequired    RuleID = "protective-required"

	// 4.2 personal history
	SmokingMonthRange RuleID = "smoking-month-range"
	SmokingConsistent RuleID = "smoking-consistent"
	Fraction          RuleID = "fraction"

	// 4.3 hazards
	HazardRequired           RuleID = "hazard-required"
	HazardDuplicate          RuleID = "hazard-duplicate"
	HazardTwoConclusions     RuleID = "hazard-two-conclusions"
	MainDust                 RuleID = "main-dust"
	MainNotDust              RuleID = "main-not-dust"
	CareTypeConsistent       RuleID = "care-type-consistent"
	MonitorTypeMixed         RuleID = "monitor-type-mixed"
	SuspectedDiseaseRequired RuleID = "suspected-disease-required"
	DiseaseNotAllowed        RuleID = "disease-not-allowed"
	OtherContentRequired     RuleID = "other-content-required"
	OtherContentMatches      RuleID = "other-content-matches"
	PrejobSuspectedEmployer  RuleID = "prejob-suspected-employer"
	ExposureRequired         RuleID = "exposure-required"
	ExposureRange            RuleID = "exposure-range"

	// 4.4 items
	ItemRequired         RuleID = "item-required"
	ItemRepeated         RuleID = "item-repeated"
	ItemDuplicate        RuleID = "item-duplicate"
	ItemClassMatches     RuleID = "item-class-matches"
	NumericResult        RuleID = "numeric-result"
	NumericSuspected     RuleID = "numeric-suspected"
	SymbolRequired       RuleID = "symbol-required"
	SymbolConflict       RuleID = "symbol-conflict"
	SymbolNotAllowed     RuleID = "symbol-not-allowed"
	FlagMatchesLimits    RuleID = "flag-matches-limits"
	FlagMatchesRadiogr   RuleID = "flag-matches-radiograph"
	NotExaminedMismatch  RuleID = "not-examined-mismatch"
	LimitsRequired       RuleID = "limits-required"
	LimitsOrder          RuleID = "limits-order"
	UnitRequired         RuleID = "unit-required"
	UnitMatches          RuleID = "unit-matches"
	RadiographRequired   RuleID = "radiograph-required"
	RadiographNotAllowed RuleID = "radiograph-not-allowed"
	RadiographSuspected  RuleID = "radiograph-suspected"

	// 4.7 medical sense
	SenseRange      RuleID = "sense-range"
	SenseUnit       RuleID = "sense-unit"
	SensePair       RuleID = "sense-pair"
	SenseAge        RuleID = "sense-age"
	SenseSex        RuleID = "sense-sex"
	SenseConclusion RuleID = "sense-conclusion"
	SenseDisease    RuleID = "sense-disease"
	SenseExpected   RuleID = "sense-expected"
	SenseLate       RuleID = "sense-late"
	SensePhone      RuleID = "sense-phone"
	SenseSame       RuleID = "sense-same-results"
	SenseTwice      RuleID = "sense-examined-twice"
	SenseSmoking    RuleID = "sense-smoking"
	SenseMedian     RuleID = "sense-median"
)

// Sense reports whether a rule is of medical sense, which the document does not
// state: its findings warn, also under --strict.
func (id RuleID) Sense() bool { return strings.HasPrefix(string(id), "sense-") }
