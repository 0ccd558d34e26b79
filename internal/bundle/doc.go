// Package bundle makes what an operator may send to whoever maintains the program:
// facts about an installation, each a number, a time, a yes or no, or a word out of
// a list that the program itself holds.
//
// Nothing here takes words out of a text, because what is taken out is only what
// somebody has thought of. A text that is not in a list becomes "other".
package bundle
