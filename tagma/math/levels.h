// Compiling one body for several instruction sets within a file: TAGMA_AT_EACH_LEVEL(name, (parameters), (arguments))
// makes a function `name` that calls name_body, inlined for the best set the machine has. name_body is TAGMA_INLINE.
// No fused multiply-add arises (-ffp-contract=off), so all sets give the same bytes.
#pragma once

#define TAGMA_INLINE [[gnu::always_inline]] inline

#if defined(__x86_64__)
#define TAGMA_AVX2 [[gnu::target("avx2")]]
#define TAGMA_AVX512 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512")]]
#define TAGMA_AT_EACH_LEVEL(name, parameters, arguments)                         \
  namespace {                                                                    \
  void name##_baseline parameters { name##_body arguments; }                     \
  TAGMA_AVX2 void name##_avx2 parameters { name##_body arguments; }              \
  TAGMA_AVX512 void name##_avx512 parameters { name##_body arguments; }          \
  }                                                                              \
  void name parameters {                                                         \
    switch (detail::machine_level()) {                                           \
      case 2: return name##_avx512 arguments;                                    \
      case 1: return name##_avx2 arguments;                                      \
      default: return name##_baseline arguments;                                 \
    }                                                                            \
  }
#else
#define TAGMA_AT_EACH_LEVEL(name, parameters, arguments) \
  void name parameters { name##_body arguments; }
#endif

namespace tagma::math::detail {

// 2: AVX-512 F, BW, DQ, VL; 1: AVX2; 0: what the compiler assumes of every machine.
inline int machine_level() {
#if defined(__x86_64__)
  static const int level = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                                   __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
                               ? 2
                               : (__builtin_cpu_supports("avx2") ? 1 : 0);
  return level;
#else
  return 0;
#endif
}

}  // namespace tagma::math::detail
