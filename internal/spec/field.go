package spec

import (
	"slices"
	"strconv"
)

// FieldID names one field of the document's chapter 3.1, or one helper column
// that a check needs and that is never sent. The order is the order in which
// data.json is written (help: 接口读法 S1).
type FieldID uint8

// The scalars of ohEmployees.
const (
	OhOrgCode FieldID = iota
	EmpOrgName
	EmpOrgBizCode
	PeFlag
	PeDate
	PatientName
	IDType
	IDCard
	SexCode
	Birthday
	Age
	EmpPhone
	HazardNames
	HazardOther
	ContactHazardCode
	ContactHazardOther
	TypeOfWorkCode
	TypeOfWorkOther
	EmployerEnterpriseName
	EmployerCreditCode
	PreparerName
	PreparerPhone
	PreparerDate
	ReportOrgName
	Propose
	ProtectiveEquipmentCode
	EmergencyContact
	EmergencyContactNumber

	// personalHistory
	SmokingStatus
	PersonalHistoryYear
	PersonalHistoryMonth
	DailySmokingVolum

	// Columns of the person sheet that are read for a check and never sent.
	ExamKey
	EmpOrgIndustry
	EmployerIndustry

	numPerson
)

// The fields of one ohEmpHazard.
const (
	CareTypeCode FieldID = numPerson + iota
	HazardCode
	MonitorTypeCode
	ResultOptionCode
	OccDiseaseCode
	OtherContent
	IsMain
	HazardStartDate
	HazardYear
	HazardMonth
	HazardDay
	EnterpriseName
	EnterpriseBizCode

	endHazard
)

// The fields of one ohItemResult, with the class it stands in.
const (
	ItemClassName FieldID = endHazard + iota
	ItemCode
	DataVersion
	Result
	UpperLimit
	LowerLimit
	Unit
	ResultFlag
	RadiographResult

	endItem
)

const (
	numHazard = int(endHazard - numPerson)
	numItem   = int(endItem - endHazard)

	// NoField marks a finding that concerns no single field.
	NoField FieldID = 255
)

// Section is the node of data.json in which a field stands.
type Section uint8

// The sections; Helper fields stand in none.
const (
	SectionPerson Section = iota
	SectionHistory
	SectionHelper
	SectionHazard
	SectionItem
)

// Kind says how a cell becomes a field's text.
type Kind uint8

// The kinds of fields.
const (
	KindText     Kind = iota // as written, outer blanks trimmed
	KindDigits               // width folded, no inner blanks: phones, organisation codes
	KindIdentity             // the identity number: width folded, blanks dropped, upper case
	KindDate                 // strict YYYY-MM-DD
	KindNumber               // a number that is not negative, shortest decimal
	KindCode                 // an entry of a downloaded dictionary
	KindCodeList             // several entries of a dictionary in one cell
	KindNameList             // names of entries, derived (hazardNames)
	KindEnum                 // an entry of one of the document's own tables
	KindResult               // an examination's result: text or number, may carry a sign
	KindLimit                // a bound of the reference range: number or text
	KindKey                  // the exam key: width folded, outer blanks trimmed
)

// SheetID is one of the three sheets of the standard workbook.
type SheetID uint8

// The sheets of the standard workbook.
const (
	SheetPerson SheetID = iota
	SheetHazard
	SheetItem
	NumSheets
)

// String is the sheet's name in the standard workbook.
func (s SheetID) String() string {
	switch s {
	case SheetPerson:
		return "体检信息"
	case SheetHazard:
		return "危害因素"
	case SheetItem:
		return "体检项目"
	}
	return "?"
}

// Field is one row of the specification.
type Field struct {
	ID       FieldID
	Key      string   // the JSON key, spelled as the document spells it
	Label    string   // the header in the standard workbook
	Aliases  []string // other headers that mean the same, the document's own label first
	Section  Section
	Kind     Kind
	Required bool   // "不可为空" without a condition
	Dict     string // the download code whose entries the field takes (KindCode, KindCodeList)
	Enum     EnumID // for KindEnum
	Clause   string // where the document says so
	Note     string // what the document asks of the value, for template and help
}

// Sheet is the sheet of the standard workbook that carries the field.
func (f Field) Sheet() SheetID {
	switch f.Section {
	case SectionHazard:
		return SheetHazard
	case SectionItem:
		return SheetItem
	default:
		return SheetPerson
	}
}

// Sent reports whether the field appears in data.json.
func (f Field) Sent() bool { return f.Section != SectionHelper }

// Field is the specification's row for id. It panics on NoField, which is a
// mistake in the program and never one of the data.
func (id FieldID) Field() Field { return allFields()[id] }

// Key is the JSON key of the field.
func (id FieldID) Key() string {
	if id == NoField {
		return ""
	}
	return allFields()[id].Key
}

// Label is the field's header in the standard workbook.
func (id FieldID) Label() string {
	if id == NoField {
		return ""
	}
	return allFields()[id].Label
}

// Fields lists the fields of the given sections in the order of data.json, or
// all of them.
func Fields(sections ...Section) []Field {
	all := allFields()
	if len(sections) == 0 {
		return slices.Clone(all[:])
	}
	var out []Field
	for _, f := range all {
		for _, s := range sections {
			if f.Section == s {
				out = append(out, f)
			}
		}
	}
	return out
}

// SheetFields lists the columns of a sheet of the standard workbook, in the
// order in which template writes them. The hazard and item sheets begin with
// the exam key, which their own rows only refer to.
func SheetFields(s SheetID) []Field {
	order := personColumns()
	switch s {
	case SheetHazard:
		order = hazardColumns()
	case SheetItem:
		order = itemColumns()
	}
	all := allFields()
	out := make([]Field, len(order))
	for i, id := range order {
		out[i] = all[id]
	}
	return out
}

// Path is the field's name in findings: "idcard", "personalHistory.smokingStatus",
// "ohEmpHazard[0].hazardCode" or "ohItemClassResult[1].ohItemResult[2].result".
// i is the hazard's or the class's index, j the item's within its class.
func (id FieldID) Path(i, j int) string {
	if id == NoField {
		return ""
	}
	f := id.Field()
	switch f.Section {
	case SectionHistory:
		return "personalHistory." + f.Key
	case SectionHazard:
		return "ohEmpHazard[" + strconv.Itoa(i) + "]." + f.Key
	case SectionItem:
		class := "ohItemClassResult[" + strconv.Itoa(i) + "]."
		if id == ItemClassName {
			return class + f.Key
		}
		return class + "ohItemResult[" + strconv.Itoa(j) + "]." + f.Key
	default:
		return f.Key
	}
}
