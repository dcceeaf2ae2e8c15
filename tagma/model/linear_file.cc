#include <tagma/base/error.h>
#include <tagma/model/linear.h>
#include <tagma/model/manifest.h>
#include <tagma/model/saved_loss.h>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tagma {
void LinearModel::save(ModelWriter& file) const {
  file.manifest()["model"] = {{"kind", name},          {"labels", labels_}, {"features", features_},
                              {"outputs", outputs()}, {"weights", sparse_ ? "sparse" : "dense"}};
  save_loss(file, *loss_);
  file.add("linear.bias", bias_, {outputs()});
  if (sparse_) {
    const auto stored = static_cast<std::int64_t>(few_.values.size());
    file.add("linear.starts", few_.starts, {features_ + 1});
    file.add("linear.outputs", few_.outputs, {stored});
    file.add("linear.values", few_.values, {stored});
  } else {
    file.add("linear.weights", dense_, {features_, outputs()});
  }
}

std::unique_ptr<const LinearModel> LinearModel::load(const ModelReader& file) {
  const nlohmann::json& json = part_of(file, "model");
  std::unique_ptr<LinearModel> model(new LinearModel);
  model->labels_ = static_cast<LabelId>(count_of(file, json, "labels", INT32_MAX));
  model->features_ = count_of(file, json, "features", INT32_MAX);
  model->loss_ = load_loss(file);
  model->owner_ = file.owner();
  const std::int64_t outputs = model->loss_->outputs(model->labels_);
  const auto check_shape = [&](const char* section, const std::vector<std::int64_t>& shape) {
    if (file.shape(section) != shape)
      fail(Code::bad_model, "{}: section '{}' does not fit {} features, {} labels and loss {}", file.path(), section,
           model->features_, model->labels_, model->loss_->name());
  };
  if (model->labels_ == 0) fail(Code::bad_model, "{}: a linear model without labels", file.path());
  check_shape("linear.bias", {outputs});
  model->bias_ = file.floats("linear.bias");
  const std::string form = text_of(file, json, "weights");
  if (form == "dense") {
    check_shape("linear.weights", {model->features_, outputs});
    model->dense_ = file.floats("linear.weights");
  } else if (form == "sparse") {
    check_shape("linear.starts", {model->features_ + 1});
    model->sparse_ = true;
    model->few_ = {file.longs("linear.starts"), file.ints("linear.outputs"), file.floats("linear.values")};
    model->check_sparse(file);
  } else {
    fail(Code::bad_model, "{}: linear weights are '{}'; allowed: dense, sparse", file.path(), form);
  }
  return model;
}

void LinearModel::check_sparse(const ModelReader& file) const {
  const auto stored = static_cast<std::int64_t>(few_.values.size());
  bool good = few_.outputs.size() == few_.values.size() && few_.starts.front() == 0 && few_.starts.back() == stored &&
              std::is_sorted(few_.starts.begin(), few_.starts.end());
  for (std::size_t f = 0; good && f + 1 < few_.starts.size(); ++f) {
    std::int64_t before = -1;
    for (auto k = static_cast<std::size_t>(few_.starts[f]); good && k < static_cast<std::size_t>(few_.starts[f + 1]); ++k) {
      good = few_.outputs[k] > before && few_.outputs[k] < outputs();
      before = few_.outputs[k];
    }
  }
  if (!good) fail(Code::bad_model, "{}: the sparse weights do not fit together", file.path());
}

}  // namespace tagma
