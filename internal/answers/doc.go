// Package answers honours what a person answered in the annotated copy that is the
// input of a run: words to be read in future as the person chose (以后都这样), and
// warnings that the person has looked into (已核实). It keeps nothing: who pushes
// gives the words to the code book and the verifications to the ledger.
package answers
