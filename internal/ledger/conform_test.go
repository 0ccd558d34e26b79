package ledger

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"

	"hbupload/internal/ledger/shared"
	"hbupload/internal/pgtest"
)

// TestStores holds both databases to one contract.
func TestStores(t *testing.T) {
	t.Parallel()
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		conform(t, func(t testing.TB) site { return here(t.TempDir()) })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		server := pgtest.Start(t)
		conform(t, func(t testing.TB) site { return granted(t, server) })
		t.Run("several machines", func(t *testing.T) { severalMachines(t, server) })
	})
}

// conform is the contract.
func conform(t *testing.T, fresh maker) {
	for name, part := range map[string]func(*testing.T, maker){
		"plan": conformPlan, "plan names changed fields": conformPlanNamesChangedFields, "plan skips the old name": conformPlanSkipsTheOldName, "plan holds the rejected": conformPlanHoldsRejectedUnlessAsked,
		"duplicate reply": conformDuplicateReplyNeedsOurOwnDoubt, "one claim wins": conformOnlyOneClaimWins, "unsettled": conformUnsettled, "recovery": conformBeginRunRecoversClaims,
		"late answers": conformLateAnswers, "settle once": conformSettleTwiceIsRefused, "retry": conformRetryIsAFurtherAttempt, "fall back": conformFallBack,
		"keys are per file": conformKeysArePerFile, "refusals": conformResolveRefusals, "resolve after a crash": conformResolveAfterCrash, "resolve all or none": conformResolveAll,
		"run lock": conformLockSaysWhoHoldsIt, "adopt": conformAdopt, "given up": conformGivenUpResend, "unclaim": conformUnclaim,
		"status": conformStatusAndRuns, "clock": conformClockJumps, "model": conformModel, "kill": conformKill, "kill anywhere": conformKillAnywhere,
		"backup during a push": conformBackupDuringPush, "odd texts": conformOddTexts, "a panic": conformPanic, "older identity": conformOlderIdentity, "platform": conformPlatform, "back in time": conformBack, "adopted and in doubt": conformAdoptedDoubt, "copied tables": conformTables,
		"reconcile": conformReconcile, "reconcile after a crash": conformReconcileAfterCrash, "standings": conformStandings, "verified": conformVerified,
	} {
		t.Run(name, func(t *testing.T) { part(t, fresh) })
	}
}

// sharedSite makes a shared ledger in a schema of its own, and the first machine.
func sharedSite(t testing.TB, server *pgtest.Server) site {
	t.Helper()
	name := make([]byte, 8)
	_, _ = rand.Read(name) // it never fails
	dir := t.TempDir()
	at := site{dir: dir, url: server.URL(pgtest.Owner, "postgres") + "&search_path=t_" + hex.EncodeToString(name), key: filepath.Join(dir, "shared.key")}
	if _, err := Init(context.Background(), options(at), ""); err != nil {
		t.Fatalf("Init: %v", err)
	}
	return at
}

// granted is a shared ledger as the machines use it: by a user who has what the
// printed grants give and no more.
func granted(t testing.TB, server *pgtest.Server) site {
	t.Helper()
	at := sharedSite(t, server)
	schema := strings.SplitN(at.url, "search_path=", 2)[1]
	role := "r_" + schema
	server.SQL(t, "postgres", append([]string{`CREATE ROLE ` + role + ` LOGIN`}, shared.Grants(schema, role)...)...)
	at.url = server.URL(role, "postgres") + "&search_path=" + schema
	return at
}

// another is a further machine of a shared ledger.
func (s site) another(t testing.TB) site {
	t.Helper()
	s.dir = t.TempDir()
	return s
}

// journalOf is the journal of a shared ledger's machine.
func journalOf(l *Ledger) shared.Journal { return l.machines.(*several).journal() }
