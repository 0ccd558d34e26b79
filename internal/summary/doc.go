// Package summary says of exports and of the ledger what departments ask for after
// sending: who was never sent and how late each was taken, the table of hazards and
// conclusions, and a receipt to be signed.
package summary
