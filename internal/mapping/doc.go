// Package mapping turns the rows of an export into Records: it knows which
// sheet and column feeds which field, joins the sheets by exam key, codes
// names with the dictionaries, and derives what the specification's reading
// allows to be derived. Whatever it does to a value is written on the value.
//
// A value it cannot code is never replaced by another: it carries a Fault,
// which internal/rules turns into a finding at the value's cell.
package mapping
