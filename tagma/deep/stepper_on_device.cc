#include <tagma/deep/stepper.h>

#include <tagma/base/rng.h>
#include <tagma/bridge/row_loss.h>
#include <tagma/deep/narrow.h>

namespace tagma::deep {

// Where the build has no kernels for the device, the loss goes over the CPU. Nothing waits for the device but the value.
double Stepper::add_on_device(std::span<const std::int64_t> rows, std::uint64_t stream, Updater& updater) {
  const at::AutoGradMode with_slopes(true);
  const auto count = static_cast<std::int64_t>(rows.size()), labels = static_cast<std::int64_t>(data_.labels.labels());
  Tensor truth = at::empty({count, labels}, at::kChar), grades, row_weights;
  if (data_.labels.graded()) grades = at::empty({count, labels});
  if (!data_.weights.empty()) row_weights = at::empty({count});
  for (std::int64_t r = 0; r < count; ++r) {
    const std::int64_t row = rows[static_cast<std::size_t>(r)];
    const auto width = static_cast<std::size_t>(labels);
    data_.labels.fill(row, {reinterpret_cast<Truth*>(truth.data_ptr<std::int8_t>()) + r * labels, width});
    if (grades.defined()) data_.labels.fill_grades(row, {grades.data_ptr<float>() + r * labels, width});
    if (row_weights.defined()) row_weights.data_ptr<float>()[r] = data_.weights[static_cast<std::size_t>(row)];
  }

  Pass pass;
  pass.training = true;
  pass.seed = Rng(run_.seed).fork(stream).fork(0).bits();
  const Input input = feed_on_device_->rows(rows, stream);
  Tensor outputs;
  {
    const Narrow narrow(settings_.arithmetic, device_);
    outputs = net_.forward(input, pass);
  }
  const at::Device place = losses_run_on_cuda() ? device_ : at::Device(at::kCPU);
  const auto there = [&](const Tensor& tensor) { return tensor.defined() ? tensor.to(place) : tensor; };
  const std::shared_ptr<const LossFunction> loss(std::shared_ptr<const LossFunction>(), &loss_);  // owned by the caller
  const Tensor value = row_loss(there(outputs), there(truth), there(grades), there(row_weights), loss, run_.threads);

  std::vector<Tensor> weights;
  for (const Named& one : updater.weights()) weights.push_back(one.value);
  std::vector<std::vector<Tensor>> slopes{torch::autograd::grad({value}, weights, {}, false, false, true)};
  updater.add(std::move(slopes), run_);
  return value.item<double>();
}

}  // namespace tagma::deep
