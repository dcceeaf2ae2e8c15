#!/usr/bin/env bash
# Builds the CUDA kernels and, where a python3 has PyTorch for CUDA, the bridge to it, alone, and runs their laws and a
# bandwidth benchmark on this machine's device. Needs nvcc, CMake 3.20, a C++20 compiler and the headers of fmt
# (libfmt-dev, or TAGMA_FMT_INCLUDE=FOLDER with fmt/core.h in it).
# Usage: tools/gpu_check.sh [BUILD_FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build/bridge}
export PATH=$PATH:/usr/local/cuda/bin
options=(-DCMAKE_BUILD_TYPE=Release -DTAGMA_CUDA=ON -DTAGMA_CUDA_ARCHITECTURE="${TAGMA_CUDA_ARCHITECTURE:-native}")
if [ -n "${TAGMA_FMT_INCLUDE:-}" ]; then options+=(-DTAGMA_FMT_INCLUDE="$(realpath "$TAGMA_FMT_INCLUDE")"); fi
torch=$(python3 -c 'import os, torch; assert torch.version.cuda; print(os.path.dirname(torch.__file__), int(torch._C._GLIBCXX_USE_CXX11_ABI))' 2>/dev/null || true)
if [ -n "$torch" ]; then
    options+=(-DTAGMA_TORCH_ROOT="${torch% *}" -DTAGMA_TORCH_ABI="${torch##* }")
fi
cmake -S tagma/bridge -B "$build" "${options[@]}"
cmake --build "$build" -j "$(nproc)"
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null || true
"$build/gpu_check"
if [ -n "$torch" ]; then
    "$build/torch_check"
else
    echo "skipped: the bridge; this python3 has no PyTorch for CUDA"
fi
