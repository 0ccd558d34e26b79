// Package setup is the first run: a few questions on a terminal, and the
// configuration is written, the login tried, the dictionaries are downloaded and
// the installation is examined. Later it changes one answer.
//
// It asks nothing that it can find out. Everything it does beside asking and
// writing is handed in, so that tests run it by a scripted terminal.
package setup
