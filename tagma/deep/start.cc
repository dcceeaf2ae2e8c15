#include <tagma/deep/start.h>

#include <tagma/base/error.h>
#include <tagma/base/text.h>
#include <tagma/deep/copies.h>
#include <tagma/deep/model.h>
#include <tagma/deep/safetensors.h>
#include <tagma/deep/scripted.h>

#include <ATen/Context.h>

#include <algorithm>
#include <cmath>

namespace tagma::deep {
namespace {

constexpr std::size_t most_named = 6;

// Position vectors [1 x (1 + side^2) x width] of a transformer on another grid.
Tensor on_grid(const Tensor& positions, const at::IntArrayRef& shape) {
  const auto side_of = [](std::int64_t places) { return static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(places - 1)))); };
  if (positions.dim() != 3 || shape.size() != 3 || positions.size(2) != shape[2]) return {};
  const std::int64_t from = side_of(positions.size(1)), to = side_of(shape[1]);
  if (from * from + 1 != positions.size(1) || to * to + 1 != shape[1]) return {};
  const Tensor grid = positions.slice(1, 1).reshape({1, from, from, shape[2]}).permute({0, 3, 1, 2});
  const Tensor resized = at::upsample_bicubic2d(grid, {to, to}, false).permute({0, 2, 3, 1}).reshape({1, to * to, shape[2]});
  return at::cat({positions.slice(1, 0, 1), resized}, 1);
}

std::string some_of(const std::vector<std::string>& names) {
  const std::vector<std::string_view> first(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), most_named)));
  return joined(first, ", ") + (names.size() > most_named ? fmt::format(" and {} more", names.size() - most_named) : "");
}

std::vector<Named> tensors_of(const std::string& path) {
  return path.ends_with(".safetensors") ? read_safetensors(path) : tensors_of_script(path);
}

void take_weights(Net& net, const std::string& path, std::vector<std::string>& notes) {
  const at::NoGradGuard no_slopes;
  const std::vector<Named> given = tensors_of(path);
  std::vector<std::string> other_shape, unused, untouched;
  std::size_t taken = 0;
  for (const Named& one : given) {
    const Named* place = net.parameters().find(one.name);
    if (place == nullptr) {
      if (!one.name.ends_with("num_batches_tracked")) unused.push_back(one.name);
      continue;
    }
    Tensor value = one.value;
    if (value.sizes() != place->value.sizes() && one.name == "pos_embed") value = on_grid(value, place->value.sizes());
    if (!value.defined() || value.sizes() != place->value.sizes()) {
      other_shape.push_back(one.name);
      continue;
    }
    Tensor(place->value).copy_(value);
    ++taken;
  }
  for (const Named& one : net.parameters().weights())
    if (std::none_of(given.begin(), given.end(), [&](const Named& other) { return other.name == one.name; })) untouched.push_back(one.name);
  if (taken == 0)
    fail(Code::bad_data, "{}: none of its {} tensors bears the name and shape of a weight of the network ({} ..)", path, given.size(),
         some_of({net.parameters().weights().front().name}));
  notes.push_back(fmt::format("{}: {} of {} tensors were taken", path, taken, given.size()));
  if (!other_shape.empty()) notes.push_back("of another shape, left out: " + some_of(other_shape));
  if (!unused.empty()) notes.push_back("not in the network, left out: " + some_of(unused));
  if (!untouched.empty()) notes.push_back("not in the file, drawn anew: " + some_of(untouched));
}

}  // namespace

void start_from(Net& net, const Training& settings, const Model* warm, std::vector<std::string>& notes) {
  if (warm != nullptr) {
    const auto* before = dynamic_cast<const NetworkModel*>(warm);
    if (before == nullptr) fail(Code::usage, "a network starts from a network (--warm-start), not from a model of kind {}", warm->kind());
    const Copies kept(before->net());
    const bool fits = kept.tensors().size() == Copies(net).tensors().size() &&
                      std::all_of(kept.tensors().begin(), kept.tensors().end(), [&](const Named& one) {
                        const Named* place = net.parameters().find(one.name);
                        return place != nullptr && place->value.sizes() == one.value.sizes();
                      });
    if (!fits) fail(Code::usage, "the network to start from (--warm-start) has another shape; give the settings it was trained with");
    kept.put(net);
  }
  if (!settings.weights.empty()) take_weights(net, settings.weights, notes);
}

at::Device device_of(DeviceKind kind) {
  const bool there = at::hasCUDA();
  if (kind == DeviceKind::cuda && !there)
    fail(Code::not_built, "learner.device cuda: there is no GPU, or this LibTorch is built without CUDA; allowed here: auto, cpu");
  return kind != DeviceKind::cpu && there ? at::Device(at::kCUDA) : at::Device(at::kCPU);
}

}  // namespace tagma::deep
