// Package sandbox is a stand-in for the platform: the four calls of the
// document's chapter 2 over HTTP, invented sample dictionaries, strict
// decoding of uploads, refusals in Chinese, an echo of the data, and faults
// chosen by the content of a record.
//
// It decodes uploads by itself and imports neither platform nor wire: a fake
// that shares the client's code shares its mistakes.
package sandbox
