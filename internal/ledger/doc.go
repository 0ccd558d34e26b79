// Package ledger is the memory of one installation: which record was claimed,
// sent, accepted, refused, or left in doubt, and every attempt that led there.
// It exists so that nothing is sent twice and nothing is claimed that is not so.
//
// # Order of calls
//
// A pushing run takes Lock, calls BeginRun (which first turns what dead runs
// left open into doubt), asks Plan, and then for each record Claim → send →
// Settle, where Claim returns only when the intent is on disk. An attempt that
// was certainly not processed is settled as such and may be tried again with
// Retry. Flush or Finish waits for the settles, which are committed in groups.
//
// # States
//
// A stored state is one of none (no row), undelivered, rejected, in_doubt,
// accepted, claimed. What the platform may hold besides is the fact "accepted
// content" (A below): a record accepted once stays known as accepted with that
// content whatever happens to a later, changed content, until that too is
// accepted or left in doubt.
//
//	from         claim     accepted  rejected  not-proc.  unknown   adopt     mark-sent mark-resend same-person recover
//	none         claimed   –         –         –          –         accepted  –         –           –           –
//	undelivered  claimed   –         –         –          –         accepted  –         –           –           –
//	rejected     claimed   –         –         –          –         accepted  –         –           –           –
//	in_doubt     claimed¹  –         –         –          –         accepted  accepted  in_doubt²   in_doubt²   –
//	accepted     claimed³  –         –         –          –         accepted⁴ –         –           accepted²   –
//	claimed      –         accepted  rejected⁵ undeliv.⁶  in_doubt  –         –         –           –           in_doubt
//
//	– refused, with the reason
//	¹ marked --resend, or the policy says so for the same content
//	² only a mark is set; the next push sends. A doubtful change of something
//	  accepted before is given up by --resend: accepted, with its old content
//	³ changed content or name that the policy or a mark lets pass, or --resend all
//	⁴ the same content only; nothing changes
//	⁵ accepted (with its old content) when A is known
//	⁶ back to where the claim came from when that was in_doubt or accepted: an
//	  attempt that was never processed changes nothing about what the platform holds
//
// An answer that comes after its attempt was given up settles the doubt that was
// left, as it would have settled the claim, unless a person or another attempt
// has settled it since. That it was accepted still counts where a later attempt
// was refused or not processed.
//
// Reconcile takes the steps mark-sent and mark-resend by the platform's own list;
// the mark names the list. Verify keeps what people have settled about warnings:
// it stands beside the records and changes no state.
//
// # Personal data
//
// Names, identity numbers and phones never reach the disk: identity, name and
// each leaf are kept as HMAC-SHA256 under a key of the installation (ledger.key,
// beside the database). Exam keys (体检编号) are kept: they are the handle
// people use. The platform's messages must be redacted before they come here.
//
// # Two databases
//
// The embedded ledger is a SQLite file in the data folder. With Options.URL it is
// a PostgreSQL database that several machines of an institution share, under one
// key that Init makes once. The contract is the same; what several machines ask
// of each other stands in package shared, behind the interface machines.
package ledger
