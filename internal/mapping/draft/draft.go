// Package draft writes a first mapping of somebody else's export and takes a
// person's answers to it. It reads the export by the engine's own words (package
// mapping) and writes the mapping file's own text; a mapping is always read by
// package layout, so nothing of it is understood in two ways.
//
// A Draft is shown in two forms. As YAML (Draft.YAML) each candidate stands on a
// line that begins with "#?" and counts as soon as these two characters are
// deleted. As a workbook (package workbook) each question, column, word and item is
// a row with a drop-down; the workbook keeps Draft.Text, and Apply makes a mapping
// of that text and what the person chose.
package draft

import (
	"strings"

	"hbupload/internal/spec"
)

// Draft is a proposed mapping of an export. Its text can be used as it is; what
// only a person can know is asked.
type Draft struct {
	Name      string     `json:"name"`      // of the mapping
	Input     string     `json:"input"`     // the export's file name
	Sheets    []Sheet    `json:"sheets"`    // those that have a header
	Unread    []string   `json:"unread"`    // sheets without one, with their files where there are several
	Questions []Question `json:"questions"` // those that concern most people first
	Columns   []Column   `json:"-"`         // of all sheets, in their order, the unused ones too
	Words     []Word     `json:"words"`     // that the platform does not know; those without a Choice first
	Items     []Item     `json:"items"`     // local names of examined items; those without a Choice first

	// Text is the mapping's own text (YAML) with the candidates of the questions in
	// lines that begin with "#?". Whoever keeps it must give it back unchanged, line
	// by line: Apply finds the questions in it.
	Text string `json:"-"`
}

// Sheet is what was found of one sheet.
type Sheet struct {
	File       string  `json:"file,omitempty"` // where there are several
	Name       string  `json:"sheet"`
	HeaderRows []int32 `json:"header"`
	Rows       int     `json:"rows"`
	Shape      string  `json:"shape"` // Chinese: what a row is; "" for a sheet that is not used

	Columns []Column `json:"columns"`
}

// Question is something only a person can answer.
type Question struct {
	ID         string   `json:"id"`
	Text       string   `json:"question"`   // Chinese, a question
	Why        string   `json:"why"`        // why it matters, and what may be written beside the candidates
	Where      string   `json:"where"`      // the field's label
	Candidates []string `json:"candidates"` // Chinese, to choose from; may be none
	People     int      `json:"people"`     // whom it concerns
	Own        bool     `json:"own"`        // a column's header or a value of one's own may be written instead
}

// Column is a column of the export with the field that it seems to carry.
type Column struct {
	ID         string   `json:"-"`
	File       string   `json:"file,omitempty"` // where there are several
	Sheet      string   `json:"sheet"`
	Header     string   `json:"header"`
	Values     int      `json:"values"`          // cells with content
	Samples    []string `json:"samples"`         // up to three, masked
	Field      string   `json:"field,omitempty"` // a label of Fields, or what else the column is read as; "" for an unused one
	Confidence int      `json:"confidence,omitempty"`
	Fixed      bool     `json:"-"` // one of a group of columns, or read by more than a plain rule: not changed by an answer
}

// Word is a local word of a field with the platform's entry that it seems to mean.
type Word struct {
	ID         string   `json:"-"`
	Field      string   `json:"field"` // label
	Word       string   `json:"word"`
	Count      int      `json:"count"`            // cells
	People     int      `json:"people"`           // whom it concerns
	Candidates []string `json:"candidates"`       // "code name", the nearest first; of a short table all of them
	Choice     string   `json:"choice,omitempty"` // what the draft takes it for; "" where a person must choose
}

// Item is a local name of an examined item with the platform's item that it
// seems to mean.
type Item struct {
	ID         string   `json:"-"`
	Name       string   `json:"name"`
	Unit       string   `json:"unit,omitempty"`  // as the export has it first
	Range      string   `json:"range,omitempty"` // likewise
	Count      int      `json:"count"`           // results
	People     int      `json:"people"`
	Candidates []string `json:"candidates"`       // "code name", the nearest first, and layout.Skip last
	Choice     string   `json:"choice,omitempty"` // "" where a person must choose

	// Single is an item that is one column of numbers: a blank unit or range may be
	// answered under UnitID and RangeID.
	Single bool `json:"single,omitempty"`

	// Idle is an unused column that may hold results; nobody has to answer.
	Idle bool `json:"idle,omitempty"`
}

// Answer is what a person chose or wrote for something of a draft. A blank text
// leaves a question open, a word and an item as the draft has them, and makes of a
// column an unused one.
type Answer struct {
	ID   string // of the Question, Column, Word or Item
	Text string
}

// Fault is an answer that does not fit. The other answers are applied without it.
type Fault struct {
	Answer  int    // index among the answers
	Message string // Chinese
	Fix     string // Chinese, what to do
}

// Unused is what a person chooses for a column that is not used.
const Unused = "不用"

// ItemColumn is what a column of examined items is read as, which are named one by one.
const ItemColumn = "检查项目"

// What a column is read as that is no field of its own. An answer that says so leaves
// the column as it is.
const (
	roleItem   = ItemColumn
	roleGroup  = "第 n 组"
	roleKey    = "编号对照"
	roleRanges = "参考范围表"
	roleTicked = "危害因素（打勾）"
)

func isRole(text string) bool {
	switch text {
	case roleItem, roleGroup, roleKey, roleRanges, roleTicked:
		return true
	}
	return false
}

// The kinds of what can be answered, as the IDs begin.
const (
	kindQuestion = "问题"
	kindColumn   = "列"
	kindWord     = "词"
	kindItem     = "项目"
	kindUnit     = "单位"
	kindRange    = "范围"
)

// idSeparator parts the parts of an ID. No header and no word holds it.
const idSeparator = "\u241f"

func makeID(kind string, parts ...string) string {
	return kind + idSeparator + strings.Join(parts, idSeparator)
}

// Fields are the labels that a column may be given: the fields in the order of the
// document, then the words for several fields that one column holds.
func Fields() []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range spec.Fields() {
		if !seen[f.Label] {
			seen[f.Label] = true
			out = append(out, f.Label)
		}
	}
	return append(out, spreadLabels()...)
}
