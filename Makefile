# Everything there is to do with this repository. "make" lists it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# What is shipped needs no C compiler.
export CGO_ENABLED := 0

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

# The race detector needs cgo. SQLite translated to Go is left out of it: it is not our
# code, and watching each of its memory accesses makes the tests 60 times slower.
RACE := -race -gcflags='modernc.org/sqlite/lib=-race=false'

.PHONY: help
help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: build ## start the console with the demo world at http://127.0.0.1:8080 (needs only Go and make)
	@echo "Console with the demo world: http://$${CONSOLE_ADDR:-127.0.0.1:8080} (Ctrl-C ends it)"
	@CONSOLE_DEMO=1 CONSOLE_DATA_DIR=demo-data exec bin/console serve

.PHONY: build
build: ## compile bin/console
	@scripts/build

.PHONY: generate
generate: ## write what is generated: templates, style sheet, figures in documents
	@scripts/prepare npm
	@scripts/generate

.PHONY: check
check: ## all that needs no server and no browser: format, vet, linters, generated files
	@scripts/prepare npm
	@$(MAKE) -k checks

.PHONY: test
test: ## prepare what is missing, then check, browser stories, and Go tests on both databases
	@scripts/stage prepare scripts/prepare
	@scripts/with-postgres $(MAKE) -k checks stories go-race

.PHONY: bench
bench: build ## measure what the console does beside its limits, 10 minutes; writes bench/results and docs
	@scripts/prepare postgresql
	@scripts/with-postgres go run -trimpath ./bench
	@go run -trimpath ./bench/document

.PHONY: torture
torture: build ## the tests at full size and the load figures: long, many, killed, a million rows
	@scripts/prepare
	@TORTURE=1 scripts/with-postgres $(MAKE) -k go-torture stories load growth

.PHONY: clean
clean: ## remove what was built and installed here, but not ./data and ./demo-data
	@rm -rf bin node_modules web/e2e/node_modules web/e2e/out

# Parts of the above.

.PHONY: checks format vet staticcheck lint generated tidy vulnerabilities stories go-race go-torture load growth
checks: format vet staticcheck lint generated tidy vulnerabilities

format:
	@scripts/stage format scripts/format

vet:
	@scripts/stage vet go vet ./...

staticcheck:
	@scripts/stage staticcheck go run $(STATICCHECK) ./...

lint:
	@scripts/stage "own checks" go run ./scripts/lint

generated:
	@scripts/stage "generated files" scripts/unchanged scripts/generate

tidy:
	@scripts/stage "go.mod is tidy" go mod tidy -diff

vulnerabilities:
	@scripts/stage vulnerabilities scripts/vulnerabilities

stories: build
	@scripts/stage "browser stories" node web/e2e/run.js

go-race:
	@CGO_ENABLED=1 scripts/stage "Go tests with the race detector" go run ./scripts/gotest $(RACE) -timeout=30m ./...

go-torture:
	@scripts/stage "Go tests at full size" go run ./scripts/gotest -count=1 -timeout=6h ./...

load:
	@scripts/stage "load" go run -trimpath ./bench/load
	@scripts/stage "soak" go run -trimpath ./bench/load -soak 30m
	@go run -trimpath ./bench/document

growth:
	@scripts/stage "growth" go run -trimpath ./bench/growth
	@go run -trimpath ./bench/document
