#include <tagma/base/error.h>
#include <tagma/model/manifest.h>
#include <tagma/model/saved_loss.h>
#include <tagma/model/tree.h>

#include <nlohmann/json.hpp>

namespace tagma {

void TreeModel::save(ModelWriter& file) const {
  file.manifest()["model"] = {{"kind", name},        {"labels", labels_}, {"features", features()},
                              {"trees", trees()}, {"nodes", below_.size()}, {"beam", search_.beam}};
  save_loss(file, *loss_);
  chunks_.save(file, "tree");
  file.add("tree.roots", roots_, {trees()});
  file.add("tree.below", below_, {static_cast<std::int64_t>(below_.size())});
  file.add("tree.labels", label_of_, {static_cast<std::int64_t>(label_of_.size())});
}

std::unique_ptr<const TreeModel> TreeModel::load(const ModelReader& file) {
  const nlohmann::json& json = part_of(file, "model");
  const auto labels = static_cast<LabelId>(count_of(file, json, "labels", INT32_MAX));
  TreeSearch search;
  search.beam = static_cast<int>(count_of(file, json, "beam", 1000000));
  std::unique_ptr<TreeModel> model(new TreeModel(WeightChunks::load(file, "tree"), labels, load_loss(file), search));
  model->roots_ = file.ints("tree.roots");
  model->below_ = file.ints("tree.below");
  model->label_of_ = file.ints("tree.labels");
  model->owner_ = file.owner();
  if (model->features() != count_of(file, json, "features", INT32_MAX))
    fail(Code::bad_model, "{}: the weights are of {} features", file.path(), model->features());
  if (const char* wrong = model->what_is_wrong()) fail(Code::bad_model, "{}: label tree: {}", file.path(), wrong);
  return model;
}

}  // namespace tagma
