#include <tagma/bridge/given.h>

#include <ATen/ATen.h>

namespace tagma::bridge {
namespace {

template <class Real>
Evaluated run_as(const Given& given, const LossFunction& loss, bool slopes, const Run& run) {
  static_assert(sizeof(Truth) == sizeof(std::int8_t));
  const auto arithmetic = c10::CppTypeToScalarType<Real>::value;
  const at::Tensor outputs = given.outputs.to(arithmetic);
  Evaluated result;
  if (slopes) result.slopes = at::empty_like(outputs);
  Batch<Real> batch;
  batch.rows = given.rows;
  batch.labels = given.labels;
  batch.outputs = outputs.data_ptr<Real>();
  batch.truth = reinterpret_cast<const Truth*>(given.truth.data_ptr<std::int8_t>());
  batch.grades = given.grades.defined() ? given.grades.data_ptr<float>() : nullptr;
  batch.row_weights = given.weights.defined() ? given.weights.data_ptr<float>() : nullptr;
  batch.slopes = slopes ? result.slopes.data_ptr<Real>() : nullptr;
  result.value = at::scalar_tensor(loss.run(batch, run), outputs.options());
  if (slopes && given.outputs.scalar_type() == at::kBFloat16) result.slopes = result.slopes.to(at::kBFloat16);
  return result;
}

}  // namespace

Evaluated run_on_cpu(const Given& given, const LossFunction& loss, bool slopes, const Run& run) {
  if (given.outputs.scalar_type() == at::kDouble) return run_as<double>(given, loss, slopes, run);
  return run_as<float>(given, loss, slopes, run);
}

}  // namespace tagma::bridge
