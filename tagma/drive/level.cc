#include <tagma/drive/level.h>

namespace tagma {

bool runs_here(CpuLevel level) {
#if defined(__x86_64__) && !defined(TAGMA_BASELINE_ONLY)
  switch (level) {
    case CpuLevel::baseline: return true;
    case CpuLevel::avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case CpuLevel::avx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  }
#endif
  return level == CpuLevel::baseline;
}

CpuLevel best_level() {
  for (const CpuLevel level : {CpuLevel::avx512, CpuLevel::avx2})
    if (runs_here(level)) return level;
  return CpuLevel::baseline;
}

}  // namespace tagma
