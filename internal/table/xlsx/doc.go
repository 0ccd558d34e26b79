// Package xlsx reads .xlsx and .xlsm workbooks in one pass over the bytes of a
// sheet: typed cells with their place, and an error with its place wherever a
// workbook is cut off or damaged. A damaged sheet never yields fewer rows
// without a word, which is why the package owns its scanner: the usual readers
// stop at the first bad byte and report success.
//
// The layers, from the bottom: zipParts finds and inflates parts, source turns
// a part into UTF-8, lexer cuts it into XML tokens, and sharedStrings, styles,
// workbook and sheetRows give the tokens meaning. What the scanner does not
// read by itself (a part with a DOCTYPE) goes through excelize, after a strict
// check, and Book.Notes says so.
package xlsx
