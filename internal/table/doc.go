// Package table turns a file an institution hands over into sheets of data
// rows: it looks at the content and never at the name to learn the format,
// finds the header among titles and blank lines, and accounts for every row
// that is not data with the reason why it was passed over.
//
// It does not know the fields of the specification: what counts as a header is told to
// it by a HeaderRule.
package table
