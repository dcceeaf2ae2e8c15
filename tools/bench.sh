#!/usr/bin/env bash
# Builds and runs the benchmarks; peers only where python3-sklearn is installed, that of losses where python3-torch is
# (which `make setup` leaves out: 500 MB). What they said last stands in docs/benchmarks.md.
# Usage: tools/bench.sh [name ..]   (losses metrics readers split text linear)
set -euo pipefail
cd "$(dirname "$0")/.."
data=../shared/data
names=${*:-losses metrics readers split text linear}
cmake --preset release -DTAGMA_BENCH=ON -DTAGMA_TESTS=OFF >/dev/null
cmake --build --preset release -j "$(nproc)" -- --quiet
lscpu | grep -E 'Model name|^CPU\(s\)' || true
for name in $names; do
    printf '\n== %s\n' "$name"
    [ "$name" = linear ] || "build/release/bin/bench_$name"
    peer=bench/${name}_peer.py
    if [ "$name" = linear ] && [ ! -d "$data" ]; then
        echo "skipped: linear is measured on real sets, and $data is not there"
    elif [ "$name" = losses ]; then
        /usr/bin/python3 "$peer" "build/release/bin/bench_$name"
    elif [ -f "$peer" ] && /usr/bin/python3 -c 'import sklearn' 2>/dev/null; then
        # Debian's OpenBLAS does not know new processors and falls back to a slow kernel: give the peer the right one
        case $(grep -m1 -o avx512f /proc/cpuinfo || true) in avx512f) export OPENBLAS_CORETYPE=SkylakeX ;; *) export OPENBLAS_CORETYPE=Haswell ;; esac
        if [ "$name" = linear ]; then
            for set in mulan/bibtex/bibtex.arff.gz mldr/rcv1sub1/rcv1sub1.svm.gz; do
                /usr/bin/python3 "$peer" "build/release/bin/bench_$name" "$data/$set"
            done
        else
            /usr/bin/python3 "$peer" "build/release/bin/bench_$name"
        fi
    fi
done
