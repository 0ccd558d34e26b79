// Package shared is what a ledger needs that several machines write together,
// in a PostgreSQL database: how the database is reached and made (postgres.go,
// setup.go), what its errors mean (errors.go), how a run tells the others that it
// is alive, so that a claim is a lease (pulse.go), and where a machine keeps the
// answers that the database could not be told (journal.go).
//
// It knows nothing of records and states: package ledger meets it behind an
// interface (ledger.machines), and the embedded ledger not at all.
package shared
