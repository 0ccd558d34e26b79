// Package report makes what people and scripts see of a run: the text on the
// screen, the one JSON document of --json, and the page for the head of
// department. It computes nothing about records: it only shows what the engine
// decided. Workbooks are made by package workbook.
package report
