// Package rules judges a record: every check of help: 接口读法 4 that one record can
// answer, each finding at the cell a person must change.
//
// The catalogue (Catalogue) is the one table of rule ids, severities, classes and
// advice; the findings, `hbupload rules`, the README and the tests read it. What
// only the whole input can answer is judged by census and ledger under the same ids.
package rules
