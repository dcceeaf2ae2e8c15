#!/usr/bin/env bash
# Installs the release build into a scratch folder and builds examples/ against it, as another project would.
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=$(nproc)
cmake --preset release -DTAGMA_TESTS=OFF >/dev/null
cmake --build --preset release -j "$jobs" -- --quiet
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
cmake --install build/release --prefix "$prefix" >/dev/null
cmake -S examples -B "$prefix/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$prefix/build" -- --quiet
for example in "$prefix"/build/example_*; do
    "$example"
done
"$prefix/bin/tagma" --version
