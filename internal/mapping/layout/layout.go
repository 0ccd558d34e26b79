// Package layout is the mapping file: the YAML by which somebody else's export
// is described without writing code. Parse turns the text into a checked
// Layout, or tells all that is wrong with it at once, each with its line and
// column. What a Layout does to an input is internal/mapping's business.
//
//	name: 某医院体检系统                    # how the mapping is called
//	fingerprint: 5be1…                     # of the header it was made for
//	recheck: inherit                       # help: 接口读法 4.5, off when absent
//	unmarked: by_limits                    # numbers without a mark are compared with their limits
//	blank: [/, "-", 无]                     # cells that say "nothing"
//	tables:                                # local words → what the platform knows
//	  监护种类: {岗中: 在岗期间}
//	  项目: {file: 项目对照.csv}             # or {sheet: 项目对照}, two columns
//	sheets:
//	  - sheet: 1.体检信息                    # name, or /pattern/; absent: the only sheet
//	    file: 人员.xlsx                     # of several files: name, or /pattern/; absent: any
//	    header: [2, 3]                     # absent: found
//	    rows: person                       # or repeated: several rows a person
//	    where: {column: 类别, equals: 职业}  # other rows are not read
//	    key: 体检编号                       # one column, or several joined, or {column, values: table}
//	    first: 对应初检编号                  # on re-examinations: the key of the first one
//	    columns: [体检编号, 姓名]            # the header seen when the mapping was made
//	    person: {姓名: 姓名, 性别: {column: 性别, values: {M: 男}}}
//	    every_hazard: {监护种类: 体检类型}    # fills blanks of each hazard of the person
//	    hazards: [{危害因素: {column: 危害因素, split: true}, 接害工龄: 工龄}]
//	    items: [{检查结果: "{item}结果", 参考范围: "{item}参考范围"}]
//
// A rule is a header, a mapping of the keys of ruleKeys, or a list of them of
// which the first that gives something counts.
package layout

import (
	"regexp"

	"hbupload/internal/spec"
)

// Layout is a checked mapping file.
type Layout struct {
	File        string // as errors and notes name it
	Name        string
	Fingerprint string // of the header the mapping was made for, "" if it does not say
	Unlined     bool   // its text was made from a workbook: nobody has seen its lines
	Inherit     bool   // recheck: inherit
	ByLimits    bool   // unmarked: by_limits
	Blank       []string
	Sheets      []*Sheet
	Tables      []*Table // all of them, the inline ones included
}

// Sheet is how one sheet of the export is read.
type Sheet struct {
	Line        int
	Name        string         // exact name; "" if Pattern or the only sheet
	Pattern     *regexp.Regexp // of the name
	File        string         // of several files, the name of the one that is meant; "": any
	FilePattern *regexp.Regexp // of its name, from the folder or zip on
	HeaderRows  []int32        // told header rows; empty: found
	Repeated    bool           // several rows a person, whose columns repeat or stand blank
	Partial     bool           // built in: what columns there are are read, and the sheet itself may be missing
	Signs       []spec.FieldID // built in: with the key, what a sheet of another name is known by
	Where       []Cond         // rows for which one of them does not hold are not read
	Key         []Ref          // columns of the exam key; several are joined
	KeyValues   *Table         // another number → the exam key, e.g. of bar codes
	First       *Ref           // column with the exam key of the first examination, on rows of re-examinations
	Columns     []string       // the header seen when the mapping was made
	Person      []*Rule
	EveryHazard []*Rule
	Hazards     []*Group
	Items       []*Group
}

// Group makes hazards or items of a row.
type Group struct {
	Line   int
	Rules  []*Rule
	Merge  bool   // hazards: complete those with the same code that other sheets gave
	Holder string // "{item}" or "{n}" when the headers hold a placeholder
	Names  *Table // {item} → platform code
}

// Rule feeds one field: the first case that gives something counts.
type Rule struct {
	Field spec.FieldID
	Whole string // the word for several fields that it was written as, or ""
	Line  int
	Cases []*Case
}

// Case is one way to a value.
type Case struct {
	Line     int
	When     []Cond
	Columns  []Ref  // several are joined by With
	With     string // between joined columns
	Constant string // when there are no columns
	Match    *regexp.Regexp
	Group    int // of Match
	Take     Take
	Values   *Table
	Blank    []string // beside the layout's
	Default  string   // for blanks, declared
	Part     bool     // one of several fields fed from one cell: Default stands for a part that is not written, not for a blank cell
	Split    bool     // the cell holds several entries
	Ticked   bool     // the headers of those columns that are ticked, as a list
	Hazard   bool     // the text says something of several hazards; what it says of this one counts
}

// Cond is one condition on a cell of the row.
type Cond struct {
	Line     int
	Column   Ref
	Blank    bool
	NotBlank bool
	Equals   []string
	Matches  *regexp.Regexp
}

// Ref names a column.
type Ref struct {
	Line    int
	Names   []string // header and aliases, tried in order; may hold a placeholder
	Number  int32    // 1-based position, 0 if by name
	Pattern *regexp.Regexp
}

// Label is the column as messages name it.
func (r Ref) Label() string {
	switch {
	case len(r.Names) > 0:
		return r.Names[0]
	case r.Pattern != nil:
		return "/" + r.Pattern.String() + "/"
	case r.Number > 0:
		return "第 " + spec.ColumnName(int(r.Number)) + " 列"
	}
	return ""
}

// Table translates local words.
type Table struct {
	Line  int
	Name  string // "" for one that stands inside its rule
	Words map[string]Word
	File  string // a CSV or workbook beside the mapping file
	Sheet string // a sheet of the export itself, or of File
	From  string // header of the local words; "": the first column
	To    string // header of their meaning; "": the second column
}

// Word is one line of a table.
type Word struct {
	Text string
	Line int
}

// Named is a constant that stands for the item's name in the header.
const Named = HolderItem

// Skip is the word by which a table says that an item is not uploaded.
const Skip = "不上传"

// The placeholders of headers.
const (
	HolderItem = "{item}"
	HolderN    = "{n}"
)
