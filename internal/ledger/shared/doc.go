// Package shared is what a ledger needs that several machines write together,
// in a PostgreSQL database: how the database is reached and made (postgres.go,
// setup.go), what its errors mean (errors.go), how a run tells the others that it
// is alive, so that a claim is a lease (pulse.go), and where a machine keeps the
// answers that the database could not be told (journal.go).
//
// It does not depend on records and states: package ledger uses it through an
// interface (ledger.machines), and the embedded ledger does not use it at all.
//
// What a shared ledger promises besides the embedded one's contract (the names
// are package ledger's):
//
//   - The run lock is one per machine. Claims are kept apart by the unique key of
//     identities and by row locks; whoever comes second is told that the record is
//     being sent (HoldInDoubt, PriorState claimed) and asks again later.
//   - A run says that it is alive, by the database's clock. One of another machine
//     that has been silent for Options.DeadAfter is dead: its claims become doubts
//     at the next BeginRun, Recover or Adopt of any machine.
//   - So a claim is a lease: Confirm it just before its first byte leaves. A machine
//     that was asleep or cut off learns there what others have decided meanwhile.
//   - When the database is lost, nothing is claimed, and answers go into a journal
//     in the data folder. Claim, Retry, Flush and Finish wait for it as long as
//     Options.Patience allows; what the journal still holds is told by the next run
//     of this machine. A commit of which nobody knows whether it happened is looked
//     for, and is neither done twice nor forgotten.
//   - When the database comes back in an older state, an answer whose claim it has
//     forgotten is written again, and is not taken for the answer to another claim
//     that was given the same number. What was settled and is gone is gone: a
//     standby must not lag behind (synchronous_commit).
package shared
