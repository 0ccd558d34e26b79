// Package meaning says what the codes of the downloaded dictionaries mean to the
// checks and derivations of help: 接口读法 4: which hazards are dusts, which conclusions
// speak of a suspected disease, which items carry a symbol, a limit or a film.
//
// The platform's dictionaries carry names only, so meanings are found by name and
// may be pinned by the configuration (spec.*). Mapping (which derives) and rules
// (which judges) both read this one place, so that they cannot disagree.
package meaning
