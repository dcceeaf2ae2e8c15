#include <tagma/run/bundle.h>

#include <tagma/base/error.h>

namespace tagma {

Bundle load_bundle(const std::string& path) {
  const ModelReader file(path);
  Bundle bundle;
  bundle.model = load_model(file);
  bundle.calibration = Calibration::load(file);
  bundle.decider = load_decider(file);
  bundle.file_size = file.file_size();
  bundle.numbering.labels = bundle.model->labels();
  bundle.numbering.features = bundle.model->features();
  if (TextFeatures::in(file)) {
    bundle.text = TextFeatures::load(file);
    bundle.numbering.features -= bundle.text->columns();
    if (bundle.numbering.features < 0)
      fail(Code::bad_model, "{}: {} columns of text for a model of {} features", path, bundle.text->columns(), bundle.model->features());
  }
  if (file.has("label_names")) bundle.numbering.label_names = file.texts("label_names");
  if (file.has("feature_names")) bundle.numbering.feature_names = file.texts("feature_names");
  const auto check = [&](std::size_t found, std::int64_t wanted, const char* what) {
    if (found != 0 && static_cast<std::int64_t>(found) != wanted)
      fail(Code::bad_model, "{}: {} {} for {}", path, found, what, wanted);
  };
  check(bundle.numbering.label_names.size(), bundle.numbering.labels, "label names");
  check(bundle.numbering.feature_names.size(), bundle.numbering.features, "feature names");
  if (bundle.calibration && bundle.calibration->labels() != bundle.numbering.labels)
    fail(Code::bad_model, "{}: a calibration of {} labels for a model of {}", path, bundle.calibration->labels(), bundle.numbering.labels);
  if (file.has("label_counts")) {
    const auto counts = file.longs("label_counts");
    check(counts.size(), bundle.numbering.labels, "label counts");
    bundle.counts.present.assign(counts.begin(), counts.end());
  }
  try {
    bundle.history = file.manifest().value("history", nlohmann::json::object());
    bundle.training_rows = bundle.history.value("rows", std::int64_t{0});
    bundle.counts.negative_rows = bundle.history.value("negative_rows", std::int64_t{0});
  } catch (const nlohmann::json::exception& fault) {
    fail(Code::bad_model, "{}: the manifest's history is damaged: {}", path, fault.what());
  }
  return bundle;
}

void save_bundle(const Bundle& bundle, const std::string& path) {
  ModelWriter file;
  bundle.model->save(file);
  if (bundle.calibration) bundle.calibration->save(file);
  if (bundle.decider) bundle.decider->save(file);
  if (bundle.text) bundle.text->save(file);
  if (!bundle.numbering.label_names.empty()) file.add("label_names", bundle.numbering.label_names);
  if (!bundle.numbering.feature_names.empty()) file.add("feature_names", bundle.numbering.feature_names);
  if (!bundle.counts.present.empty())
    file.add("label_counts", std::span<const std::int64_t>(bundle.counts.present), {bundle.numbering.labels});
  file.manifest()["history"] = bundle.history;
  file.manifest()["history"]["rows"] = bundle.training_rows;
  file.manifest()["history"]["negative_rows"] = bundle.counts.negative_rows;
  file.write(path);
}

}  // namespace tagma
