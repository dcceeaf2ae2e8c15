#!/usr/bin/env bash
# Builds the fuzz targets of tests/fuzz and runs each for a while: tools/fuzz.sh [SECONDS=10] [TARGET..].
# Inputs that reach new code are kept in build/fuzz/corpus; a crash stops the run and leaves its input in build/fuzz/crashes.
# Where clang or its fuzzer runtime is missing, it says so and succeeds.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10}
shift || true

probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
if ! command -v clang++ >/dev/null; then
    echo "fuzz: skipped, no clang++ here (Debian: clang)"
    exit 0
fi
echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' >"$probe/probe.cc"
if ! clang++ -fsanitize=fuzzer,address,undefined "$probe/probe.cc" -o "$probe/probe" >"$probe/log" 2>&1; then
    echo "fuzz: skipped, clang++ has no fuzzer and sanitizer runtimes here (Debian: libclang-rt-14-dev)"
    exit 0
fi

build=${TAGMA_FUZZ_BUILD:-build/fuzz}
cmake --preset fuzz -B "$build" >/dev/null
if [ $# -gt 0 ]; then
    cmake --build "$build" -j "$(nproc)" --target $(printf 'fuzz_%s ' "$@") -- --quiet
else
    cmake --build "$build" -j "$(nproc)" --target fuzzers -- --quiet
    set -- $(cd tests/fuzz && ls -- *_fuzz.cc | sed 's/_fuzz\.cc$//')
fi
python3 tests/fuzz/make_seeds.py "$build/seeds"
mkdir -p "$build/crashes"
fuzz() {  # TARGET
    mkdir -p "$build/corpus/$1" "$build/seeds/$1"
    if ! "$build/tests/fuzz/fuzz_$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
        -artifact_prefix="$build/crashes/$1-" -print_final_stats=1 \
        "$build/corpus/$1" "$build/seeds/$1" >"$probe/log.$1" 2>&1; then
        grep -E 'ERROR|SUMMARY|runtime error|terminate|what\(\)|^ +#[0-9] ' "$probe/log.$1" | head -30 >&2 || true
        echo "fuzz: $1 failed; the input: $(ls -t "$build"/crashes/"$1"-* | head -1)" >&2
        echo "fuzz: run it again with $build/tests/fuzz/fuzz_$1 INPUT" >&2
        return 255  # no other target begins
    fi
    printf 'fuzz: %-12s %9s runs in %s s, no fault\n' "$1" "$(sed -n 's/stat::number_of_executed_units: *//p' "$probe/log.$1")" "$seconds"
}
export build probe seconds
export -f fuzz
printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} bash -euo pipefail -c 'fuzz {}'
