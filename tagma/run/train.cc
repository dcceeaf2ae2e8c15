#include <tagma/run/train.h>

#include <tagma/base/file.h>
#include <tagma/base/memory.h>
#include <tagma/comm/comm.h>
#include <tagma/data/row_store.h>
#include <tagma/data/stacked.h>
#include <tagma/learn/learner.h>
#include <tagma/read/label_index.h>
#include <tagma/read/matrix.h>
#include <tagma/read/read.h>
#include <tagma/run/bundle.h>
#include <tagma/run/pictures.h>
#include <tagma/run/texts.h>
#include <tagma/run/warm_start.h>
#include <tagma/split/split.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <optional>

namespace tagma {
namespace {

struct Material {
  Dataset train;
  std::optional<Dataset> held_out, known;  // known: rows of the model to start from
  Numbering numbering;  // of labels and numeric features
  std::unique_ptr<const TextFeatures> text;
};

// Brings rows into a numbering and says what was left out. A model that knows texts alone is shown no numeric features.
Dataset numbered(Dataset data, const Numbering& numbering, const Bundle* warm, const std::string& path, const Run& run) {
  if (warm != nullptr && warm->text && numbering.features == 0 && data.has_features()) {
    run.note(path + ": the model was trained on texts alone; the numeric features are left out");
    data.features = {};
    data.feature_names.clear();
  }
  std::vector<std::string> notes;
  data = aligned(std::move(data), numbering, notes);
  for (const std::string& note : notes) run.warn(path + ": " + note);
  return data;
}

Dataset read_held_out(const TrainRequest& request, const Numbering& numbering, const Bundle* warm, const Run& run) {
  Dataset held_out = numbered(read_dataset(request.valid, request.read, run), numbering, warm, request.valid, run);
  open_pictures(held_out, request.valid, request.read, run);
  if (held_out.rows() == 0) fail(Code::bad_data, "{}: there are no rows to hold out", request.valid);
  return held_out;
}

// warm: a model whose numbering is kept, or null.
Material read_material(const TrainRequest& request, const Bundle* warm, const Run& run) {
  Material material;
  Dataset all = read_dataset(request.train, request.read, run);
  open_pictures(all, request.train, request.read, run);
  if (all.rows() == 0) fail(Code::bad_data, "{}: there are no rows to learn from", request.train);
  if (all.labels.labels() == 0)
    fail(Code::bad_data, "{}: there are no labels to learn; say which columns are labels (tagma train --help)", request.train);
  if (!all.has_features() && all.texts.empty() && all.pictures.empty())
    fail(Code::bad_data, "{}: the rows have neither numeric features nor texts nor pictures; every learner needs some", request.train);
  if (warm != nullptr) {
    material.numbering = grown_numbering(*warm, all, request.train);
    all = numbered(std::move(all), material.numbering, warm, request.train, run);
    if (!request.warm_rows.empty()) {
      material.known = numbered(read_dataset(request.warm_rows, request.read, run), material.numbering, warm, request.warm_rows, run);
      if (material.known->rows() == 0) fail(Code::bad_data, "{}: there are no rows", request.warm_rows);
    }
  } else {
    material.numbering = {all.labels.labels(), all.features.columns(), all.label_names, all.feature_names};
  }
  if (!request.valid.empty()) {
    if (leads(run)) material.held_out = read_held_out(request, material.numbering, warm, run);
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
  if (material.known) add_text_features(*material.known, *material.text, request.warm_rows, run);
  add_text_features(material.train, *material.text, request.train, run);
  if (material.held_out) add_text_features(*material.held_out, *material.text, request.valid.empty() ? request.train : request.valid, run);
}

FeatureMatrix read_label_embeddings(const TrainRequest& request, const Dataset& train) {
  const std::string& path = request.label_embeddings;
  if (!request.label_texts.empty()) fail(Code::usage, "--label-embeddings and --label-texts both say what labels are like; give one of them");
  FeatureMatrix read = features_of(read_matrix(path, "labels"));
  if (read.rows() != train.labels.labels() || read.columns() != train.features.columns())
    fail(Code::bad_data, "{}: {} x {} numbers; there are {} labels and {} features", path, read.rows(), read.columns(), train.labels.labels(),
         train.features.columns());
  return read;
}

// Features of what the labels are called, or of the texts that a file says of them, where the learner wants those.
void add_label_features(Material& material, const Learner& learner, const TrainRequest& request, const Run& run) {
  if (!learner.wants_label_features()) {
    if (!request.label_texts.empty()) run.warn(request.label_texts + ": texts of labels are not used by this learner as it is set");
    if (!request.label_embeddings.empty()) run.warn(request.label_embeddings + ": embeddings of labels are not used by this learner as it is set");
    return;
  }
  if (!request.label_embeddings.empty()) {
    material.train.label_features = read_label_embeddings(request, material.train);
    return;
  }
  if (!material.text)
    fail(Code::usage, "{}: the rows are not learned from texts, so that texts of labels have no features; give features of the labels (--label-embeddings FILE.npy), or do without, which learner {} can (--learner.representation positives)",
         request.train, learner.name());
  const std::vector<std::string>& names = material.numbering.label_names;
  if (request.label_texts.empty() && names.empty())
    fail(Code::usage, "{}: the labels have no names to make features of; give their texts (--label-texts FILE)", request.train);
  std::vector<std::string> texts = names;
  if (!request.label_texts.empty()) {
    LabelTexts read = read_label_texts(request.label_texts, material.numbering.labels, names);
    run.note(fmt::format("{}: texts of {} of {} labels; {} lines are about others", request.label_texts, read.known, material.numbering.labels, read.unknown));
    texts = std::move(read.texts);
  }
  material.train.label_features = label_features(texts, *material.text, material.numbering.features, run);
}

// Puts the rows of the model to start from before the new ones.
void add_known_rows(Material& material) {
  if (!material.known) return;
  const std::int64_t known = material.known->rows();
  material.train = stacked(*material.known, material.train);
  material.train.known_rows = known;
  material.known.reset();
}

// Texts are not looked at again once there are features of them.
void drop_texts(Material& material) {
  if (!material.text) return;
  material.train.texts = {};
  if (material.held_out) material.held_out->texts = {};
}

// The run with places beside the model file for working files and for what is finished, unless that is a device or a pipe.
Run with_files(const Run& run, const std::string& out) {
  Run own = run;
  std::error_code fault;
  const auto kind = std::filesystem::status(out, fault).type();
  if (kind != std::filesystem::file_type::not_found && kind != std::filesystem::file_type::regular) return own;
  own.scratch = out;
  own.part = out + ".part";
  return own;
}

// The learner's plan, after the rows were moved into working files where it says so.
MemoryPlan keep_to_memory(const Learner& learner, Material& material, const LossFunction& loss, const Run& run) {
  const Dataset* held_out = material.held_out ? &*material.held_out : nullptr;
  const MemoryPlan plan = learner.plan(material.train, held_out, loss, true, run);
  if (run.memory > 0 && !plan.kept)
    run.warn(fmt::format("learner {} does not plan with --memory; it is ended where it asks for more. Those that do: ovr, tree", learner.name()));
  if (plan.rows_in_file) material.train.features = moved_to_files(material.train.features, run.scratch);
  return plan;
}

void tell_memory(Answer& answer, const MemoryPlan& plan, const Run& run) {
  answer.json["memory"] = nlohmann::ordered_json::object();
  if (run.memory > 0) answer.json["memory"]["limit"] = run.memory;
  if (!plan.kept) return;
  answer.json["memory"]["planned"] = plan.planned;
  answer.json["memory"]["least"] = plan.least;
  answer.json["memory"]["panels"] = plan.threads;
  answer.json["memory"]["in_files"] = {{"rows", plan.rows_in_file}, {"vectors", plan.vectors_in_file}, {"weights", plan.weights_in_file}, {"packed", plan.packed_in_file}, {"duals", plan.duals_in_file}};
  answer.text += fmt::format("  memory: at most {} for learning{}; {}\n", memory_text(plan.planned),
                             run.memory > 0 ? fmt::format(", limit {}", memory_text(run.memory)) : std::string(), plan.summary());
}

nlohmann::ordered_json as_json(const Settings& settings) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (const auto& [key, value] : settings) object[key] = value;
  return object;
}

nlohmann::ordered_json facts_of(const Learned& learned) {
  nlohmann::ordered_json facts = nlohmann::ordered_json::object();
  for (const auto& [name, value] : learned.facts) facts[name] = value;
  return facts;
}

// What there is before learning starts.
struct Start {
  std::unique_ptr<Learner> learner;
  std::unique_ptr<LossFunction> loss;
  Material material;
  std::optional<Bundle> warm;
  bool growing = false;  // from `warm`
  ClassCounts counts;
  MemoryPlan memory;
  std::string why;  // the learner was chosen here
};

constexpr LabelId many_labels = 1000, most_for_ovr = 20000;
constexpr std::string_view picture_learner = "cnn";

// Where no learner is named, and nothing said of it: one for very many labels if the data call for it and it takes the loss.
void choose_learner(Start& start, const TrainRequest& request) {
  const Dataset& data = start.material.train;
  if (!data.pictures.empty() && !data.has_features()) {
    start.learner = make_learner(picture_learner, request.learner_settings);
    start.why = fmt::format("learner {} was taken for pictures; --learner resnet and vit are larger", picture_learner);
    return;
  }
  const LabelId labels = data.labels.labels();
  if (labels <= many_labels || !data.features.sparse()) return;
  if (!request.learner_settings.empty() || start.warm) {
    start.why = fmt::format("learner linear was taken, for the {}; --learner ovr and tree are made for {} labels",
                            start.warm ? "model to start from" : "settings of it that were given", labels);
    return;
  }
  auto learner = make_learner(labels <= most_for_ovr ? "ovr" : "tree", {});
  if (request.loss.empty() && request.loss_settings.empty()) start.loss = make_loss(learner->standard_loss(), {});
  if (!learner->accepts(*start.loss)) {
    start.why = fmt::format("learner linear was chosen: '{}', which {} labels would have, does not take loss {} as it is set",
                            learner->name(), labels, start.loss->name());
    return;
  }
  start.why = fmt::format("learner {} was chosen for {} labels on sparse features; --learner takes another", learner->name(), labels);
  start.learner = std::move(learner);
}

// The learner that is named, or linear; null where the settings are not those of linear, but may be those of the learner of pictures.
std::unique_ptr<Learner> named_learner(const TrainRequest& request) {
  if (!request.learner.empty()) return make_learner(request.learner, request.learner_settings);
  try {
    return make_learner("linear", request.learner_settings);
  } catch (const Error& fault) {
    try {
      make_learner(picture_learner, request.learner_settings);
      return nullptr;
    } catch (const Error&) {
    }
    fail(fault.code(), "{}; without --learner settings are those of linear: name the learner to set those of another", fault.what());
  }
}

Start prepare(const TrainRequest& request, const Run& run) {
  if (!(request.valid_share >= 0 && request.valid_share < 1))
    fail(Code::usage, "--valid-share {} is out of range; allowed: 0 up to, not including, 1", request.valid_share);
  Start start;
  if (!request.warm.empty()) start.warm = load_bundle(request.warm);
  const bool growing = start.growing = start.warm && grows(*start.warm, request.learner);
  if (!request.warm_rows.empty() && !growing)
    fail(Code::usage, "--warm-rows are the rows that the model of --warm-start was learned from, which learners ovr and tree look at");
  if (growing) {
    start.learner = learner_of(*start.warm, request.learner, request.learner_settings);
    start.loss = loss_of(*start.warm, request.loss, request.loss_settings);
    warn_of_rules(*start.warm, request.warm, run);
  } else {
    start.learner = named_learner(request);
    start.loss = make_loss(!request.loss.empty() ? request.loss : start.learner ? start.learner->standard_loss() : "bce", request.loss_settings);
  }
  if (leads(run)) const OutputFile can_be_written(request.out);  // said now, not after hours of learning
  constexpr std::string_view smaller = "allow more memory, or train from X.npz+Y.npz (tagma convert), whose rows are mapped";
  start.material = told("reading " + request.train, smaller, run, [&] { return read_material(request, growing ? &*start.warm : nullptr, run); });
  told("making features of the texts of " + request.train, "allow more memory, or fewer terms (--text.*)", run,
       [&] { add_texts(start.material, request, start.warm, run); });
  add_known_rows(start.material);
  drop_texts(start.material);
  if (start.warm && !growing) warn_of_names(*start.warm, start.material.numbering, request.warm, run);
  if (request.learner.empty() && !growing) choose_learner(start, request);
  if (!start.learner)
    fail(Code::usage, "--learner.* are settings of networks on pictures, and the rows have features; name the learner (--learner mlp)");
  if (!growing) {
    add_label_features(start.material, *start.learner, request, run);
  } else {
    for (const std::string& path : {request.label_texts, request.label_embeddings})
      if (!path.empty()) run.warn(path + ": what is said of labels is not used when going on from a model");
  }
  start.counts = count_classes(start.material.train.labels);
  start.loss->set_counts(start.counts);
  start.memory = keep_to_memory(*start.learner, start.material, *start.loss, run);
  return start;
}

Bundle bundle_of(Start& start, Learned& learned, const Run& run) {
  Bundle bundle;
  bundle.model = std::move(learned.model);
  bundle.numbering = std::move(start.material.numbering);
  bundle.text = std::move(start.material.text);
  bundle.counts = start.counts;
  bundle.training_rows = start.material.train.rows();
  if (start.growing && start.material.train.known_rows == 0) {  // rows that were learned from and are not here
    const ClassCounts& before = start.warm->counts;
    for (std::size_t label = 0; label < before.present.size(); ++label) bundle.counts.present[label] += before.present[label];
    bundle.counts.negative_rows += before.negative_rows;
    bundle.training_rows += start.warm->training_rows;
  }
  bundle.history = {{"learner", {{"name", start.learner->name()}, {"settings", as_json(start.learner->settings())}}},
                    {"loss", {{"name", start.loss->name()}, {"settings", as_json(start.loss->settings())}}},
                    {"seed", run.seed},
                    {"facts", facts_of(learned)}};
  return bundle;
}

Answer answer_of(const TrainRequest& request, const Start& start, const Learned& learned, const Bundle& bundle, double seconds,
                 bool part) {
  const Dataset& data = start.material.train;
  Answer answer;
  answer.interrupted = learned.interrupted;
  answer.text = fmt::format("{}: {} with loss {} on {} rows, {} features, {} labels in {:.2f} s\n", request.out, start.learner->name(),
                            start.loss->name(), data.rows(), data.features.columns(), data.labels.labels(), seconds);
  if (bundle.text) answer.text += "  text: " + bundle.text->summary() + "\n";
  std::string figures;
  for (const auto& [name, value] : learned.facts) figures += fmt::format("{}{} {:.6g}", figures.empty() ? "  " : "   ", name, value);
  if (!figures.empty()) answer.text += figures + "\n";
  if (!start.why.empty()) answer.text += "  " + start.why + "\n";
  for (const std::string& note : learned.notes) answer.text += "  " + note + "\n";
  if (learned.interrupted) answer.text += "  interrupted: the best model so far was kept\n";
  if (learned.interrupted && part) answer.text += "  the same command goes on from " + request.out + ".part\n";
  answer.json = {{"model", request.out}, {"learner", start.learner->name()}, {"loss", start.loss->name()}, {"rows", data.rows()},
                 {"features", data.features.columns()}, {"labels", data.labels.labels()}, {"seconds", seconds}, {"facts", facts_of(learned)},
                 {"notes", learned.notes}, {"interrupted", learned.interrupted}};
  if (!start.why.empty()) answer.json["chosen"] = start.why;
  if (bundle.text) answer.json["text"] = {{"columns", bundle.text->columns()}, {"settings", as_json(settings_of(bundle.text->settings()))}};
  return answer;
}

}  // namespace

std::string standard_loss(std::string_view learner) { return std::string(make_learner(learner, {})->standard_loss()); }

Answer train(const TrainRequest& request, const Run& run) {
  const auto works_alone = [&](const Learner& learner) {
    if (learner.uses_ranks() || !ranks_of(run)) return false;
    if (leads(run))
      run.warn(fmt::format("learner '{}' does not use ranks: one of the {} works, the others wait", learner.name(), ranks_of(run)->size()));
    return true;
  };
  Run job = with_files(run, request.out);
  if (ranks_of(run) && !request.learner.empty()) {
    bool alone = false;
    together(run, [&] { alone = works_alone(*make_learner(request.learner, request.learner_settings)); });
    if (alone && !leads(run)) return {};
    if (alone) job.comm = nullptr;
  }
  Start start;
  together(job, [&] { start = prepare(request, job); });
  if (ranks_of(job) && works_alone(*start.learner)) {
    if (!leads(run)) return {};
    job.comm = nullptr;
  }

  const auto begin = std::chrono::steady_clock::now();
  const std::string doing = fmt::format("learning {} labels with {}", start.material.train.labels.labels(), start.learner->name());
  Learned learned = told(doing, "allow more memory, or use fewer --threads", run, [&] {
    return start.learner->learn(start.material.train, start.material.held_out ? &*start.material.held_out : nullptr, *start.loss,
                                start.warm ? start.warm->model.get() : nullptr, job);
  });
  if (!leads(run)) return {};
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const Bundle bundle = bundle_of(start, learned, run);
  told("writing " + request.out, "allow more memory", run, [&] { save_bundle(bundle, request.out); });
  std::error_code none;
  if (!learned.interrupted && !job.part.empty()) std::filesystem::remove(job.part, none);
  Answer answer = answer_of(request, start, learned, bundle, seconds, file_exists(job.part));
  tell_memory(answer, start.memory, run);
  return answer;
}

}  // namespace tagma
