// Package push is the engine: a first pass reads the whole input, checks every
// record and keeps what will be sent in a spool; a second pass sends it, one
// record a request, and settles each outcome in the ledger. Whatever happens is
// told as events, from which every screen and report is made.
//
// Nothing is sent before the first pass has ended. Nothing is sent that was
// not claimed on disk first. What is known not to have been processed is tried
// again; what may have been is never repeated by itself.
package push
