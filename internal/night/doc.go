// Package night is the unattended round: files of an inbox are pushed as one run and
// moved where they belong, once or again and again (sync), and the texts that make a
// scheduler of the system start it (schedule).
package night
