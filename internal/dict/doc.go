// Package dict holds the eight dictionaries of the platform: what the download
// interface answers is parsed, kept on disk per platform address and account,
// and looked up by code, by name and by what a person may have meant.
//
// Nothing here decides: a look-up that finds several entries returns several, and
// the nearest entries are for messages only, never for sending.
//
// Dictionaries and sets do not change once built and may be used by any number
// of goroutines.
package dict
