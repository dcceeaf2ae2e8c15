// row_loss() on tensors of a CUDA device against the same on the CPU: value and gradient, three number types, a stream that
// is not the default one. Exit 1 when a number is wrong.
#include <tagma/bridge/row_loss.h>

#include "tests/drive/random_batch.h"

#include <ATen/ATen.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cstdio>

namespace tagma {
namespace {

template <class T>
at::Tensor tensor_of(const std::vector<T>& values, at::IntArrayRef shape, at::ScalarType type) {
  return at::from_blob(const_cast<T*>(values.data()), shape, at::TensorOptions(type)).clone();
}

struct Passed {
  at::Tensor value, gradient;
};

Passed pass(const at::Tensor& outputs, const RandomBatch& drawn, const std::shared_ptr<const LossFunction>& loss) {
  const auto to = [&](const at::Tensor& tensor) { return tensor.to(outputs.device()); };
  const at::Tensor leaf = outputs.detach().clone().requires_grad_();
  const at::Tensor value = row_loss(leaf, to(tensor_of(drawn.truth, {drawn.rows, drawn.labels}, at::kChar)),
                                    to(tensor_of(drawn.grades, {drawn.rows, drawn.labels}, at::kFloat)),
                                    to(tensor_of(drawn.row_weights, {drawn.rows}, at::kFloat)), loss, 2);
  value.mul(3).backward();
  return {value.detach().cpu().to(at::kDouble), leaf.grad().cpu().to(at::kDouble)};
}

int compare() {
  int wrong = 0;
  for (const Entry& entry : loss_entries()) {
    const std::shared_ptr<const LossFunction> loss = make_loss(entry.name, {});
    const RandomBatch drawn(5, 33, 21, *loss);
    const at::Tensor outputs = tensor_of(drawn.outputs, {drawn.rows, drawn.width}, at::kFloat);
    for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16}) {
      const Passed cpu = pass(outputs.to(type), drawn, loss), device = pass(outputs.to(type).to(at::kCUDA), drawn, loss);
      const double rounding = type == at::kFloat ? 1e-5 : type == at::kHalf ? 0x1p-10 : 0x1p-6;  // rounded twice
      const bool same = device.value.allclose(cpu.value, 3e-5, 3e-5) &&
                        device.gradient.allclose(cpu.gradient, rounding, 3e-5 * cpu.gradient.abs().max().item<double>());
      std::printf("%-14s %-9s %s\n", entry.name.c_str(), at::toString(type), same ? "agrees" : "DIFFERS");
      wrong += !same;
    }
  }
  return wrong;
}

}  // namespace
}  // namespace tagma

int main() {
  try {
    const c10::cuda::CUDAStreamGuard guard(c10::cuda::getStreamFromPool());
    return tagma::compare() != 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
