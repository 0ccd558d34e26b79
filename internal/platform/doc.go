// Package platform is the client of the platform: one method per call of the
// document's chapter 2 (login, refreshToken, download, uploadReport) over a
// resty client with a transport of our own, and the handling of the token
// (help: 接口读法 T6, T7).
//
// It repeats only what is safe: login and download. An upload is one request,
// or two when the first met a dead token; everything else is for the engine to
// decide, by the wire.Outcome it gets. Redirects are refused on every call,
// resty's own retry stays off, and net/http cannot replay a POST because no
// request carries GetBody or an Idempotency-Key.
package platform
