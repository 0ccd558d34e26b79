// Package workbook writes into workbooks: the annotated copy of somebody's file
// and its two sheets, the template, the worksheet of records in doubt. It is told
// rows, cells and findings, and knows nothing of delivery.
package workbook
