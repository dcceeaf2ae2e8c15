# tagma: the two commands a fresh machine needs are `make demo` and `make test`.
# Everything else is a shortcut for a CMake preset (CMakePresets.json).

JOBS ?= $(shell nproc 2>/dev/null || echo 2)
BUILD ?= build/release

.PHONY: all setup build demo test quick bench fuzz sanitize install lint clean help

all: build

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## setup      install the missing Debian packages (root or sudo)
setup:
	@tools/setup.sh

## build      the tagma program, optimised, in build/release
build: setup
	@cmake --preset release -DTAGMA_TESTS=OFF >$(if $(V),/dev/stdout,/dev/null)
	@cmake --build --preset release -j $(JOBS) --target tagma_program

## demo       set-up, build, and the main job on generated data
demo: build
	@tools/demo.sh $(BUILD)/bin/tagma demo

## test       the whole suite: unit tests, laws, cases, layers, fuzzers and sanitizers
test: setup
	@tools/test.sh

## quick      unit tests and laws of a dev build only
quick: setup
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev -j $(JOBS)
	@ctest --preset dev -j $(JOBS)

## bench      the benchmarks, against peers where they are installed
bench: setup
	@tools/bench.sh

## install    cmake --install into PREFIX (default /usr/local)
PREFIX ?= /usr/local
install: build
	@cmake --build --preset release -j $(JOBS)
	@cmake --install $(BUILD) --prefix $(PREFIX)

## lint       layers, file lengths, includes
lint:
	@python3 tools/check_layers.py
	@python3 tools/check_includes.py

## clean      remove build/ and demo/
clean:
	rm -rf build demo
