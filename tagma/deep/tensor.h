// What deep/ uses of LibTorch: tensors, their arithmetic and derivatives. This is the folder's precompiled header.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <string>
#include <vector>

namespace tagma::deep {

using at::Tensor;

}  // namespace tagma::deep
