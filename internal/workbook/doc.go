// Package workbook writes into workbooks: the annotated copy of somebody's file
// and its two sheets, the template, the worksheet of records in doubt. It is given
// rows, cells and findings, and does not depend on delivery.
package workbook
