// Package torture kills the program itself, at named steps and at random
// moments, against a platform with faults, and holds what the platform stored
// against what the ledger says. It has tests only:
//
//	go test -v -run TestKills ./internal/torture        20 random kills
//	HBUPLOAD_KILLS=2000 go test -v -timeout 2h -run TestKills ./internal/torture
//
// The program is the real one, built for the test and without a switch for it:
// the steps are found from outside, by a gate before the stand-in platform that
// holds a request at a chosen point, and by a lock on the ledger's database.
package torture
