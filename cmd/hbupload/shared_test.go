package main

import (
	"crypto/rand"
	"encoding/hex"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"hbupload/internal/pgtest"
)

// TestSharedLedgerScripts runs testdata/shared/*.txtar: several machines with one
// ledger in PostgreSQL. Each script has a schema of its own, at $LEDGER, and
// $ROLE, a user that may do nothing yet; $KEYFILE is where the key may be.
func TestSharedLedgerScripts(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	t.Run("scripts", func(t *testing.T) { // the server waits for the parallel ones
		testscript.Run(t, testscript.Params{
			Dir:                filepath.Join("testdata", "shared"),
			RequireUniqueNames: true,
			Cmds:               commands(),
			Setup: func(env *testscript.Env) error {
				if err := setup(env); err != nil {
					return err
				}
				name := make([]byte, 8)
				_, _ = rand.Read(name) // it never fails
				schema, role := "s_"+hex.EncodeToString(name), "r_"+hex.EncodeToString(name)
				server.SQL(t, "postgres", `CREATE ROLE `+role+` LOGIN`)
				env.Setenv("LEDGER", server.URL(pgtest.Owner, "postgres")+"&search_path="+schema)
				env.Setenv("LEDGER_AS_ROLE", server.URL(role, "postgres")+"&search_path="+schema)
				env.Setenv("DATABASE", server.URL(pgtest.Owner, "postgres")) // for psql, which knows no search_path
				env.Setenv("DATABASE_AS_ROLE", server.URL(role, "postgres"))
				env.Setenv("SCHEMA", schema)
				env.Setenv("ROLE", role)
				env.Setenv("PSQL", server.Program("psql"))
				env.Setenv("KEYFILE", filepath.Join(env.WorkDir, "keys", "ledger.key"))
				s := env.Values[sceneKey{}].(*scene)
				scriptT := env.T()
				env.Defer(func() {
					if found := s.find([]byte(dump(t, server, schema)), true); len(found) > 0 {
						scriptT.Log("personal data or secrets in the database (P5):", found)
						scriptT.FailNow()
					}
				})
				return nil
			},
		})
	})
}

// dump is everything a ledger's schema holds, as text.
func dump(t *testing.T, server *pgtest.Server, schema string) string {
	t.Helper()
	return server.SQL(t, "postgres", `SELECT query_to_xml('SELECT * FROM `+schema+`.' || quote_ident(table_name), true, false, '') FROM information_schema.tables WHERE table_schema = '`+schema+`'`)
}
