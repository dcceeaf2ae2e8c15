#include <tagma/deep/update.h>

#include <cmath>

// On a device all numbers of a kind lie in one tensor, each weight's at a place of its own, so that a step is a dozen
// operations on long rows instead of a dozen for each weight.
namespace tagma::deep {
namespace {

constexpr std::int64_t place = 64;  // weights begin at multiples of it: matrix products read 16 bytes at once

std::int64_t places_of(const std::vector<Named>& weights) {
  std::int64_t sum = 0;
  for (const Named& one : weights) sum += (one.value.numel() + place - 1) / place * place;
  return sum;
}

// Parts of `all` in the shapes and strides of the weights.
std::vector<Tensor> parts_of(const Tensor& all, const std::vector<Named>& weights) {
  std::vector<Tensor> parts;
  std::int64_t at = 0;
  for (const Named& one : weights) {
    parts.push_back(all.as_strided(one.value.sizes(), one.value.strides(), at));
    at += (one.value.numel() + place - 1) / place * place;
  }
  return parts;
}

}  // namespace

void Updater::lay_out() {
  const at::NoGradGuard no_slopes;
  const auto row = [&] { return at::zeros({places_of(weights_)}, weights_.front().value.options().requires_grad(false)); };
  flat_ = {row(), row(), row(), settings_.optimiser == Optimiser::sgd ? Tensor() : row()};
  const std::vector<Tensor> values = parts_of(flat_.weights, weights_);
  for (std::size_t w = 0; w < weights_.size(); ++w) {
    values[w].copy_(weights_[w].value);
    weights_[w].value.set_data(values[w]);
  }
  slopes_ = parts_of(flat_.slopes, weights_);
  means_ = parts_of(flat_.means, weights_);
  squares_ = flat_.squares.defined() ? parts_of(flat_.squares, weights_) : std::vector<Tensor>(weights_.size());
}

void Updater::add_on_device(const std::vector<Tensor>& slopes) {
  std::vector<Tensor> to, from;
  for (std::size_t w = 0; w < slopes.size(); ++w) {
    if (!slopes[w].defined()) continue;
    to.push_back(slopes_[w]);
    from.push_back(slopes[w]);
  }
  if (!to.empty()) at::_foreach_add_(to, from);
}

void Updater::step_on_device(double rate, double divisor) {
  const double mean_free = 1 / (1 - std::pow(mean_decay, steps_)), square_free = 1 / (1 - std::pow(square_decay, steps_));
  length_ = flat_.slopes.norm() / divisor;
  if (settings_.clip > 0) flat_.slopes.mul_((settings_.clip / length_).clamp_max(1) / divisor);
  else flat_.slopes.mul_(1 / divisor);

  std::vector<Tensor> values, slopes;  // of the weights that decay
  for (std::size_t w = 0; w < weights_.size(); ++w) {
    if (!weights_[w].decays || settings_.decay == 0) continue;
    values.push_back(weights_[w].value.detach());
    slopes.push_back(slopes_[w]);
  }
  if (!values.empty()) {
    if (settings_.optimiser == Optimiser::adamw) at::_foreach_mul_(values, 1 - rate * settings_.decay);
    else at::_foreach_add_(slopes, values, settings_.decay);
  }
  if (settings_.optimiser == Optimiser::sgd) {
    flat_.weights.sub_(flat_.means.mul_(settings_.momentum).add_(flat_.slopes), rate);
    return;
  }
  flat_.means.lerp_(flat_.slopes, 1 - mean_decay);
  flat_.squares.mul_(square_decay).addcmul_(flat_.slopes, flat_.slopes, 1 - square_decay);
  const double root = std::sqrt(square_free);  // m f / (sqrt(v s) + e) = m f / sqrt(s) / (sqrt(v) + e / sqrt(s))
  flat_.weights.addcdiv_(flat_.means, flat_.squares.sqrt().add_(floor_of_root / root), -rate * mean_free / root);
}

}  // namespace tagma::deep
