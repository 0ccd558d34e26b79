package shared

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// TestLeases: machines may be set differently, and the least patient one decides.
func TestLeases(t *testing.T) {
	t.Parallel()
	for _, deadAfter := range []time.Duration{10 * time.Minute, time.Hour, time.Minute} {
		l := NewLease(deadAfter)
		at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
		if every := l.Beat(); every > leaseMax/beats {
			t.Errorf("%s: a beat every %s", deadAfter, every)
		}
		for after, want := range map[time.Duration]bool{0: true, 20 * time.Second: true, 25 * time.Second: false, time.Hour: false, -time.Hour: true} {
			if got := l.Young(at, at.Add(after)); got != want {
				t.Errorf("%s: young after %s: %v", deadAfter, after, got)
			}
		}
	}
}

// TestLost: whatever way the driver says that a connection broke, it is taken
// for a break that may pass. pgx 5.13 says some of them in a new way.
func TestLost(t *testing.T) {
	t.Parallel()
	for _, err := range []error{pgconn.ErrConnClosed, driver.ErrBadConn, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, &pgconn.PgError{Code: "57P02"}} {
		if !Lost(fmt.Errorf("in a statement: %w", err)) {
			t.Errorf("%v is taken for an error that stays", err)
		}
	}
	for _, err := range []error{context.Canceled, &pgconn.PgError{Code: "23505"}, errors.New("no more")} {
		if Lost(fmt.Errorf("in a statement: %w", err)) {
			t.Errorf("%v is taken for an error that passes", err)
		}
	}
}

// TestSecured: any database but this machine's is verified unless the address
// says otherwise, and then it is told.
func TestSecured(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		address, mode string
		unverified    bool
	}{
		{"postgres://u@db.example/x", "verify-full", false},
		{"postgres://u@db.example/x?sslrootcert=ca.pem", "verify-full", false},
		{"postgres://u@db.example/x?sslmode=require", "require", true},
		{"postgres://u@db.example/x?sslmode=disable", "disable", true},
		{"postgres://u@db.example/x?sslmode=verify-ca", "verify-ca", false},
		{"postgres://u@127.0.0.1/x", "", false},
		{"postgres://u@localhost:5433/x", "", false},
		{"postgres:///x?host=/run/postgresql", "", false},
		{"postgres:///x?host=db.example", "verify-full", false},
	} {
		if got := secured(tc.address); tc.mode != "" && !strings.Contains(got, "sslmode="+tc.mode) || tc.mode == "" && got != tc.address {
			t.Errorf("%s becomes %s", tc.address, got)
		}
		if got := Unverified(tc.address); got != tc.unverified {
			t.Errorf("%s: unverified %v", tc.address, got)
		}
	}
	if got := Place("postgres://u:geheim@db.example:5432/clinic?sslmode=disable"); got != "postgres://db.example:5432/clinic" {
		t.Errorf("Place = %s", got)
	}
}
