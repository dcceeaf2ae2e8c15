#!/usr/bin/env bash
# Builds the fuzz targets of tests/fuzz and runs each for a while: tools/fuzz.sh [SECONDS=10] [TARGET..].
# Inputs that reach new code are kept in build/asan/corpus; a crash stops the run and leaves its input in build/asan/crashes.
# They are part of the asan preset, whose build they share with the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10}
shift || true

log=$(mktemp)
trap 'rm -f "$log"' EXIT

build=build/asan
cmake --preset asan >/dev/null
if [ $# -gt 0 ]; then
    cmake --build "$build" -j "$(nproc)" --target $(printf 'fuzz_%s ' "$@") -- --quiet
else
    cmake --build "$build" -j "$(nproc)" --target fuzzers -- --quiet
    set -- $(cd tests/fuzz && ls -- *_fuzz.cc | sed 's/_fuzz\.cc$//')
fi
python3 tests/fuzz/make_seeds.py "$build/seeds"
mkdir -p "$build/crashes"
for target in "$@"; do
    mkdir -p "$build/corpus/$target" "$build/seeds/$target"
    if ! "$build/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
        -artifact_prefix="$build/crashes/$target-" -print_final_stats=1 \
        "$build/corpus/$target" "$build/seeds/$target" >"$log" 2>&1; then
        grep -E 'ERROR|SUMMARY|runtime error|terminate|what\(\)|^ +#[0-9] ' "$log" | head -30 >&2 || true
        echo "fuzz: $target failed; the input: $(ls -t "$build"/crashes/"$target"-* | head -1)" >&2
        echo "fuzz: run it again with $build/tests/fuzz/fuzz_$target INPUT" >&2
        exit 1
    fi
    printf 'fuzz: %-12s %9s runs in %s s, no fault\n' "$target" "$(sed -n 's/stat::number_of_executed_units: *//p' "$log")" "$seconds"
done
