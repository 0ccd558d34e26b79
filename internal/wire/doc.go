// Package wire is the form in which a record travels: data.json as help: 接口读法 2
// settles it, its Base64 (T11), the zip with one entry (T9), and the way back
// for inspect and for the platform's echo (T12). It also says what an answer
// means: Classify is the table of help: 网络出错 1 as a pure function.
//
// The package knows no network and imports spec only. data.json is appended
// straight from spec's table of fields; nothing about a field stands here.
package wire
