package summary

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"html/template"
	"slices"
	"strings"
	"time"

	"hbupload/internal/ident"
)

//go:embed page.html
var pageText string

// Receipt is what is printed and signed: exam numbers with their states.
type Receipt struct {
	Institution string
	Platform    string
	Run         int64 // 0: a period
	From, To    string
	Who         string
	Printed     time.Time
	Tool        string
	Rows        []ReceiptRow
}

// ReceiptRow is one record.
type ReceiptRow struct {
	Key   string `json:"key"`
	State string `json:"state"`
	Label string `json:"-"`
	At    string `json:"at"`
}

// shown is an exam number as a receipt shows it: one that is an identity number or a
// phone is masked.
func shown(key string) string {
	if ident.Telling(key) {
		return ident.MaskID(key)
	}
	return key
}

// List is the text that the digest is taken of: a line a record, number and state
// with a tab between them, in the order of the numbers.
func (r *Receipt) List() string {
	slices.SortFunc(r.Rows, func(a, b ReceiptRow) int { return strings.Compare(a.Key, b.Key) })
	var b strings.Builder
	for _, row := range r.Rows {
		b.WriteString(row.Key + "\t" + row.State + "\n")
	}
	return b.String()
}

// Digest is the SHA-256 of List in hex.
func (r *Receipt) Digest() string {
	sum := sha256.Sum256([]byte(r.List()))
	return hex.EncodeToString(sum[:])
}

// Counts are how many records there are of each state, in words.
func (r *Receipt) Counts() map[string]int {
	out := map[string]int{}
	for _, row := range r.Rows {
		out[row.Label]++
	}
	return out
}

// Page is the receipt as one page of HTML that needs nothing else.
func (r *Receipt) Page() ([]byte, error) { return render("receipt", r) }

// Page is the table as a page of HTML.
func (t *Table) Page() ([]byte, error) {
	return render("table", struct {
		*Table
		Columns []string
		Sum     Line
	}{t, Columns(), t.Sum()})
}

func render(name string, data any) ([]byte, error) {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
