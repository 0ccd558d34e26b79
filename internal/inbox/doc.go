// Package inbox looks after a folder into which other people and programs put
// files: which of them have come to rest, and moving them on without ever
// losing one. It does not read the files.
//
// Two promises. A file is offered only when its size and time have stood still
// for a while and nobody has it open. A file that is moved exists, whole, under
// its old or its new name at every instant, whatever fails and whenever the
// process dies; a move that was cut short is brought to its end by Resume.
package inbox
