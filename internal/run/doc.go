// Package run is the main job: it reads exports, checks them, plans, sends and
// reports (push.go), and holds what push, validate, build, adopt and the unattended
// round share: the machine they run on (Machine), what a command is given (Env), a
// reading of inputs (Session), the ledger held for a run (Held).
package run
