// What row_loss() was given, checked and brought into the form that the drivers take.
//
// Shape: as in row_loss.h; all tensors contiguous, without autograd, on one device.
// Errors: Error{usage} naming the tensor, what it is and what it must be.
#pragma once

#include <tagma/drive/loss_function.h>

#include <ATen/core/Tensor.h>

namespace tagma::bridge {

struct Given {
  std::int64_t rows = 0;
  LabelId labels = 0;
  at::Tensor outputs;  // as given
  at::Tensor truth;    // int8
  at::Tensor grades;   // float32 or undefined
  at::Tensor weights;  // float32 or undefined
};

Given checked(const at::Tensor& outputs, const at::Tensor& truth, const at::Tensor& grades, const at::Tensor& row_weights,
              const LossFunction& loss, const Run& run);

// Value and slopes of a batch; slopes are undefined where they were not asked for.
struct Evaluated {
  at::Tensor value, slopes;
};

Evaluated run_on_cpu(const Given& given, const LossFunction& loss, bool slopes, const Run& run);

// On the device of the outputs and the present stream of it. run_on_cuda.cc, or run_without_cuda.cc: Error{not_built}.
Evaluated run_on_cuda(const Given& given, const LossFunction& loss, bool slopes);

}  // namespace tagma::bridge
