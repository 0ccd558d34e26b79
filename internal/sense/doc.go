// Package sense warns of what cannot be, or hardly can, in one person or in one
// batch of examinations: a systolic pressure of 1400, haemoglobin in the wrong
// unit, a chest film that contradicts the conclusion, one phone for everybody.
//
// What it knows stands in one file, catalogue.csv, which a physician can read
// and change; the code knows only the kinds of lines. Every finding is a warning
// with a rule id sense-…; at most one stands at a cell. Statistics over a batch
// need memory per item and per counter, never per person.
package sense
