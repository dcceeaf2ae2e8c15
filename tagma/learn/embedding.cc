#include <tagma/learn/embedding.h>

#include <tagma/learn/early_stop.h>
#include <tagma/learn/embedding_batches.h>
#include <tagma/learn/embedding_steps.h>
#include <tagma/learn/label_graph_builder.h>
#include <tagma/learn/panel_learning.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace tagma {
namespace {

void check(const Embedding& options, const Dataset& train, const Dataset* held_out, const LossFunction& loss) {
  constexpr std::string_view learner = Embedding::name;
  if (!Embedding::accepts(loss))
    fail(Code::usage, "learner {}: loss {}{} is not for it; allowed: {}", learner, loss.name(),
         loss.options().balance != Balance::none ? " with class balance" : "", embedding_losses);
  check_training_rows(learner, train);
  if (held_out && (held_out->labels.labels() != train.labels.labels() || held_out->features.columns() > train.features.columns()))
    fail(Code::usage, "held-out data of {} labels and {} features, training data of {} and {}", held_out->labels.labels(),
         held_out->features.columns(), train.labels.labels(), train.features.columns());
  if (options.wants_label_features() && (train.label_features.rows() != train.labels.labels() || train.label_features.columns() > train.features.columns()))
    fail(Code::usage, "learner {}: representation {} needs something said of every label: {} x {} numbers for {} labels and {} features", learner,
         options.representation == Representation::text ? "text" : "both", train.label_features.rows(), train.label_features.columns(),
         train.labels.labels(), train.features.columns());
}

std::vector<LabelId> present_labels(const std::vector<std::int64_t>& present) {
  std::vector<LabelId> labels;
  for (std::size_t label = 0; label < present.size(); ++label)
    if (present[label] > 0) labels.push_back(static_cast<LabelId>(label));
  return labels;
}

// The best vectors on held-out data so far.
class Best {
 public:
  Best(const Embedding& options, const Dataset* held_out)
      : stop_(options.metric, options.patience), held_out_(held_out && held_out->rows() > 0 ? held_out : nullptr) {}
  bool sees() const { return held_out_ != nullptr; }

  double look(const EmbeddingShape& shape, const std::shared_ptr<std::vector<float>>& vectors, const std::shared_ptr<const LossFunction>& loss, const Run& run) {
    Run quiet = run;
    quiet.stop = {};
    quiet.progress = nullptr;
    const double value = held_out_figure(EmbeddingModel(shape, vectors, loss), *held_out_, *loss, stop_.metric(), quiet);
    if (stop_.best_yet(value)) kept_ = std::make_shared<std::vector<float>>(*vectors);
    return value;
  }
  bool should_stop() const { return sees() && stop_.should_stop(); }
  std::shared_ptr<std::vector<float>> kept() const { return kept_; }  // null where nothing was looked at
  double value() const { return stop_.state().best; }

 private:
  EarlyStop stop_;
  const Dataset* held_out_;
  std::shared_ptr<std::vector<float>> kept_;
};

class EmbeddingTraining {
 public:
  EmbeddingTraining(const Embedding& options, const Dataset& train, const LossFunction& loss, const Run& run)
      : options_(options), train_(train), run_(run), loss_(make_loss(loss.name(), loss.settings())), summed_(summed(loss, train)),
        shape_{train.labels.labels(), train.features.columns(), options.similarity, options.temperature, options.bias},
        vectors_(std::make_shared<std::vector<float>>(static_cast<std::size_t>(shape_.labels * shape_.width()))) {}

  // Every label at its representation; the clusters of those with present rows where they are wanted.
  LabelLeaves start() {
    const TruthColumns truth(train_.labels);
    const std::vector<std::int64_t> present = train_.labels.present_per_label();
    std::vector<LabelId> all(static_cast<std::size_t>(shape_.labels));
    for (std::size_t label = 0; label < all.size(); ++label) all[label] = static_cast<LabelId>(label);
    const bool said = options_.wants_label_features(), clusters = options_.negatives == NegativeLabels::clusters && options_.epochs > 0;
    LabelLeaves leaves;
    const LabelVectors known(train_.features, truth, present_labels(present), run_, {}, options_.representation, train_.label_features);
    if (clusters && known.size() > 0) leaves = cluster_labels(known, halvings(known.size(), options_.cluster), Rng(run_.seed), run_);
    put(known);
    if (shape_.bias)
      for (std::size_t label = 0; label < all.size(); ++label)
        bias(label) = static_cast<float>(options_.temperature * std::log((static_cast<double>(present[label]) + 0.5) / (static_cast<double>(train_.rows()) + 1)));
    if (said) {
      std::vector<LabelId> others;
      for (const LabelId label : all)
        if (present[static_cast<std::size_t>(label)] == 0) others.push_back(label);
      put(LabelVectors(train_.features, truth, std::move(others), run_, {}, options_.representation, train_.label_features));
    }
    return leaves;
  }

  bool start_from(const Model& warm) {
    const auto* model = dynamic_cast<const EmbeddingModel*>(&warm);
    if (!model || model->labels() != shape_.labels || model->features() != shape_.features || model->shape().similarity != shape_.similarity || model->shape().bias != shape_.bias) return false;
    std::copy(model->vectors().begin(), model->vectors().end(), vectors_->begin());
    return true;
  }

  void train(LabelLeaves leaves, const Dataset* held_out, Learned& learned) {
    Best best(options_, held_out);
    if (best.sees()) best.look(shape_, vectors_, loss_, run_);
    EmbeddingSteps steps(train_, *summed_, shape_, *vectors_, run_);
    EmbeddingBatches batches(train_.labels, std::move(leaves), options_.batch);
    const Rng rng(run_.seed + 1);
    std::int64_t epoch = 0, done = 0;
    double objective = 0;
    for (; epoch < options_.epochs && !best.should_stop() && !run_.stop.stop_requested(); ++epoch) {
      batches.begin(epoch, rng);
      double sum = 0;
      std::int64_t seen = 0;
      for (std::int64_t s = 0; s < batches.steps() && !run_.stop.stop_requested(); ++s, ++done) {
        const double share = (static_cast<double>(epoch) + static_cast<double>(s) / static_cast<double>(batches.steps())) / static_cast<double>(options_.epochs);
        sum += steps.step(batches.rows(s), batches.labels(s), options_.rate * (1 - share));
        seen += static_cast<std::int64_t>(batches.rows(s).size());
      }
      objective = sum / static_cast<double>(std::max<std::int64_t>(seen, 1));
      std::string note = fmt::format("objective {:.6g}", objective);
      if (best.sees()) note += fmt::format("  held-out {} {:.4g}", options_.metric, best.look(shape_, vectors_, loss_, run_));
      run_.report({"train", static_cast<double>(epoch + 1), static_cast<double>(options_.epochs), note});
    }
    learned.interrupted = run_.stop.stop_requested();
    if (epoch > 0) learned.facts = {{"objective", objective}, {"epochs", static_cast<double>(epoch)}, {"steps", static_cast<double>(done)}};
    if (best.kept()) {
      vectors_ = best.kept();
      learned.facts.emplace_back("held_out_" + options_.metric, best.value());
    }
    if (best.should_stop() && epoch < options_.epochs)
      learned.notes.push_back(fmt::format("stopped after {} epochs without gain in held-out {}", options_.patience, options_.metric));
  }

  std::unique_ptr<const Model> model(std::shared_ptr<const OwnedGraph> graph) const {
    return std::make_unique<const EmbeddingModel>(shape_, vectors_, loss_, std::move(graph), options_.ef);
  }

  std::vector<LabelId> with_vectors() const {
    std::vector<LabelId> labels;
    for (LabelId label = 0; label < shape_.labels; ++label) {
      const auto from = vectors_->begin() + label * shape_.width();
      if (!std::all_of(from, from + shape_.features, [](float value) { return value == 0; })) labels.push_back(label);
    }
    return labels;
  }

  // Null where none is wanted, or where it is stopped before it is whole.
  std::shared_ptr<const OwnedGraph> graph(std::vector<LabelId> nodes, Learned& learned) const {
    if (options_.search == LabelSearch::exact || nodes.empty()) return nullptr;
    try {
      return std::make_shared<const OwnedGraph>(build_label_graph(*vectors_, shape_.width(), std::move(nodes), {options_.neighbours, options_.ef_construction}, run_));
    } catch (const Error& error) {
      if (error.code() != Code::interrupted) throw;
      learned.interrupted = true;
      learned.notes.emplace_back("the graph of the labels is not there: the best labels are found among all");
      return nullptr;
    }
  }

 private:
  static std::unique_ptr<const LossFunction> summed(const LossFunction& loss, const Dataset& train) {
    Settings settings = loss.settings();
    settings.set("reduction", "sum");
    auto sum = make_loss(loss.name(), settings);
    sum->set_counts(count_classes(train.labels));
    return sum;
  }

  float& bias(std::size_t label) { return (*vectors_)[(label + 1) * static_cast<std::size_t>(shape_.width()) - 1]; }

  void put(const LabelVectors& known) {
    for (std::size_t i = 0; i < known.size(); ++i) {
      float* vector = vectors_->data() + known.label(i) * shape_.width();
      for (std::size_t k = 0; k < known.columns(i).size(); ++k) vector[known.columns(i)[k]] = known.values(i)[k];
    }
  }

  const Embedding& options_;
  const Dataset& train_;
  const Run& run_;
  std::shared_ptr<const LossFunction> loss_;
  std::unique_ptr<const LossFunction> summed_;
  EmbeddingShape shape_;
  std::shared_ptr<std::vector<float>> vectors_;
};

}  // namespace

Learned Embedding::learn(const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model* warm, const Run& run) const {
  check(*this, train, held_out, loss);
  run.check_stop();
  Learned learned;
  EmbeddingTraining training(*this, train, loss, run);
  LabelLeaves leaves = training.start();
  if (warm && !training.start_from(*warm))
    learned.notes.emplace_back("the model to start from was not used: it is not of learner embedding, this shape, this similarity, and with a bias as this one");
  training.train(std::move(leaves), held_out, learned);
  std::vector<LabelId> known = training.with_vectors();
  if (const std::size_t unknown = static_cast<std::size_t>(train.labels.labels()) - known.size(); unknown > 0)
    learned.notes.push_back(fmt::format("{} labels have no present row and nothing said of them: they score by their bias alone", unknown));
  learned.model = training.model(training.graph(std::move(known), learned));
  return learned;
}

}  // namespace tagma
