#include <tagma/deep/network.h>

#include <tagma/base/error.h>
#include <tagma/base/fields.h>
#include <tagma/learn/catalog.h>

#include <type_traits>

namespace tagma::deep {

Training training_of(std::string_view learner, const Settings& settings) {
  return Learners::visit("learner", learner, [&]<class Component>(std::type_identity<Component>) -> Training {
    if constexpr (std::is_base_of_v<Training, Component>) {
      Component component;
      configure(component, settings, "learner.");
      if (component.rate == 0) component.rate = Component::usual_rate;
      return component;
    } else {
      fail(Code::usage, "learner {} is no network", learner);
    }
  });
}

Net::Net(NetworkSpec spec, Parameters parameters, std::span<const std::byte> script)
    : spec_(std::move(spec)), training_(training_of(spec_.learner, spec_.settings)), parameters_(std::move(parameters)) {
  encoder_ = make_encoder(spec_.learner, spec_.settings, spec_.shape, parameters_, script);
  const std::int64_t width = encoder_->width();
  if (training_.head == HeadKind::mlp) {
    head_.emplace_back(parameters_, "head.0", width, width, Dense::Start::rectified);
    head_.emplace_back(parameters_, "head.1", width, spec_.outputs, Dense::Start::last);
  } else {
    head_.emplace_back(parameters_, "head", width, spec_.outputs, Dense::Start::last);
  }
}

std::vector<Named> Net::learned_weights() const {
  std::vector<Named> learned;
  for (const Named& one : parameters_.weights())
    if (!training_.freeze || one.name.starts_with("head")) learned.push_back(one);
  return learned;
}

Tensor Net::forward(const Input& x, Pass& pass) const {
  Tensor y;
  if (training_.freeze) {
    const at::NoGradGuard no_slopes;
    Pass frozen;  // as at prediction: a frozen encoder keeps its running means, too
    y = encoder_->forward(x, frozen);
  } else {
    y = encoder_->forward(x, pass);
  }
  for (std::size_t l = 0; l < head_.size(); ++l) y = l == 0 ? head_[l](y) : head_[l](at::relu(y));
  return y.to(at::kFloat);
}

}  // namespace tagma::deep
