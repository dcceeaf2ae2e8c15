// A loss of the catalog as one node of LibTorch's autograd: forward runs the loss once, for value and slopes; backward
// multiplies the slopes with what comes from above.
//
// Shape: outputs [rows x outputs(labels)], float32, float64, float16 or bfloat16; truth [rows x labels] of 1 present, 0
//   absent, -1 unknown, of any type (bool: present or absent; int8 costs no conversion); grades [rows x labels] and row
//   weights [rows], both may be undefined. The result is a scalar: the value of the batch, as LossFunction::run gives it.
// Units: arithmetic is float64 for float64 outputs and float32 for all others, and so is the type of the value. The gradient
//   has the type of the outputs. Slopes wait for backward in that type, but those of float16 in float32: a scaled loss
//   scales them in backward only, after float16 would have rounded the small ones to 0.
// Devices: all tensors on the CPU, or all on one CUDA device where the build has the CUDA driver (drive/cuda_loss.h). There
//   float64 is refused, and truths, grades and weights are not looked at: that would wait for the device.
// Threads: runs on `threads` threads of the CPU; the same bytes for any number of them.
// Errors: Error{usage} for types, shapes, devices, truths and weights that do not fit, for tensors other than outputs that
//   require a gradient, and in a backward that records a graph of its own (create_graph): the slopes are plain numbers, a
//   derivative of them would be silently 0. Error{not_built} for a CUDA tensor without the CUDA driver.
#pragma once

#include <tagma/drive/loss_function.h>

#include <ATen/core/Tensor.h>

#include <memory>

namespace tagma {

at::Tensor row_loss(const at::Tensor& outputs, const at::Tensor& truth, const at::Tensor& grades,
                    const at::Tensor& row_weights, std::shared_ptr<const LossFunction> loss, int threads);

bool losses_run_on_cuda();  // whether the build has the CUDA driver

}  // namespace tagma
