// Package spec is the vocabulary every other room speaks: the fields of the
// interface document V3.8 (chapter 3.1) as data, its enumerations (4.1–4.4),
// the ids of the checks, and the Record whose every value remembers the cell,
// constant or derivation it came from.
//
// The package stands on the ground floor: it imports nothing of ours and knows
// neither files nor networks.
package spec
