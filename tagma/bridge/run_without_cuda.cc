#include <tagma/bridge/given.h>
#include <tagma/bridge/row_loss.h>

bool tagma::losses_run_on_cuda() { return false; }

namespace tagma::bridge {

Evaluated run_on_cuda(const Given& given, const LossFunction&, bool) {
  fail(Code::not_built, "outputs on device {}: this build runs losses on the CPU only; build with nvcc and a LibTorch for CUDA",
       given.outputs.device().str());
}

}  // namespace tagma::bridge
