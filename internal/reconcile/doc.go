// Package reconcile holds the platform's own list of persons, exported by hand from
// its pages, against what was sent: Read takes the list in any layout, Match compares
// it with the persons of exports, and Prove with what the ledger alone knows.
//
// A list can settle a record in doubt only where everything that it shows of the
// person agrees, and nobody else of ours and no other row fits. What differs in a date
// or a name is reported and left to a person.
package reconcile
