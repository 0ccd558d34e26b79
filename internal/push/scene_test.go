package push

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hbupload/internal/ledger"
	"hbupload/internal/rules"
	"hbupload/internal/spec"
	"hbupload/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// someone is an invented person: key and identity by number.
type someone struct {
	n      int
	name   string
	result string
}

func (p someone) key() string { return fmt.Sprintf("TJ%04d", p.n) }

// json is a data.json small enough to read and large enough to have leaves.
func (p someone) json() []byte {
	return fmt.Appendf(nil, `{"ohEmployees":{"patientName":%q,"idcard":"13010219900101%04d","propose":%q,"reportOrgName":%q}}`, p.name, p.n, p.key(), p.result)
}

func (p someone) entry(d *ledger.Digester) ledger.Entry {
	return ledger.Entry{Institution: "1301", Identity: d.Identity("1301", "01", fmt.Sprint(p.n), "2026-01-02", "0"),
		Name: d.Name(p.name), Key: p.key(), Content: sha256.Sum256(p.json()), File: "导出.xlsx"}
}

func crowd(n int) []someone {
	out := make([]someone, n)
	for i := range out {
		out[i] = someone{n: i + 1, name: "测试甲", result: "检查结果正常"}
	}
	return out
}

// reporter is what tests, benchmarks and rapid have in common.
type reporter interface {
	Helper()
	Fatalf(format string, args ...any)
}

// scene is a ledger, a platform and what the observer saw.
type scene struct {
	t         reporter
	dir       string
	led       *ledger.Ledger
	run       *ledger.Run
	policy    ledger.Policy
	unsettled int // records that a run may have claimed and not settled
	platform  *outside
	events    []Event
	severity  *rules.Policy
}

// memory is a folder in memory where the system has one: thousands of commits
// need no disk here, the kill tests do.
func memory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "hbupload-push-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// newScene opens a ledger. The caller closes it, inside its own bubble of time.
func newScene(t reporter, dir string) *scene {
	t.Helper()
	s := &scene{t: t, dir: dir, unsettled: 64, platform: newPlatform(), policy: ledger.Policy{RetryRejected: true}}
	led, err := ledger.Open(context.Background(), ledger.Options{Path: dir + "/" + ledger.FileName, Now: time.Now, User: "测试", Host: "pc"})
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	s.led = led
	if s.severity, err = rules.NewPolicy(nil, false); err != nil {
		t.Fatalf("NewPolicy: %v", err)
	}
	s.begin()
	return s
}

func (s *scene) begin() ledger.Recovered {
	run, rec, err := s.led.BeginRun(context.Background(), ledger.RunInfo{Policy: s.policy, Unsettled: s.unsettled})
	if err != nil {
		s.t.Fatalf("BeginRun: %v", err)
	}
	s.run = run
	return rec
}

func (s *scene) close() {
	if err := s.led.Close(); err != nil {
		s.t.Fatalf("Close: %v", err)
	}
}

// Observe implements Observer. It has no lock: events come from one goroutine,
// and the race detector would tell.
func (s *scene) Observe(e Event) { s.events = append(s.events, e) }

// batch is a first pass's result for people.
func (s *scene) batch(people []someone) *Batch {
	spool, err := NewSpool(s.dir)
	if err != nil {
		s.t.Fatalf("NewSpool: %v", err)
	}
	zipper := wire.NewZipper(wire.DefaultLevel)
	b := &Batch{spool: spool}
	for _, p := range people {
		e := p.entry(s.led.Digester())
		leaves, err := wire.OpenLeaves(p.json())
		if err != nil {
			s.t.Fatalf("OpenLeaves: %v", err)
		}
		packed := digestLeaves(nil, s.led.Digester(), leaves)
		a := about{institution: e.Institution, identity: e.Identity, name: e.Name, rowKey: e.RowKey}
		slot, err := spool.Add(zipper.Zip(a.pack(nil, packed), p.json()))
		if err != nil {
			s.t.Fatalf("Add: %v", err)
		}
		b.Records = append(b.Records, Record{Key: p.key(), State: Valid, Content: e.Content, Place: spec.Place{Sheet: &spec.SheetRef{File: e.File}}})
		b.jobs = append(b.jobs, job{slot: slot})
	}
	if err := spool.Flush(); err != nil {
		s.t.Fatalf("Flush: %v", err)
	}
	return b
}

// plan asks the ledger about a batch.
func (s *scene) plan(b *Batch) {
	if err := b.Plan(context.Background(), s.led, s.policy, s.severity); err != nil {
		s.t.Fatalf("Plan: %v", err)
	}
}

// delivery is the usual way to send; tests change what they are about.
func (s *scene) delivery() Delivery {
	return Delivery{Sender: s.platform, Run: s.run, Severities: s.severity, Concurrency: 4, Retries: 5,
		MaxRejections: 20, MaxFailures: 10, Duplicate: reAlready(), CompareEcho: true, Observer: s,
		Now: time.Now, Jitter: func(most time.Duration) time.Duration { return most }}
}

// push plans, delivers and finishes, as the command does.
func (s *scene) push(people []someone, change func(*Delivery)) (*Batch, error) {
	b := s.batch(people)
	defer b.Close()
	s.plan(b)
	d := s.delivery()
	if change != nil {
		change(&d)
	}
	stop := b.Deliver(context.Background(), d)
	if err := s.run.Finish(context.Background(), ledger.Summary{}); err != nil {
		s.t.Fatalf("Finish: %v", err)
	}
	return b, stop
}

// states are the records' states in the order of the input.
func states(b *Batch) []State {
	out := make([]State, len(b.Records))
	for i := range b.Records {
		out[i] = b.Records[i].State
	}
	return out
}

func wantStates(t reporter, b *Batch, want ...State) {
	t.Helper()
	if got := states(b); !slices.Equal(got, want) {
		t.Fatalf("states %v, want %v", got, want)
	}
}

// stored is what the ledger keeps of a person.
func (s *scene) stored(p someone) ledger.State { return s.storedAll([]someone{p})[0] }

// storedAll is what the ledger says of each.
func (s *scene) storedAll(people []someone) []ledger.State {
	entries := make([]ledger.Entry, len(people))
	for i, p := range people {
		entries[i] = p.entry(s.led.Digester())
	}
	ds, err := s.led.Plan(context.Background(), entries, s.policy)
	if err != nil {
		s.t.Fatalf("Plan: %v", err)
	}
	out := make([]ledger.State, len(ds))
	for i, d := range ds {
		out[i] = d.PriorState
	}
	return out
}

// agree is P1 and P2: nothing is stored twice, what is accepted is stored, and
// what is stored is accepted or in doubt.
func (s *scene) agree(people []someone) {
	s.platform.mu.Lock()
	defer s.platform.mu.Unlock()
	states := s.storedAll(people)
	for i, p := range people {
		held, state := s.platform.store[p.key()], states[i]
		switch {
		case len(held) > 1:
			s.t.Fatalf("%s is stored %d times", p.key(), len(held))
		case state == ledger.StateAccepted && len(held) == 0:
			s.t.Fatalf("%s is accepted and not stored", p.key())
		case len(held) == 1 && state != ledger.StateAccepted && state != ledger.StateInDoubt:
			s.t.Fatalf("%s is stored and %q", p.key(), state)
		}
	}
}

// kinds picks the events of a kind.
func (s *scene) kinds(kind EventKind) []Event {
	var out []Event
	for _, e := range s.events {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// outside is a scripted platform, a Sender that stores.
type outside struct {
	mu     sync.Mutex
	script map[string][]answer // by key, used up in order; then usual
	nth    map[int]answer      // by number of the request, before the script
	usual  answer
	ready  func(context.Context) error
	store  map[string][]string // texts of the contents stored, in order
	sent   []attempted
	flying int
	most   int // requests in flight at once
}

// attempted is one request that arrived.
type attempted struct {
	key string
	at  time.Time
}

// answer is what becomes of one request: stored or not, and how it looks.
type answer struct {
	stores  bool
	takes   time.Duration
	hangs   bool // until the context ends
	outcome wire.Outcome
	echo    func(json string) string
	then    func() // runs when the request has arrived
}

func newPlatform() *outside {
	return &outside{script: map[string][]answer{}, store: map[string][]string{}, usual: accepts()}
}

func accepts() answer {
	return answer{stores: true, outcome: wire.Outcome{Class: wire.Accepted, HTTPStatus: 200}, echo: func(json string) string { return json }}
}
func rejects(msg string) answer {
	return answer{outcome: wire.Outcome{Class: wire.Rejected, HTTPStatus: 200, Msg: msg}}
}
func loses() answer { // the reply, after storing
	return answer{stores: true, outcome: wire.Outcome{Class: wire.Unknown, Reason: "请求已完整发出，但没有收到应答", Sent: true}}
}
func swallows() answer { // the request, without storing
	return answer{outcome: wire.Outcome{Class: wire.Unknown, HTTPStatus: 504, Reason: "平台应答 504，平台可能已收下"}}
}
func down() answer {
	return answer{outcome: wire.Outcome{Class: wire.NotProcessed, Reason: "请求没有完整发出"}}
}
func busy(after time.Duration) answer {
	return answer{outcome: wire.Outcome{Class: wire.Throttled, HTTPStatus: 503, RetryAfter: after, Reason: "平台应答 503，暂不受理"}}
}

// Ready implements Sender.
func (p *outside) Ready(ctx context.Context) error {
	if p.ready == nil {
		return nil
	}
	return p.ready(ctx)
}

// arrive notes a request and says what becomes of it.
func (p *outside) arrive(key, json string) answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.flying++
	p.most = max(p.most, p.flying)
	p.sent = append(p.sent, attempted{key, time.Now()})
	a := p.usual
	if script := p.script[key]; len(script) > 0 {
		a, p.script[key] = script[0], script[1:]
	}
	if nth, ok := p.nth[len(p.sent)]; ok {
		a = nth
	}
	if a.stores {
		p.store[key] = append(p.store[key], json)
	}
	return a
}

// Send implements Sender.
func (p *outside) Send(ctx context.Context, zip []byte, _ func(context.Context) error) wire.Outcome {
	text, err := wire.Unzip(zip)
	if err != nil {
		return wire.Outcome{Class: wire.Rejected, Msg: err.Error()}
	}
	leaves, err := wire.OpenLeaves(zip)
	if err != nil {
		return wire.Outcome{Class: wire.Rejected, Msg: err.Error()}
	}
	key := ""
	for _, l := range leaves {
		if l.Key == "propose" {
			key = l.Text
		}
	}
	a := p.arrive(key, string(text))
	defer func() {
		p.mu.Lock()
		p.flying--
		p.mu.Unlock()
	}()
	if a.then != nil {
		a.then()
	}
	if a.hangs {
		<-ctx.Done()
		return wire.Outcome{Class: wire.Unknown, Reason: "请求已完整发出，但没有收到应答", Err: ctx.Err(), Sent: true}
	}
	select {
	case <-time.After(a.takes):
	case <-ctx.Done():
		return wire.Outcome{Class: wire.Unknown, Err: ctx.Err(), Sent: true}
	}
	if a.echo != nil {
		a.outcome.Echo = []byte(a.echo(string(text)))
	}
	return a.outcome
}

// attempts are the times at which a key arrived.
func (p *outside) attempts(key string) []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []time.Time
	for _, a := range p.sent {
		if a.key == key {
			out = append(out, a.at)
		}
	}
	return out
}

// contentOf is the SHA-256 of a data.json.
func contentOf(json string) [32]byte { return sha256.Sum256([]byte(json)) }
