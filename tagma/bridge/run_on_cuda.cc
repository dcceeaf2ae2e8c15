#include <tagma/bridge/given.h>
#include <tagma/bridge/row_loss.h>

#include <tagma/drive/cuda_loss.h>

#include <ATen/ATen.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

bool tagma::losses_run_on_cuda() { return true; }

namespace tagma::bridge {
namespace {

DeviceNumber number_of(const at::Tensor& outputs) {
  switch (outputs.scalar_type()) {
    case at::kFloat: return DeviceNumber::float32;
    case at::kHalf: return DeviceNumber::float16;
    case at::kBFloat16: return DeviceNumber::bfloat16;
    default:
      fail(Code::usage, "outputs of type float64 on device {}: there losses take float32, float16 and bfloat16",
           outputs.device().str());
  }
}

at::ScalarType type_of(DeviceNumber number) { return number == DeviceNumber::float32 ? at::kFloat : at::kBFloat16; }

}  // namespace

// The workspace goes back to LibTorch's allocator when this returns; what takes it next comes later on the same stream.
Evaluated run_on_cuda(const Given& given, const LossFunction& loss, bool slopes) {
  const c10::cuda::CUDAGuard guard(given.outputs.device());
  const auto options = given.outputs.options();
  Evaluated result;
  const at::Tensor value = at::empty({}, options.dtype(at::kDouble));
  CudaBatch batch;
  batch.rows = given.rows;
  batch.labels = given.labels;
  batch.outputs = given.outputs.data_ptr();
  batch.number = number_of(given.outputs);
  batch.truth = reinterpret_cast<const Truth*>(given.truth.data_ptr<std::int8_t>());
  batch.grades = given.grades.defined() ? given.grades.data_ptr<float>() : nullptr;
  batch.row_weights = given.weights.defined() ? given.weights.data_ptr<float>() : nullptr;
  batch.value = value.data_ptr<double>();
  if (slopes) {
    result.slopes = at::empty_like(given.outputs, options.dtype(type_of(slopes_of(batch.number))));
    batch.slopes = result.slopes.data_ptr();
  }
  const at::Tensor workspace = at::empty({cuda_workspace(loss, batch)}, options.dtype(at::kByte));
  tagma::run_on_cuda(loss, batch, workspace.data_ptr(), c10::cuda::getCurrentCUDAStream().stream());
  result.value = value.to(at::kFloat);
  return result;
}

}  // namespace tagma::bridge
