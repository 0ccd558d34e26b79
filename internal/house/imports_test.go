package house

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// rooms says which rooms of ours the product code of a room may import.
// A room that is not listed may import nothing. A room may not import what is
// listed for its neighbours: each edge stands here or does not exist.
//
// The table is that of internal/README.md, except for the lines that
// carry their reason. It changes only with a written reason.
func rooms() map[string][]string {
	all := lowerRooms()
	maps.Copy(all, upperRooms())
	maps.Copy(all, jobRooms())
	return all
}

// lowerRooms are those below the record: words, files, formats, the machine.
func lowerRooms() map[string][]string {
	return map[string][]string{
		// Ground floor: nothing of ours.
		"spec": {},
		// host replaces its files.
		"dict": {"fault", "host", "nearest"},
		// The ledger's goroutines must hand a panic to whoever waits (crash).
		"ledger": {"fault", "crash", "host", "ledger/shared"},
		// ledger/shared is what several machines need of a ledger: PostgreSQL,
		// leases, the journal. It knows no records, and the core meets it behind
		// an interface.
		"ledger/shared": {"fault", "crash"},
		// notation says in Chinese what is wrong with a YAML text or a pattern.
		// The configuration and the mapping file are both written by hand; in one
		// of the two rooms it would be an import sideways, in both written twice.
		"notation": {},
		// nearest is the one edit distance: names of dictionaries, keys, rules.
		"nearest": {},
		// pattern is regexp, compiled at first use.
		"pattern": {},
		// wire has the one place of what platforms say: the defaults of the patterns.
		"config": {"fault", "nearest", "notation", "wire", "host"},
		"ident":  {},
		// fault is the one error type of every room; it imports nothing of ours.
		"fault": {},
		// host is the machine: replacing files, private folders, the keyring, what a
		// terminal may be sent. What it hides on the way to a terminal are numbers
		// that tell who a person is (ident); the keyring answers in a goroutine (crash).
		"host": {"crash", "ident"},
		// crash makes a panic an error; every room that starts a goroutine needs it.
		"crash": {"fault"},
		// plainfile opens what other people may replace by a pipe or a link; every
		// room that reads such files needs it.
		"plainfile": {},

		// table is split below itself, so that each reader of a foreign format
		// stays small and can be replaced alone: grid is what all of them hand
		// over, numfmt and textenc what more than one of them needs.
		"table":         {"spec", "crash", "plainfile", "table/grid", "table/delim", "table/xls", "table/xlsx", "table/textenc", "table/numfmt"},
		"table/grid":    {"fault", "spec"},
		"table/numfmt":  {},
		"table/textenc": {},
		"table/delim":   {"table/grid", "table/textenc"},
		"table/xls":     {"table/grid", "table/numfmt", "table/textenc"},
		"table/xlsx":    {"table/grid", "table/numfmt", "table/textenc"},

		// inbox is files and nothing else: settling and moving must be tested by
		// failing every single file operation, which needs a room without records.
		"inbox": {"plainfile", "host"},
		// schedule writes the texts that three systems' schedulers read; pure, so
		// that what is written to a machine can be compared letter by letter.
		"schedule": {},

		// help is the manual: text and how it is shown on a screen.
		"help": {},
	}
}

// upperRooms are those that know records, and what is built of them.
func upperRooms() map[string][]string {
	table := []string{"table", "table/grid"}
	return map[string][]string{
		// meaning is what a dictionary's entry or a code means to the document
		// (is this work type "other", which classes an item has). mapping needs
		// it to code a cell and rules to judge a code: in one of the two it
		// would be an import sideways, in both it would be written twice.
		"meaning": {"spec", "dict", "fault"},

		// mapping/layout is the mapping file of somebody else's export, read and
		// checked apart from any export, as "map check" needs it.
		// setup asks on a terminal and writes a configuration; it looks into exports
		// for what it need not ask, and is handed everything else it does.
		"setup": append(table, "spec", "config", "fault", "host", "ident"),

		// codebook is a workbook of people's words for the entries of dictionaries:
		// read like any table, replaced through host.
		"codebook": append(table, "spec", "dict", "fault", "host"),

		// table/numfmt: a format may show words in place of a number.
		"mapping":        append(table, "table/numfmt", "fault", "spec", "dict", "ident", "meaning", "codebook", "mapping/layout"),
		"mapping/layout": {"fault", "spec", "notation"},
		// mapping/draft writes a first mapping apart from the engine; it asks the
		// engine what a word means, so that a draft never reads otherwise than a run.
		"mapping/draft": append(table, "spec", "dict", "ident", "meaning", "mapping", "mapping/layout"),
		"rules":         {"spec", "dict", "ident", "meaning", "fault", "nearest"},
		// sense warns of what medicine makes unlikely; the document's rules know
		// nothing of it.
		"sense":  {"spec", "dict", "ident", "meaning", "fault"}, // ident: what day a date is
		"census": {"fault", "spec"},
		"wire":   {"fault", "host", "spec"},

		"platform": {"fault", "wire", "crash", "host"},
		// push imports census: the first pass ends with what only the whole
		// input can tell, and the engine is who knows when it has ended.
		"push": {"fault", "spec", "rules", "sense", "census", "wire", "ledger", "crash", "ident"}, // ident: which keys and file names tell who a person is
		// bundle tells facts of every room, each as a number or as a word out of that
		// room's own list: it must know the lists.
		"bundle": {"config", "dict", "fault", "ledger", "mapping", "push", "rules", "spec", "table"},
		"report": {"fault", "host", "spec", "rules", "wire", "push", "summary", "workbook"}, // summary: the table of hazards, who is late; workbook: the lines of 「结果」, and names for reports that take nobody's
		// workbook is given rows, cells and findings and does not depend on delivery:
		// rules groups findings by cause, on the screen and in 「待修改」 alike.
		"workbook": append(table, "fault", "host", "spec", "rules", "wire", "dict", "mapping/draft", "mapping/layout"), // the mapping workbook shows a draft and applies its answers
		// answers honours what a person ticked in an annotated copy: words for the code
		// book, warnings that are verified.
		"answers": {"codebook", "dict", "push", "spec", "table", "workbook"},
		// booktest reads and checks an export for the tests of report and workbook.
		"workbook/booktest": append(table, "mapping", "meaning", "push", "rules", "sandbox", "spec", "wire"),

		// reconcile reads a list by the words of map init (mapping/draft), compares it
		// with records as the ledger sees them (push), and writes a workbook.
		"reconcile": append(table, "fault", "spec", "ident", "ledger", "mapping", "mapping/draft", "push", "workbook"),

		// summary counts an export's records as the ledger knows them (push.Entries).
		"summary": {"ident", "ledger", "push", "spec", "workbook"},

		// The stand-in shares no code with the client, so neither wire nor
		// platform: a fake that shares the client's code shares its mistakes.
		"sandbox": {"fault", "spec", "dict"},
		// sandbox/sample writes testdata/standard.xlsx and is read by tests and
		// generators only; it must know what the sandbox's dictionaries hold.
		"sandbox/sample": append(table, "spec", "dict", "ident", "sandbox", "meaning"),

		"house": {},
		// bench measures the whole pipeline against baselines, torture breaks it at
		// every step: both in tests only, which may use every room.
		"bench":        {},
		"torture":      {},
		"pgtest":       {}, // a database server for tests: no product code imports it
		"cmd/hbupload": {"cli", "host", "run"},
		// win7 edits the toolchain for a build that starts on Windows 7.
		"cmd/win7": {},
		// winres writes version, icon and manifest of the Windows program.
		"cmd/winres": {},
	}
}

// jobRooms are those that bring others together for a whole job.
func jobRooms() map[string][]string {
	table := []string{"table", "table/grid"}
	return map[string][]string{
		// run is the main job and what it needs at hand: it may use whatever reads,
		// checks, sends and reports. doctor and night stand on it, beside each other.
		"run": append(table, "answers", "codebook", "config", "crash", "dict", "fault", "host", "ident", "inbox", "ledger", "mapping", "mapping/layout",
			"meaning", "nearest", "platform", "push", "reconcile", "report", "rules", "sandbox", "sense", "setup", "spec", "summary", "wire", "workbook"),
		"doctor": {"run", "bundle", "config", "dict", "fault", "host", "ledger", "mapping", "platform", "push", "report", "rules", "spec"},
		"night":  {"run", "config", "fault", "host", "inbox", "ledger", "mapping", "plainfile", "push", "report", "schedule", "spec"},
	}
}

// ordinary is the one room everyone may use, as if it were of the standard library.
const ordinary = "pattern"

// everything is the one room that knows everyone.
const everything = "cli"

// fenced names libraries that one room hides from the others.
func fenced() map[string]string {
	return map[string]string{
		"github.com/spf13/viper":              "config",   // one instance, decoded at once into a struct
		"github.com/spf13/cobra":              "cli",      // commands are wiring
		"github.com/go-resty/resty":           "platform", // the only room that calls the platform
		"modernc.org/sqlite":                  "ledger",
		"github.com/jackc/pgx":                "ledger/shared",
		"hbupload/internal/pgtest":            "pgtest",            // for tests only
		"hbupload/internal/workbook/booktest": "workbook/booktest", // for tests only
		"github.com/mozillazg":                "dict",
		"github.com/richardlehane":            "table/xls",
		"github.com/zalando/go-keyri":         "host",
	}
}

// imports is the rule of directions. Tests may use any room for their scenes
// (the compiler forbids circles) but cli, which only its own tests, bench, torture and cmd know.
func imports(f *file) []string {
	allowed, room := rooms()[f.room()], f.room()
	var out []string
	for _, spec := range f.ast.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		for prefix, owner := range fenced() {
			if strings.HasPrefix(name, prefix) && room != owner && room != "pgtest" && f.product() { // pgtest is for tests
				out = append(out, f.at(spec.Pos())+": "+name+" belongs to "+owner)
			}
		}
		other, ours := strings.CutPrefix(name, module+"/internal/")
		if !ours || room == everything || other == room {
			continue
		}
		switch {
		case f.test && (other != everything || room == "bench" || room == "torture"):
		case !slices.Contains(allowed, other) && other != ordinary:
			out = append(out, f.at(spec.Pos())+": "+room+" may not import "+other)
		}
	}
	return out
}
