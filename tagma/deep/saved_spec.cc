#include <tagma/deep/saved_spec.h>

#include <tagma/base/error.h>
#include <tagma/model/manifest.h>
#include <tagma/model/network.h>

#include <nlohmann/json.hpp>

#include <vector>

namespace tagma::deep {
namespace {

constexpr std::int64_t most_features = INT32_MAX, most_outputs = INT32_MAX;

ImageForm form_of_file(const ModelReader& file, const nlohmann::json& json) {
  try {
    return form_of(object_of(file, json, "pictures"));
  } catch (const Error& fault) {
    fail(Code::bad_model, "{}: {}", file.path(), fault.what());
  }
}

// What a scripted encoder keeps in its script.
bool in_script(const Named& one) { return one.name.starts_with("script."); }

std::vector<Named> outside_script(const Net& net) {
  std::vector<Named> all = net.parameters().all();
  std::erase_if(all, in_script);
  return all;
}

}  // namespace

void save_tensors(ModelWriter& file, const std::string& prefix, const std::vector<Named>& tensors) {
  for (const Named& one : tensors) {
    const Tensor here = one.value.detach().to(at::kCPU, at::kFloat).contiguous();
    file.add(prefix + one.name, std::span(here.data_ptr<float>(), static_cast<std::size_t>(here.numel())), here.sizes().vec());
  }
}

void load_tensors(const ModelReader& file, const std::string& prefix, const std::vector<Named>& tensors) {
  const at::NoGradGuard no_slopes;
  for (const Named& one : tensors) {
    const std::string section = prefix + one.name;
    if (file.shape(section) != one.value.sizes().vec())
      fail(Code::bad_model, "{}: section '{}' is not of the shape that the network's settings make", file.path(), section);
    const std::span<const float> values = file.floats(section);
    one.value.copy_(at::from_blob(const_cast<float*>(values.data()), one.value.sizes()));
  }
}

void save_net(ModelWriter& file, const Net& net, LabelId labels) {
  const NetworkSpec& spec = net.spec();
  nlohmann::json settings = nlohmann::json::object();
  for (const auto& [key, value] : spec.settings) settings[key] = value;
  file.manifest()["model"] = {{"kind", Network::name},
                              {"labels", labels},
                              {"outputs", spec.outputs},
                              {"encoder", spec.learner},
                              {"settings", settings},
                              {"sees", spec.shape.pictures ? "pictures" : spec.shape.sparse ? "sparse" : "dense"},
                              {"features", spec.shape.features}};
  if (spec.shape.pictures) file.manifest()["model"]["pictures"] = json_of(spec.shape.form);
  save_tensors(file, "network.", outside_script(net));
  const std::vector<std::byte> script = net.encoder().script();
  if (!script.empty()) file.add("network.script", std::span<const std::byte>(script), {static_cast<std::int64_t>(script.size())});
}

std::unique_ptr<Net> load_net(const ModelReader& file) {
  const nlohmann::json& json = part_of(file, "model");
  NetworkSpec spec;
  spec.learner = text_of(file, json, "encoder");
  for (const auto& [key, value] : object_of(file, json, "settings").items()) {
    if (!value.is_string()) fail(Code::bad_model, "{}: the network's setting '{}' is no text", file.path(), key);
    spec.settings.set(key, value.get<std::string>());
  }
  const std::string sees = text_of(file, json, "sees");
  spec.shape.pictures = sees == "pictures";
  spec.shape.sparse = sees == "sparse";
  spec.shape.features = count_of(file, json, "features", most_features);
  spec.outputs = count_of(file, json, "outputs", most_outputs);
  if (spec.shape.pictures) spec.shape = picture_shape(form_of_file(file, json));
  const std::span<const std::byte> script = file.has("network.script") ? file.bytes("network.script") : std::span<const std::byte>();
  try {
    auto net = std::make_unique<Net>(std::move(spec), Parameters(), script);
    load_tensors(file, "network.", outside_script(*net));
    return net;
  } catch (const Error& fault) {
    if (fault.code() == Code::bad_model) throw;
    fail(Code::bad_model, "{}: {}", file.path(), fault.what());
  }
}

}  // namespace tagma::deep
