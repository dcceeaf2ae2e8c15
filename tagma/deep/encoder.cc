#include <tagma/deep/encoder.h>

#include <tagma/base/error.h>
#include <tagma/base/fields.h>
#include <tagma/deep/cnn.h>
#include <tagma/deep/mlp.h>
#include <tagma/deep/resnet.h>
#include <tagma/deep/scripted.h>
#include <tagma/deep/vit.h>

namespace tagma::deep {
namespace {

constexpr std::int64_t widest = 1 << 20;
constexpr std::size_t most_layers = 64;

template <class Component>
Component configured(const Settings& settings) {
  Component component;
  configure(component, settings, "learner.");
  return component;
}

}  // namespace

Input Input::on(const at::Device& device) const {
  Input moved = *this;
  for (Tensor* part : {&moved.dense, &moved.shift, &moved.factor, &moved.columns, &moved.starts, &moved.values})
    if (part->defined()) *part = part->to(device, part->is_pinned());
  if (moved.shift.defined()) {
    moved.dense = moved.dense.to(at::kFloat).sub_(moved.shift).mul_(moved.factor).permute({0, 3, 1, 2});
    moved.shift.reset();
    moved.factor.reset();
  }
  return moved;
}

std::vector<std::int64_t> widths_of(const std::string& text, std::string_view key) {
  std::vector<std::int64_t> widths;
  for (std::string_view left = text;;) {
    const std::size_t comma = left.find(',');
    widths.push_back(to_integer(left.substr(0, comma), std::string(key)));
    if (widths.back() < 1 || widths.back() > widest || widths.size() > most_layers)
      fail(Code::usage, "{} {}: allowed are up to {} widths of 1 to {}, e.g. 256,128", key, text, most_layers, widest);
    if (comma == std::string_view::npos) return widths;
    left.remove_prefix(comma + 1);
  }
}

std::unique_ptr<Encoder> make_encoder(std::string_view learner, const Settings& settings, const InputShape& shape, Parameters& parameters,
                                      std::span<const std::byte> script) {
  if (learner == Torchscript::name) return scripted_encoder(configured<Torchscript>(settings), shape, parameters, script);
  if (learner == Mlp::name) {
    if (shape.pictures) fail(Code::usage, "learner mlp looks at numeric features; for pictures take cnn, resnet or vit");
    return std::make_unique<MlpEncoder>(configured<Mlp>(settings), shape, parameters);
  }
  if (!shape.pictures) fail(Code::usage, "learner {} looks at pictures, and the data have none; for numeric features take mlp", learner);
  if (learner == Cnn::name) return std::make_unique<CnnEncoder>(configured<Cnn>(settings), shape, parameters);
  if (learner == Resnet::name) return std::make_unique<ResnetEncoder>(configured<Resnet>(settings), shape, parameters);
  if (learner == Vit::name) return std::make_unique<VitEncoder>(configured<Vit>(settings), shape, parameters);
  fail(Code::usage, "there is no encoder '{}'; there are cnn, mlp, resnet, torchscript, vit", learner);
}

}  // namespace tagma::deep
