#!/usr/bin/env bash
# Installs the build that make test runs into a scratch folder and builds examples/ against it, as another project would. (It and release
# differ in debug lines and in assertions of headers that are not ours; `make demo` builds release.)
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=$(nproc)
cmake --preset test >/dev/null
cmake --build --preset test -j "$jobs" -- --quiet
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
cmake --install build/test --prefix "$prefix" >/dev/null
cmake -S examples -B "$prefix/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$prefix/build" -- --quiet
for example in "$prefix"/build/example_*; do
    "$example"
done
if [ -e "$prefix/lib/tagma/tagma_torch.so" ]; then
    /usr/bin/python3 examples/pytorch_loop.py "$prefix/lib/tagma/tagma_torch.so"
fi
"$prefix/bin/tagma" --version
