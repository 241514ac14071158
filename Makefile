# make run     install what is missing and open the app on the digits study (without a terminal: run that study and print it)
# make test    install and run every check, as CI does
# make check   the quick part of them
# make bench   measure what the program promises
SHELL := /bin/sh
.DEFAULT_GOAL := run
BIN := .venv/bin

.PHONY: run test check bench install static help

help:
	@sed -n 's/^# make/make/p' Makefile

install:
	@sh install.sh dev

run:
	@sh install.sh
	@if [ -t 0 ] && [ -t 1 ]; then exec $(BIN)/tui-ablate --open digits-residual; \
	else echo "No terminal: training the study digits-residual here, a few minutes on two cores." >&2; \
	exec $(BIN)/tui-ablate study digits-residual; fi

static: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check: static
	$(BIN)/pytest -q -n 2 --dist worksteal -m "not slow"

test: static
	$(BIN)/pytest -n 2 --dist worksteal

bench: install
	$(BIN)/python -m benchmarks
