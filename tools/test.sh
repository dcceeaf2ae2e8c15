#!/usr/bin/env bash
# The whole test suite: layers and includes; unit tests, laws and cases in an optimised build; the same tests under AddressSanitizer and
# UndefinedBehaviorSanitizer; what runs threads under ThreadSanitizer; every fuzzer for a few seconds; an installed copy
# used from outside. TAGMA_TEST_PARTS="test asan tsan fuzz install" chooses parts.
set -euo pipefail
cd "$(dirname "$0")/.."
parts=${TAGMA_TEST_PARTS:-test asan tsan fuzz install}
jobs=$(nproc)

say() { printf '\n== %s (%s)\n' "$1" "$(date +%T)"; }
build() {  # PRESET [TARGET ..]
    local preset=$1 targets=("${@:2}")
    cmake --preset "$preset" >/dev/null
    cmake --build --preset "$preset" -j "$jobs" ${targets:+--target "${targets[@]}"} -- --quiet
}

python3 tools/check_layers.py
python3 tools/check_includes.py
for part in $parts; do
    say "$part"
    case $part in
        test) build test; ctest --preset test -j "$jobs" ;;
        asan) build asan; ctest --preset asan -j "$jobs" ;;
        tsan) build tsan test_base test_comm test_decide test_drive test_laws test_measure test_text; ctest --preset tsan -j "$jobs" -R '^(base|comm|decide|drive|laws|measure|text)\.' ;;
        fuzz) tools/fuzz.sh 5 ;;
        install) tools/check_install.sh ;;
        *) echo "test: unknown part '$part'; known: test asan tsan fuzz install" >&2; exit 2 ;;
    esac
done
say "all of: $parts passed"
