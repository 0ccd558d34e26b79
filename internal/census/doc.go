// Package census sees every record of a run once, in order, and finds what
// only the whole input can tell: keys and identities that stand twice, one
// number under two names, a column of identity numbers that lost its last
// digits, rows that belong to nobody, and rows that nobody accounted for.
//
// It keeps some eighty bytes a person: digests under a seed of this process,
// the exam key and the place of two cells. Names and numbers are not kept.
package census
