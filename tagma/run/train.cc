#include <tagma/run/train.h>

#include <tagma/base/file.h>
#include <tagma/learn/learner.h>
#include <tagma/read/read.h>
#include <tagma/run/bundle.h>
#include <tagma/run/texts.h>
#include <tagma/split/split.h>

#include <array>
#include <chrono>
#include <optional>

namespace tagma {
namespace {

struct Material {
  Dataset train;
  std::optional<Dataset> held_out;
  Numbering numbering;  // of labels and numeric features
  std::unique_ptr<const TextFeatures> text;
};

Material read_material(const TrainRequest& request, const Run& run) {
  Material material;
  Dataset all = read_dataset(request.train, request.read, run);
  if (all.rows() == 0) fail(Code::bad_data, "{}: there are no rows to learn from", request.train);
  if (all.labels.labels() == 0)
    fail(Code::bad_data, "{}: there are no labels to learn; say which columns are labels (tagma train --help)", request.train);
  if (!all.has_features() && all.texts.empty())
    fail(Code::bad_data, "{}: the rows have neither numeric features nor texts; learner '{}' needs them", request.train, request.learner);
  material.numbering = {all.labels.labels(), all.features.columns(), all.label_names, all.feature_names};
  if (!request.valid.empty()) {
    std::vector<std::string> notes;
    material.held_out = aligned(read_dataset(request.valid, request.read, run), material.numbering, notes);
    for (const std::string& note : notes) run.warn(request.valid + ": " + note);
    if (material.held_out->rows() == 0) fail(Code::bad_data, "{}: there are no rows to hold out", request.valid);
  } else if (request.valid_share > 0) {
    const std::array<Part, 2> parts{Part{"train", 1 - request.valid_share}, Part{"valid", request.valid_share}};
    SplitOptions options;
    options.stratify = Stratify::labels;
    options.by_group = !all.groups.empty();
    const Split cut = split_rows(all, parts, options, run);
    material.held_out = all.select(cut.rows[1]);
    all = all.select(cut.rows[0]);
  }
  material.train = std::move(all);
  return material;
}

// Makes features of the texts, if they are to be used: as `warm` did, or learned from the training set.
void add_texts(Material& material, const TrainRequest& request, std::optional<Bundle>& warm, const Run& run) {
  if (warm && warm->text) {
    if (!request.text_settings.empty())
      fail(Code::usage, "{} keeps the text features it was trained with; leave --text.* out", request.warm);
    material.text = std::move(warm->text);
  } else {
    material.text = fit_texts(material.train, request.text_settings, request.train, run);
  }
  if (!material.text) return;
  add_text_features(material.train, *material.text, request.train, run);
  if (material.held_out) add_text_features(*material.held_out, *material.text, request.valid.empty() ? request.train : request.valid, run);
}

nlohmann::ordered_json as_json(const Settings& settings) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (const auto& [key, value] : settings) object[key] = value;
  return object;
}

}  // namespace

std::string standard_loss(std::string_view learner) { return std::string(make_learner(learner, {})->standard_loss()); }

Answer train(const TrainRequest& request, const Run& run) {
  if (!(request.valid_share >= 0 && request.valid_share < 1))
    fail(Code::usage, "--valid-share {} is out of range; allowed: 0 up to, not including, 1", request.valid_share);
  const auto learner = make_learner(request.learner, request.learner_settings);
  const auto loss = make_loss(request.loss.empty() ? learner->standard_loss() : request.loss, request.loss_settings);
  { const OutputFile can_be_written(request.out); }  // said now, not after hours of learning
  Material material = read_material(request, run);
  std::optional<Bundle> warm;
  if (!request.warm.empty()) warm = load_bundle(request.warm);
  add_texts(material, request, warm, run);
  const Dataset& data = material.train;
  const ClassCounts counts = count_classes(data.labels);
  loss->set_counts(counts);

  const auto start = std::chrono::steady_clock::now();
  Learned learned = learner->learn(data, material.held_out ? &*material.held_out : nullptr, *loss,
                                   warm ? warm->model.get() : nullptr, run);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  Bundle bundle;
  bundle.model = std::move(learned.model);
  bundle.numbering = std::move(material.numbering);
  bundle.text = std::move(material.text);
  bundle.counts = counts;
  bundle.training_rows = data.rows();
  nlohmann::ordered_json facts = nlohmann::ordered_json::object();
  for (const auto& [name, value] : learned.facts) facts[name] = value;
  bundle.history = {{"learner", {{"name", learner->name()}, {"settings", as_json(learner->settings())}}},
                    {"loss", {{"name", loss->name()}, {"settings", as_json(loss->settings())}}},
                    {"seed", run.seed},
                    {"facts", facts}};
  save_bundle(bundle, request.out);

  Answer answer;
  answer.interrupted = learned.interrupted;
  answer.text = fmt::format("{}: {} with loss {} on {} rows, {} features, {} labels in {:.2f} s\n", request.out,
                            learner->name(), loss->name(), data.rows(), data.features.columns(), data.labels.labels(), seconds);
  if (bundle.text) answer.text += "  text: " + bundle.text->summary() + "\n";
  std::string figures;
  for (const auto& [name, value] : learned.facts) figures += fmt::format("{}{} {:.6g}", figures.empty() ? "  " : "   ", name, value);
  if (!figures.empty()) answer.text += figures + "\n";
  for (const std::string& note : learned.notes) answer.text += "  " + note + "\n";
  if (learned.interrupted) answer.text += "  interrupted: the best model so far was kept\n";
  answer.json = {{"model", request.out}, {"rows", data.rows()},      {"features", data.features.columns()},
                 {"labels", data.labels.labels()}, {"seconds", seconds}, {"facts", facts},
                 {"notes", learned.notes}, {"interrupted", learned.interrupted}};
  if (bundle.text) answer.json["text"] = {{"columns", bundle.text->columns()}, {"settings", as_json(settings_of(bundle.text->settings()))}};
  return answer;
}

}  // namespace tagma
