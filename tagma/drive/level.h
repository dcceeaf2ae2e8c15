// Instruction sets that the row kernels are compiled for. The best one of the machine is taken at run time; tests ask for
// each. Results of different levels agree to rounding (fused multiply-add), those of one level are the same bytes always.
// Double precision runs at the baseline only.
#pragma once

#include <tagma/base/settings.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace tagma {

class LossFunction;

enum class CpuLevel : std::uint8_t {
  baseline,  // what the compiler assumes of every machine (SSE2 on x86-64)
  avx2,      // AVX2 and FMA
  avx512,    // AVX-512 F, BW, DQ, VL
};

bool runs_here(CpuLevel level);
CpuLevel best_level();

// As make_loss of loss_function.h, on a level that this machine runs. Errors: Error{not_built} when it does not.
std::unique_ptr<LossFunction> make_loss(std::string_view name, const Settings& settings, CpuLevel level);

}  // namespace tagma
