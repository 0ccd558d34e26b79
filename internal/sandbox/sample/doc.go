// Package sample makes invented people: the standard workbook under testdata,
// and any number of them, seeded, for tests and benchmarks.
//
// Every cell also knows what must stand in data.json because of it, so that a
// test can hold the whole way from cell to upload against an expectation that
// was not computed by the code under test.
//
// Names, numbers and firms are fictitious; check digits are right.
package sample
