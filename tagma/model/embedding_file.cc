#include <tagma/base/error.h>
#include <tagma/model/embedding.h>
#include <tagma/model/manifest.h>
#include <tagma/model/saved_loss.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tagma {
namespace {

double temperature_of(const ModelReader& file, const nlohmann::json& json) {
  const auto found = json.find("temperature");
  const double temperature = found != json.end() && found->is_number() ? found->get<double>() : 0;
  if (!(temperature > 0 && 1 / temperature <= std::numeric_limits<float>::max() && std::isfinite(temperature)))
    fail(Code::bad_model, "{}: the manifest has no 'temperature' above 0 whose inverse is a float", file.path());
  return temperature;
}

Similarity similarity_of(const ModelReader& file, const nlohmann::json& json) {
  const std::string said = text_of(file, json, "similarity");
  for (std::size_t i = 0; i < similarity_names.size(); ++i)
    if (said == similarity_names[i]) return static_cast<Similarity>(i);
  fail(Code::bad_model, "{}: similarity is '{}'; allowed: cosine, inner", file.path(), said);
}

}  // namespace

void EmbeddingModel::save(ModelWriter& file) const {
  file.manifest()["model"] = {{"kind", name},
                              {"labels", shape_.labels},
                              {"features", shape_.features},
                              {"similarity", similarity_names[static_cast<std::size_t>(shape_.similarity)]},
                              {"temperature", shape_.temperature},
                              {"bias", shape_.bias}};
  save_loss(file, *loss_);
  file.add("embedding.vectors", vectors_, {shape_.labels, shape_.width()});
  if (!graph_) return;
  file.manifest()["model"]["search"] = {{"neighbours", graph_->neighbours}, {"ef", ef_}};
  file.add("embedding.nodes", graph_->labels, {graph_->nodes()});
  file.add("embedding.level_nodes", graph_->level_nodes, {graph_->levels()});
  file.add("embedding.links", graph_->links, {static_cast<std::int64_t>(graph_->links.size())});
}

void EmbeddingModel::load_graph(const ModelReader& file) {
  const nlohmann::json& search = object_of(file, part_of(file, "model"), "search");
  ef_ = count_of(file, search, "ef", INT32_MAX);
  const std::int64_t neighbours = count_of(file, search, "neighbours", INT32_MAX);
  graph_ = LabelGraph{neighbours, file.ints("embedding.nodes"), file.longs("embedding.level_nodes"), file.ints("embedding.links")};
  if (const std::string wrong = graph_->check(shape_.labels); !wrong.empty())
    fail(Code::bad_model, "{}: the graph of the labels does not fit together: {}", file.path(), wrong);
}

std::unique_ptr<const EmbeddingModel> EmbeddingModel::load(const ModelReader& file) {
  const nlohmann::json& json = part_of(file, "model");
  std::unique_ptr<EmbeddingModel> model(new EmbeddingModel);
  EmbeddingShape& shape = model->shape_;
  shape.labels = static_cast<LabelId>(count_of(file, json, "labels", INT32_MAX));
  shape.features = count_of(file, json, "features", INT32_MAX);
  shape.similarity = similarity_of(file, json);
  shape.temperature = temperature_of(file, json);
  const auto bias = json.find("bias");
  if (bias == json.end() || !bias->is_boolean()) fail(Code::bad_model, "{}: the manifest does not say whether there is a 'bias'", file.path());
  shape.bias = bias->get<bool>();
  model->loss_ = load_loss(file);
  if (!embedding_takes(*model->loss_))
    fail(Code::bad_model, "{}: label embeddings with loss '{}'; allowed: {}", file.path(), model->loss_->name(), embedding_losses);
  if (shape.labels == 0 || file.shape("embedding.vectors") != std::vector<std::int64_t>{shape.labels, shape.width()})
    fail(Code::bad_model, "{}: section 'embedding.vectors' does not fit {} labels of {} numbers", file.path(), shape.labels, shape.width());
  model->vectors_ = file.floats("embedding.vectors");
  if (!std::all_of(model->vectors_.begin(), model->vectors_.end(), [](float value) { return std::isfinite(value); }))
    fail(Code::bad_model, "{}: a number of 'embedding.vectors' is not finite", file.path());
  model->owner_ = file.owner();
  if (json.contains("search")) model->load_graph(file);
  return model;
}

}  // namespace tagma
