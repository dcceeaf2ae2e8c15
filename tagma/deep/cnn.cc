#include <tagma/deep/cnn.h>

#include <tagma/base/error.h>

namespace tagma::deep {

CnnEncoder::CnnEncoder(const Cnn& settings, const InputShape& shape, Parameters& parameters) : dropout_(settings.dropout) {
  std::int64_t channels = shape.channels;
  const std::vector<std::int64_t> widths = widths_of(settings.widths, "learner.widths");
  if (shape.size >> widths.size() < 1)
    fail(Code::usage, "learner.widths {}: {} stages halve pictures of {} pixels to nothing; take fewer", settings.widths, widths.size(), shape.size);
  for (std::size_t s = 0; s < widths.size(); ++s) {
    const std::string name = "stage" + std::to_string(s + 1);
    Stage stage;
    stage.first = Convolution(parameters, name + ".conv1", {channels, widths[s]});
    stage.first_norm = BatchNorm(parameters, name + ".bn1", widths[s]);
    stage.second = Convolution(parameters, name + ".conv2", {widths[s], widths[s]});
    stage.second_norm = BatchNorm(parameters, name + ".bn2", widths[s]);
    stages_.push_back(std::move(stage));
    channels = widths[s];
  }
  width_ = 2 * channels;
}

Tensor CnnEncoder::forward(const Input& x, Pass& pass) const {
  Tensor y = x.dense;
  for (const Stage& stage : stages_) {
    y = at::relu(stage.first_norm(stage.first(y), pass));
    y = at::relu(stage.second_norm(stage.second(y), pass));
    y = at::max_pool2d(y, 2);
  }
  return pass.dropout(at::cat({y.mean({2, 3}), y.amax({2, 3})}, 1), dropout_);
}

}  // namespace tagma::deep
