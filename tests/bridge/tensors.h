// Random batches as tensors, and what row_loss() and the CPU driver make of them.
#pragma once

#include <tagma/bridge/row_loss.h>

#include "tests/drive/random_batch.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/autograd.h>

#include <gtest/gtest.h>

#include <string>

namespace tagma {

struct Tensors {
  at::Tensor outputs, truth, grades, weights;
};

template <class T>
at::Tensor tensor_of(const std::vector<T>& values, std::int64_t rows, std::int64_t columns, at::ScalarType type) {
  return at::from_blob(const_cast<T*>(values.data()), {rows, columns}, at::TensorOptions(type)).clone();
}

inline Tensors tensors_of(const RandomBatch& batch) {
  static_assert(sizeof(Truth) == 1);
  return {tensor_of(batch.outputs, batch.rows, batch.width, at::kFloat),
          tensor_of(batch.truth, batch.rows, batch.labels, at::kChar),
          tensor_of(batch.grades, batch.rows, batch.labels, at::kFloat),
          tensor_of(batch.row_weights, 1, batch.rows, at::kFloat)[0]};
}

struct Passed {
  at::Tensor value, gradient;
};

// Value and gradient of `outputs` through autograd.
inline Passed pass(const at::Tensor& outputs, const Tensors& given, const std::shared_ptr<const LossFunction>& loss,
                   int threads = 2) {
  const at::Tensor leaf = outputs.detach().clone().requires_grad_();
  const at::Tensor value = row_loss(leaf, given.truth, given.grades, given.weights, loss, threads);
  value.backward();
  return {value.detach(), leaf.grad()};
}

inline bool same_bytes(const at::Tensor& a, const at::Tensor& b) {
  return a.scalar_type() == b.scalar_type() && a.equal(b);
}

// f(loss) for every loss of the catalog, by default settings.
template <class F>
void each_loss(F f) {
  for (const Entry& entry : loss_entries()) {
    SCOPED_TRACE(entry.name);
    f(std::shared_ptr<const LossFunction>(make_loss(entry.name, {})));
  }
}

// The text of what `work` throws; empty when it throws nothing.
template <class Work>
std::string thrown(Work work) {
  try {
    work();
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

}  // namespace tagma
