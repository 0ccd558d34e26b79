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
BUILD := CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=$(VCS)

.PHONY: help build demo test check vet lint house race kills cross tidy extra bench fuzz fuzzshort torture profile dist vuln clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-9s %s\n", $$1, $$2}'

build: ## build bin/hbupload
	$(BUILD) -o $(BIN) ./cmd/hbupload

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

test: ## all tests; needs only Go and make
	$(GO) test ./...

check: vet lint house race kills fuzzshort cross tidy ## everything that must hold before a change lands

vet:
	$(GO) vet ./...

lint: $(LINT) ## golangci-lint, pinned, built into .tools when missing
	$(LINT) run ./...

# Named by its version, so that a new pin is a new file.
$(LINT):
	@echo "building golangci-lint $(LINT_VERSION) into .tools, once; some minutes"
	@mkdir -p $(TOOLS)
	GOFLAGS= CGO_ENABLED=0 GOBIN=$(TOOLS) $(GO) install -trimpath github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv $(TOOLS)/golangci-lint$(EXE) $@

house: ## the rules of the house
	$(GO) test -count=1 ./internal/house

# Hundreds of whole commands, one after another: minutes under the detector, and
# the goroutines of each command run under it in the scripts too.
RACE_SKIP := ^TestHostileTexts$$

race: ## tests under the race detector, where a C compiler is
	@if command -v "$$($(GO) env CC)" >/dev/null 2>&1; then \
		echo "race: all but bench and torture, whose work is done by programs of their own that are built without it,"; \
		echo "      and but $(RACE_SKIP): the same commands as the scripts, hundreds of times over"; \
		CGO_ENABLED=1 $(GO) test -race -skip '$(RACE_SKIP)' $$($(GO) list ./... | grep -vE '/internal/(bench|torture)$$'); \
	else \
		echo "race: NOT RUN, there is no C compiler ($$($(GO) env CC)); install gcc to run it"; \
	fi

# The test among all others kills 20 times.
kills: ## kill the program 200 times at random moments (KILLS=200)
	HBUPLOAD_KILLS=$(or $(KILLS),200) $(GO) test -count=1 -v -timeout 1h -run '^TestKills$$' ./internal/torture

cross: ## the other systems compile, without cgo
	CGO_ENABLED=0 GOOS=windows GOARCH=amd64 $(GO) build ./...
	CGO_ENABLED=0 GOOS=darwin GOARCH=arm64 $(GO) build ./...
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 $(GO) build ./...
	CGO_ENABLED=0 GOOS=windows GOARCH=amd64 $(GO) vet ./...

tidy:
	$(GO) mod tidy -diff
	$(GO) mod verify

extra: ## tests with LibreOffice, Chromium, Wine or a database; each skips with a word
	@rooms=$$(grep -rl '^//go:build extra' --include='*_test.go' cmd internal | xargs -n 1 dirname | sort -u | sed 's#^#./#'); \
	$(GO) test -tags extra -count 1 -v -run '^TestExtra' $$rooms

bench: ## benchmarks (PKG=./... BENCH=regexp BENCHTIME=1s COUNT=1)
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem -count $(COUNT) $(PKG)

# A package's test program is built once and run for each of its targets. What a
# target finds is written to its testdata/fuzz and stays a test. Go 1.26 may end
# a target with "context deadline exceeded" when its time is up on a busy machine
# (golang/go#75804, mended in 1.27): without a failing input that is no finding.
fuzz: ## every fuzz target in turn, a minute each (PKG=./... FUZZTIME=60s FUZZ=regexp)
	@set -u; top=$$(pwd); mkdir -p bin; n=0; bad=0; for pair in $$($(GO) list -f '{{.ImportPath}}={{.Dir}}' $(PKG)); do \
		pkg=$${pair%%=*}; cd "$${pair#*=}" || exit 1; \
		targets=$$(cat *_test.go 2>/dev/null | sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' | grep -E '$(or $(FUZZ),.)'); \
		[ -n "$$targets" ] || continue; \
		$(GO) test -c $(if $(FUZZBARE),,-fuzz=.) -o "$$top/bin/fuzz.test" . || exit 1; \
		for f in $$targets; do \
			echo "== $$pkg $$f"; n=$$((n + 1)); \
			"$$top/bin/fuzz.test" -test.run '^$$' -test.fuzz "^$$f\$$" -test.fuzztime $(FUZZTIME) -test.fuzzminimizetime 1x \
				-test.fuzzcachedir "$$($(GO) env GOCACHE)/fuzz/$$pkg" >"$$top/bin/fuzz.txt" 2>&1 && { tail -n 2 "$$top/bin/fuzz.txt" | head -n 1; continue; }; \
			if grep -q 'context deadline exceeded' "$$top/bin/fuzz.txt" && ! grep -qE 'Failing input|panic|_test.go' "$$top/bin/fuzz.txt"; then \
				echo "the time was up in the middle of an input; nothing was found"; continue; \
			fi; \
			cat "$$top/bin/fuzz.txt"; bad=$$((bad + 1)); \
		done; \
	done; \
	echo "fuzz: $$n targets, $(FUZZTIME) each, $$bad failed"; [ $$n -gt 0 ] && [ $$bad -eq 0 ]

# For CI, without the instrumentation that guides a long search: compiling all
# libraries anew for it takes longer than the search itself.
fuzzshort: ## every fuzz target for a moment from its saved corpus (SHORT=1s)
	@$(MAKE) --no-print-directory fuzz FUZZTIME=$(or $(SHORT),1s) FUZZBARE=1

torture: ## crash and random-model tests, many times over (PKG=./... TIMES=20)
	HBUPLOAD_KILLS=2000 $(GO) test -count=1 -v -timeout 3h -run '^TestKills$$' ./internal/torture
	HBUPLOAD_TORTURE=1 $(GO) test -count=1 -v -timeout 1h -run '^TestSyncTortureMonth$$' ./internal/cli
	$(GO) test -count $(TIMES) -timeout 3h -run 'Crash|Kill|Model|Disk|Random|Torture' $(PKG)

profile: ## CPU and memory profiles of a benchmark (PKG=./internal/wire BENCH=.)
	@test "$(PKG)" != ./... || { echo "profile: name one package, e.g. make profile PKG=./internal/wire"; exit 2; }
	@mkdir -p bin
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem -o bin/profile.test -cpuprofile bin/cpu.prof -memprofile bin/mem.prof $(PKG)
	$(GO) tool pprof -top -nodecount 25 bin/cpu.prof

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
