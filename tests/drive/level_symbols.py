"""Code compiled for one instruction set must not be found by the linker under a name that others use.

Every symbol that an object of an AVX level shares with other objects (weak, or exported beside its table of kernels) has to
bear that level's tag. Run: level_symbols.py OBJECT...
"""
import re
import subprocess
import sys

TAGS = {"avx2": "CpuLevelE1E", "avx512": "CpuLevelE2E"}

strays, seen = [], set()
for path in sys.argv[1:]:
    level = re.search(r"cpu_rows_(avx\w+)\.cc", path)
    if not level:
        continue
    seen.add(level[1])
    for line in subprocess.run(["nm", "--defined-only", path], capture_output=True, text=True, check=True).stdout.splitlines():
        _, kind, name = line.split()
        if kind in "WVuT" and TAGS[level[1]] not in name and "float_kernels_" + level[1] not in name:
            strays.append(f"{path}: {kind} {name}")
print("\n".join(strays) or f"{len(seen)} levels keep their symbols to themselves")
sys.exit(1 if strays or seen != set(TAGS) else 0)
