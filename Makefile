# hbupload. `make help` lists the targets. Needs Go and make; what a target
# needs beyond that, it says.

GO           ?= go
FUZZTIME     ?= 60s
BENCH        ?= .
BENCHTIME    ?= 1s
COUNT        ?= 1
TIMES        ?= 20
PKG          ?= ./...
LINT_VERSION := v2.15.0

TOOLS := $(CURDIR)/.tools
LINT  := $(TOOLS)/golangci-lint-$(LINT_VERSION)
EXE   := $(shell $(GO) env GOEXE)
BIN   := bin/hbupload$(EXE)
# The version is what Go writes into the program: tag, commit and date. A tree
# whose git cannot be asked (an archive, another owner's folder) builds without.
VCS   := $(shell git status --porcelain >/dev/null 2>&1 && echo true || echo false)
BUILD := $(GO) build -buildvcs=$(VCS)

# One setting for the program, its tests and the linter: what one of them has
# compiled the others find. The program is shipped without cgo.
export CGO_ENABLED := 0
export GOFLAGS := $(filter-out -trimpath,$(shell $(GO) env GOFLAGS)) -trimpath

.PHONY: help build win7 demo test check vet lint house race cross tidy extra bench fuzz fuzzshort torture profile dist vuln clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-9s %s\n", $$1, $$2}'

build: ## build bin/hbupload
	$(BUILD) -o $(BIN) ./cmd/hbupload

# Go's own programs stop on Windows 7 before main: cmd/win7 edits two files of the
# standard library, as this toolchain has them.
win7: ## build bin/hbupload-win7.exe, which Windows 7 can run
	GOARCH= $(GO) run ./cmd/win7 -o bin/win7
	GOARCH= $(GO) run ./cmd/winres -arch $(or $(GOARCH),amd64) -o cmd/hbupload/rsrc_windows_$(or $(GOARCH),amd64).syso
	GOOS=windows GOARCH=$(or $(GOARCH),amd64) $(BUILD) -overlay bin/win7/overlay.json -o bin/hbupload-win7.exe ./cmd/hbupload
	rm -f cmd/hbupload/*.syso

# What an operator does with a platform, against the stand-in, over HTTP. The
# port is the system's choice; the configuration is the one the stand-in prints.
demo: build ## dictionaries, validate, push, push again against the sandbox, in ./demo
	@set -eu; \
	unset $$(env | sed -n 's/^\(HBUPLOAD_[A-Za-z0-9_]*\)=.*/\1/p') HBUPLOAD_; \
	rm -rf demo; mkdir -p demo; umask 077; \
	cp testdata/standard.xlsx demo/standard.xlsx; \
	$(BIN) sandbox --addr 127.0.0.1:0 >demo/sandbox.txt 2>demo/sandbox.log & pid=$$!; \
	trap 'kill $$pid 2>/dev/null || :' EXIT; trap 'exit 130' INT TERM; \
	n=0; until grep -q '^  password:' demo/sandbox.txt; do \
		n=$$((n + 1)); \
		if [ $$n -gt 100 ] || ! kill -0 $$pid 2>/dev/null; then cat demo/sandbox.txt demo/sandbox.log >&2; exit 1; fi; \
		sleep 0.1 2>/dev/null || sleep 1; \
	done; \
	sed -n '/^platform:/,$$p' demo/sandbox.txt >demo/hbupload.yaml; \
	run() { printf '\n$$ hbupload %s\n' "$$*"; $(BIN) --config demo/hbupload.yaml --data-dir demo/data "$$@"; }; \
	sed -n 1p demo/sandbox.txt; \
	run dict pull; \
	run validate demo/standard.xlsx --no-report; \
	run push demo/standard.xlsx; first=$$(grep -c upload demo/sandbox.log); \
	run push demo/standard.xlsx --no-report; again=$$(($$(grep -c upload demo/sandbox.log) - first)); \
	run status; \
	printf '\n模拟平台收到的上传：第一次 %s 条，第二次 %s 条\n' "$$first" "$$again"; \
	printf '台账：%s\n字典：%s\n' demo/data/ledger.db demo/data/dict; \
	printf '报告（标注过的工作簿，给录入的人）：%s\n' demo/*含个人信息*.xlsx; \
	printf '报告（汇总网页，给科室负责人）：%s\n' demo/*汇总*.html; \
	[ "$$first" -gt 0 ] && [ "$$again" -eq 0 ]

# go test starts packages in the order of its arguments: those that take longest
# come first, or the last of them runs alone. They wait for processes and
# databases half of their time, so one more runs than there are processors.
CPUS := $(or $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null),2)
MANY := -p $(shell expr $(CPUS) + 1 2>/dev/null || echo 3)
LONG := $(addprefix ./,internal/ledger internal/torture cmd/hbupload internal/cli internal/push internal/bench internal/mapping)

# Their files are in memory where that can be (.ci/memory), and what is no longer
# used is collected less often. race and the campaigns use the disk and Go's own
# setting, as go test does: both ways are run.
test: ## all tests; needs only Go and make
	@GOGC=$${GOGC:-400} sh .ci/memory $(GO) test $(MANY) $(LONG) ./...

# Nothing that test has run, but under the race detector. The linter's govet has
# every check of go vet, and test runs the rules of the house.
check: lint cross tidy fuzzshort race ## everything else that must hold before a change lands

vet:
	$(GO) vet ./...

lint: $(LINT) ## golangci-lint, pinned, built into .tools when missing
	$(LINT) run ./...

# Named by its version, so that a new pin is a new file.
$(LINT):
	@echo "building golangci-lint $(LINT_VERSION) into .tools, once; some minutes"
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) $(GO) install -trimpath github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv $(TOOLS)/golangci-lint$(EXE) $@

house: ## the rules of the house alone
	$(GO) test -count=1 ./internal/house

# The packages that start goroutines of their own. The scripts of cmd/hbupload
# run the whole program with the detector in it. SQLite's C turned into Go is used
# by one goroutine at a time: it stays as it is, which halves the work. No package
# that uses generic types may stay so: its copies of sync.Map's methods are linked
# for everybody, and the detector no longer sees what a map or a pool orders.
RACE      = $(filter $(RACED),$(LONG)) $(filter-out $(LONG),$(RACED))
RACED     = $(addprefix ./,$(sort $(shell grep -rlE -e '^[[:space:]]*go [a-zA-Z]' -e '[a-z]\.Go\>' --include='*.go' --exclude='*_test.go' cmd internal | xargs -n 1 dirname)))
# Whole commands, hundreds of times over: the same goroutines as the scripts. And
# of the scripts those that neither push nor sync: test has run them. The model
# of the ledger makes one call at a time.
RACE_SKIP := ^TestStores$$/^(embedded|postgres)$$/^model$$|^(TestHostileTexts|TestHostileDictionary|TestSyncTortureMonth|TestFlagErrorsAreChinese|TestSyncKilledAtEachStepOfTheMove|TestManual)$$|^TestHostile$$/^a_million_rows$$|^TestScripts$$/^(aliases|build|code-book|columns|config|data-dir|dict-[cdm]|exit|explain|findings|form|further|headers|hidden|history|identity|input|institution|items|key|log-file|mapping|named|names|new-commands|numeric|orphans|password|pasted|percent|report|row|rules|sandbox|schedule|sense|setup|sheet|shell|stdout|strict|suggestions|temp|validate-[em]|version|wire)

race: ## what starts goroutines, under the race detector, where a C compiler is
	@if command -v "$$($(GO) env CC)" >/dev/null 2>&1; then \
		echo "race: $(RACE)"; \
		CGO_ENABLED=1 $(GO) test -race -vet=off -gcflags='modernc.org/sqlite/lib=-race=false' -skip '$(RACE_SKIP)' $(MANY) $(RACE); \
	else \
		echo "race: NOT RUN, there is no C compiler ($$($(GO) env CC)); install gcc to run it"; \
	fi

cross: ## the sources are correct for the other systems too (make dist compiles them)
	HBUPLOAD_SYSTEMS=1 $(GO) test -count=1 -vet=off -run '^TestOtherSystems$$' ./internal/house

tidy:
	$(GO) mod tidy -diff

extra: ## tests with LibreOffice, Chromium, Wine or a database; each skips with a word
	@rooms=$$(grep -rl '^//go:build extra' --include='*_test.go' cmd internal | xargs -n 1 dirname | sort -u | sed 's#^#./#'); \
	$(GO) test -tags extra -count 1 -v -run '^TestExtra' $$rooms

bench: ## benchmarks (PKG=./... BENCH=regexp BENCHTIME=1s COUNT=1)
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem -count $(COUNT) $(PKG)

fuzz: ## every fuzz target, a minute each (PKG=./... FUZZTIME=60s FUZZ=regexp)
	@GO=$(GO) FUZZTIME=$(FUZZTIME) FUZZ='$(FUZZ)' $(CURDIR)/.ci/fuzz $(PKG)

fuzzshort: ## every fuzz target for a moment from its saved corpus (SHORT=1s)
	@GO=$(GO) FUZZTIME=$(or $(SHORT),1s) BARE=1 $(CURDIR)/.ci/fuzz ./...

torture: ## 2000 kills; crash and random-model tests, many times over (PKG=./... TIMES=20 KILLS=2000)
	HBUPLOAD_KILLS=$(or $(KILLS),2000) $(GO) test -count=1 -v -timeout 3h -run '^Test(Kills|LedgerGoesBack|InputReplaced|Replies)$$' ./internal/torture
	HBUPLOAD_TORTURE=1 $(GO) test -count=1 -v -timeout 1h -run '^TestSyncTortureMonth$$' ./internal/cli
	HBUPLOAD_WORKBOOKS=10000 $(GO) test -count=1 -v -timeout 1h -run '^TestEveryCellIsAccountedFor$$' ./internal/mapping
	$(GO) test -count $(TIMES) -timeout 3h -run 'Crash|Kill|Model|Disk|Random|Torture' $(PKG)

# Without PKG: what a push delivers to a platform that only answers, and nothing of
# the first pass before it. The second table says what each step of ours takes with
# all it calls.
PUSHED   := $(filter ./...,$(PKG))
PROFILES := $(CURDIR)/bin/profile
profile: ## where a record's time goes: CPU and memory profiles of delivery, or of a benchmark (PKG=./internal/wire BENCH=.)
	@rm -rf $(PROFILES); mkdir -p $(PROFILES)
ifneq ($(PUSHED),)
	HBUPLOAD_PROFILE=$(PROFILES) GODEBUG=memprofilerate=0 $(GO) test -run '^$$' -bench '^BenchmarkPushAgainstNothing$$' -benchtime 10s ./internal/push
else
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem -o bin/profile.test -cpuprofile $(PROFILES)/cpu-1.prof -memprofile $(PROFILES)/mem.prof $(PKG)
endif
	$(GO) tool pprof -top -nodecount 25 $(PROFILES)/cpu-*.prof
	$(GO) tool pprof -top -cum -nodecount 45 -ignore 'sandbox/sample' -show '^hbupload|resty.*execute$$|sqlite/lib._sqlite3(WalFrames|VdbeExec)|net/http.*\*(Client|conn|persistConn)|gcBgMarkWorker$$' $(PROFILES)/cpu-*.prof

# A test, so that it runs wherever Go does: builds what is committed twice out of
# two folders, compares, packs. DIST_CACHE=$$(mktemp -d) compiles the second time anew.
dist: ## archives for Windows, Linux and macOS with checksums and SBOM, in dist
	DIST_VCS=$(VCS) $(GO) test -tags dist -count 1 -v -timeout 60m -run '^TestDist$$' ./cmd/hbupload
	@cat dist/SHA256SUMS

VULN_VERSION := v1.1.4
vuln: ## known vulnerabilities of what we use; says so when the database cannot be reached
	@mkdir -p bin; $(GO) run golang.org/x/vuln/cmd/govulncheck@$(VULN_VERSION) ./... >bin/vuln.txt 2>&1; code=$$?; \
	cat bin/vuln.txt; \
	if [ $$code -ne 0 ] && grep -qE 'dial tcp|no such host|fetching vulnerabilities|proxyconnect|Not Found|Forbidden' bin/vuln.txt; then \
		echo "vuln: NOT RUN, the vulnerability database (vuln.go.dev) cannot be reached from here"; exit 0; \
	fi; exit $$code

clean: ## remove what make wrote, but the tools
	rm -rf bin dist demo
