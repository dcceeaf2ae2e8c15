#include <tagma/deep/parameters.h>

#include <tagma/base/error.h>
#include <tagma/base/parallel.h>
#include <tagma/base/rng.h>

#include <algorithm>
#include <cmath>

namespace tagma::deep {
namespace {

constexpr std::int64_t numbers_per_stream = 1 << 16;

}  // namespace

Tensor Parameters::keep(const std::string& name, const Tensor& value, bool decays) {
  if (find(name) != nullptr) fail(Code::usage, "two parts of the network are called '{}'", name);
  weights_.push_back({name, value, decays});
  value.requires_grad_(true);
  return value;
}

Tensor Parameters::normal(const std::string& name, std::vector<std::int64_t> shape, double deviation) {
  if (!draws_) return keep(name, at::zeros(shape), true);
  const Tensor value = at::empty(shape);
  float* numbers = value.data_ptr<float>();
  const Rng whole = Rng(run_.seed).fork(0x6e657477 + weights_.size());
  parallel_for(run_, value.numel(), numbers_per_stream, [&](std::int64_t first, std::int64_t last) {
    Rng rng = whole.fork(static_cast<std::uint64_t>(first / numbers_per_stream));
    for (std::int64_t i = first; i < last; ++i) numbers[i] = static_cast<float>(deviation * std::clamp(rng.normal(), -2.0, 2.0));
  });
  return keep(name, value, true);
}

Tensor Parameters::rectified(const std::string& name, std::vector<std::int64_t> shape, std::int64_t inputs) {
  return normal(name, std::move(shape), std::sqrt(2.0 / static_cast<double>(std::max<std::int64_t>(inputs, 1))));
}

Tensor Parameters::constant(const std::string& name, std::vector<std::int64_t> shape, double value) {
  return keep(name, at::full(shape, value), false);
}

Tensor Parameters::weight(const std::string& name, const Tensor& value) { return keep(name, value, value.dim() > 1); }

Tensor Parameters::buffer(const std::string& name, const Tensor& value) {
  if (find(name) != nullptr) fail(Code::usage, "two parts of the network are called '{}'", name);
  buffers_.push_back({name, value, false});
  return value;
}

std::vector<Named> Parameters::all() const {
  std::vector<Named> both = weights_;
  both.insert(both.end(), buffers_.begin(), buffers_.end());
  return both;
}

const Named* Parameters::find(std::string_view name) const {
  for (const std::vector<Named>* part : {&weights_, &buffers_})
    for (const Named& one : *part)
      if (one.name == name) return &one;
  return nullptr;
}

std::int64_t Parameters::count() const {
  std::int64_t sum = 0;
  for (const Named& one : weights_) sum += one.value.numel();
  return sum;
}

void Parameters::move_to(const at::Device& device) {
  const at::NoGradGuard no_slopes;
  for (const Named& one : all()) {
    // A GPU convolves fastest with channels last; elsewhere numbers lie in the order in which they are saved.
    const bool last = device.is_cuda() && one.value.dim() == 4;
    one.value.set_data(one.value.to(device).contiguous(last ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous));
  }
}

}  // namespace tagma::deep
