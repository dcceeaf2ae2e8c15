#include <tagma/deep/narrow.h>

#include <ATen/autocast_mode.h>

namespace tagma::deep {

Narrow::Narrow(Arithmetic arithmetic, const at::Device& device) : on_(arithmetic == Arithmetic::bf16), cuda_(device.is_cuda()) {
  if (!on_) return;
  if (cuda_) {
    at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
    at::autocast::set_enabled(true);
  } else {
    at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
    at::autocast::set_cpu_enabled(true);
  }
  at::autocast::increment_nesting();
}

Narrow::~Narrow() {
  if (!on_) return;
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  if (cuda_) at::autocast::set_enabled(false);
  else at::autocast::set_cpu_enabled(false);
}

}  // namespace tagma::deep
