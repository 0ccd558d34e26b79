// Package sandbox is a stand-in for the platform: the four calls of the
// document's chapter 2 over HTTP, invented sample dictionaries, strict
// decoding of uploads, refusals in Chinese, an echo of the data, and faults
// chosen by the content of a record.
//
// It decodes uploads by itself and imports neither platform nor wire: a fake
// that shares the client's code shares its mistakes.
//
// # Faults
//
// A specification is a list of rules and settings, separated by ; or line
// breaks. Of the rules whose conditions hold the first one strikes.
//
//	rule     KIND[:ARG] {@KEY=VALUE} [ xN]
//	setting  seed=N | token-uses=N | token-status=200|401|403
//
// Kinds. Those marked * come as KIND-before (the call is not processed, nothing
// is stored; the default) and KIND-after (it is, then the answer goes wrong):
//
//	drop*             the connection is reset; drop-before whose conditions ask
//	                  nothing of the content strikes before the body is read
//	hang*             no answer until the client leaves
//	400 … 599*        that status; 429:2 and 503:2 set Retry-After
//	html*             200 with a page of HTML
//	half-json*        200 with half of the answer
//	cut*              the connection breaks in the middle of the answer
//	no-success*       JSON without the key success
//	empty*            200 without a body
//	redirect*[:URL]   302
//	duplicate*[:MSG]  success:false, 该体检记录已存在
//	reject[:MSG]      success:false with the text; reject-text: "success":"false"
//	slow[:2s]         the right answer, in ten pieces over the time
//	dead-token        the request's token dies; dead-token:N is token-uses=N
//	success-as-text   "success":"true"
//	echo-mojibake, echo-undecoded, echo-twice, echo-differs, echo-foreign,
//	echo-null, echo-missing
//	                  the data of a success come back spoilt, or another person's
//
// Conditions, all of which must hold: call=login|refresh|download|upload
// (upload when not said), name=, id= (ending of idcard), propose= (part of it),
// hash= (beginning of the SHA-256 of data.json), nth=N and every=N (requests of
// the call in order of arrival), rate=0.1 or 10% (by seed, record and attempt,
// so that runs repeat whatever the order), times=N. xN and times=N mean the
// first N times that the rule strikes a record (other calls: altogether).
//
// A record may carry its own fault: propose (备注) that contains fault:RULE, up
// to the next blank, as in "fault:504-after@times=2".
package sandbox
