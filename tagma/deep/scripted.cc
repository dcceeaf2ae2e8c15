#include <tagma/deep/scripted.h>

#include <tagma/base/error.h>
#include <tagma/base/file.h>

#include <torch/csrc/jit/serialization/export.h>
#include <torch/csrc/jit/serialization/import.h>

#include <sstream>

namespace tagma::deep {
namespace {

using Module = torch::jit::Module;

std::string first_line(const char* text) { return std::string(text).substr(0, std::string_view(text).find('\n')); }

Module opened(std::istream& bytes, const std::string& name) {
  try {
    Module module = torch::jit::load(bytes, at::kCPU);
    module.to(at::kFloat);
    module.eval();
    return module;
  } catch (const std::exception& fault) {
    fail(Code::bad_data, "{}: not a TorchScript archive (torch.jit.save): {}", name, first_line(fault.what()));
  }
}

Module opened_file(const std::string& path) {
  std::istringstream stream(std::string(MappedFile(path).text()));
  return opened(stream, path);
}

class ScriptedEncoder final : public Encoder {
 public:
  ScriptedEncoder(Module module, std::string name, const InputShape& shape, Parameters& parameters)
      : module_(std::move(module)), name_(std::move(name)) {
    if (shape.sparse) fail(Code::usage, "a scripted encoder takes dense features or pictures; these features are sparse");
    for (const auto& weight : module_.named_parameters()) parameters.weight("script." + weight.name, weight.value);
    for (const auto& buffer : module_.named_buffers()) parameters.buffer("script." + buffer.name, buffer.value);
    const Tensor one = shape.pictures ? at::zeros({1, shape.channels, shape.size, shape.size}) : at::zeros({1, shape.features});
    const at::NoGradGuard no_slopes;
    Pass pass;
    width_ = forward({one, {}, {}, {}}, pass).size(1);
  }

  std::int64_t width() const override { return width_; }

  Tensor forward(const Input& x, Pass&) const override {
    Tensor y;
    try {
      Module module = module_;  // a handle; forward() is no const member
      y = module.forward({x.dense}).toTensor();
    } catch (const std::exception& fault) {
      fail(Code::bad_data, "{}: the script does not take {}: {}", name_, c10::str(x.dense.sizes()), first_line(fault.what()));
    }
    if (y.dim() == 4) y = y.mean({2, 3});
    if (y.dim() != 2 || y.size(0) != x.dense.size(0))
      fail(Code::bad_data, "{}: the script gives {} for {}; allowed: [rows x width] or [rows x width x height x width]", name_,
           c10::str(y.sizes()), c10::str(x.dense.sizes()));
    return y;
  }

  std::vector<std::byte> script() const override {
    std::ostringstream stream;
    module_.save(stream);
    const std::string bytes = stream.str();
    const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
    return {first, first + bytes.size()};
  }

 private:
  Module module_;
  std::string name_;
  std::int64_t width_ = 0;
};

}  // namespace

std::unique_ptr<Encoder> scripted_encoder(const Torchscript& settings, const InputShape& shape, Parameters& parameters,
                                          std::span<const std::byte> script) {
  if (!script.empty()) {
    std::istringstream stream(std::string(reinterpret_cast<const char*>(script.data()), script.size()));
    return std::make_unique<ScriptedEncoder>(opened(stream, "the model's script"), "the model's script", shape, parameters);
  }
  if (settings.script.empty()) fail(Code::usage, "learner torchscript needs --learner.script FILE, an encoder that torch.jit.save wrote");
  return std::make_unique<ScriptedEncoder>(opened_file(settings.script), settings.script, shape, parameters);
}

std::vector<Named> tensors_of_script(const std::string& path) {
  const Module module = opened_file(path);
  std::vector<Named> all;
  for (const auto& weight : module.named_parameters()) all.push_back({weight.name, weight.value.detach(), false});
  for (const auto& buffer : module.named_buffers()) all.push_back({buffer.name, buffer.value.detach(), false});
  return all;
}

}  // namespace tagma::deep
