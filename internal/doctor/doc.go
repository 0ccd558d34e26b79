// Package doctor examines an installation: configuration, network, credentials,
// clock, dictionaries, data folder, ledger. It repairs nothing; every line says what
// to do.
package doctor
