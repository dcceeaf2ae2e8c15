#include <tagma/learn/ovr.h>

#include <tagma/learn/label_column.h>
#include <tagma/learn/ovr_growth.h>
#include <tagma/learn/ovr_parts.h>
#include <tagma/learn/panel_crew.h>
#include <tagma/model/ovr.h>

#include <algorithm>
#include <numeric>
#include <optional>

namespace tagma {
namespace {

// Labels with a present row by falling frequency, then the others.
struct Order {
  std::vector<LabelId> labels;
  std::size_t learnable = 0;
};

Order by_frequency(const std::vector<std::int64_t>& present) {
  Order order;
  order.labels.resize(present.size());
  std::iota(order.labels.begin(), order.labels.end(), 0);
  std::stable_sort(order.labels.begin(), order.labels.end(), [&](LabelId a, LabelId b) {
    return present[static_cast<std::size_t>(a)] > present[static_cast<std::size_t>(b)];
  });
  order.learnable = static_cast<std::size_t>(std::count_if(present.begin(), present.end(), [](std::int64_t n) { return n > 0; }));
  return order;
}

class OvrTraining {
 public:
  OvrTraining(const Ovr& options, const PanelOptions& panel, const Dataset& train, const LossFunction& loss, const Run& run)
      : run_(run), present_(train.labels.present_per_label()), order_(by_frequency(present_)),
        costs_(present_costs(options, train, loss)), truth_(train.labels), rows_(train.rows()),
        problem_(train.features, all_rows(train.rows()), train.weights, train.labels.rest(), loss, panel),
        width_(options.panel == PanelWidth::automatic ? problem_.side_by_side() : std::size_t{8} << static_cast<int>(options.panel)),
        panels_((order_.learnable + width_ - 1) / width_) {}

  void work(PanelCrew& crew, ChunkBuilder& chunks) {
    const auto cost = [this](std::size_t panel) { return cost_of(panel); };
    const auto solved = [this](std::size_t panel) { return solve(panel); };
    const auto take = [&](std::size_t, const PanelWeights& panel) {
      chunks.add(panel.width, panel.features, panel.weights, panel.bias);
      totals_.add(panel);
    };
    const auto said = [this](std::size_t done) { report(done); };
    done_ = crew.work({.panels = panels_, .wave = ovr_wave, .cost = cost, .solve = solved, .take = take, .report = said});
  }

  bool nothing() const { return done_ == 0 && panels_ > 0; }
  bool interrupted() const { return done_ < panels_ || (panels_ > 0 && run_.stop.stop_requested()); }
  std::size_t learned() const { return std::min(done_ * width_, order_.learnable); }
  const Order& order() const { return order_; }
  const std::vector<std::int64_t>& present() const { return present_; }
  const PanelTotals& totals() const { return totals_; }

 private:
  // Every panel passes over all rows at first; rows with a present label stay in to the end.
  double cost_of(std::size_t panel) const {
    double present = 0;
    for (std::size_t i = panel * width_; i < std::min(order_.learnable, (panel + 1) * width_); ++i)
      present += static_cast<double>(present_[static_cast<std::size_t>(order_.labels[i])]);
    return static_cast<double>(rows_) + present;
  }

  PanelWeights solve(std::size_t panel) const {
    PanelWeights stopped;
    stopped.stopped = true;
    if (run_.stop.stop_requested()) return stopped;
    std::vector<PanelLane> lanes;
    for (std::size_t i = panel * width_; i < std::min(order_.learnable, (panel + 1) * width_); ++i) {
      const LabelId label = order_.labels[i];
      const double cost = costs_.empty() ? 1.0 : costs_[static_cast<std::size_t>(label)];
      lanes.push_back({truth_.present(label), truth_.exceptions(label), cost, 1});
    }
    return problem_.solve(lanes, Rng(run_.seed).fork(panel), run_.stop);
  }

  void report(std::size_t done) const {
    if (!run_.progress) return;
    const auto panels = static_cast<double>(std::max<std::int64_t>(totals_.panels, 1));
    const std::string note = fmt::format("{:.1f} passes, {} weights", static_cast<double>(totals_.passes) / panels, totals_.weights);
    const std::size_t labels = std::min(done * width_, order_.learnable);
    run_.report({"train", static_cast<double>(labels), static_cast<double>(order_.learnable), note});
  }

  const Run& run_;
  std::vector<std::int64_t> present_;
  Order order_;
  std::vector<double> costs_;
  TruthColumns truth_;
  std::int64_t rows_;
  PanelProblem problem_;
  std::size_t width_, panels_, done_ = 0;
  PanelTotals totals_;
};

}  // namespace

bool Ovr::accepts(const LossFunction& loss) { return panel_solves(loss); }

Learned Ovr::learn(const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model* warm, const Run& run) const {
  if (warm != nullptr) return grow_ovr(*this, train, held_out, loss, *warm, run);
  std::optional<OvrTraining> started;
  std::uint32_t sum = 0;
  Run job = run;
  together(run, [&] {
    sum = begin_panel_learning(name, train, loss, run);
    const MemoryPlan memory = plan(train, held_out, loss, false, run);
    job.threads = memory.threads;
    started.emplace(*this, panel_options(*this, memory, run), train, loss, job);
  });
  OvrTraining& training = *started;
  PanelCrew crew(job, job_words(name, settings_of(*this), loss, run), sum);
  ChunkBuilder chunks(train.features.columns(), precision, unit_rows, run.scratch);
  training.work(crew, chunks);
  together(run, [&] {
    if (training.nothing()) throw Error(Code::interrupted, "interrupted");
  });
  const std::string ranks = crew.summary();
  if (!leads(run)) return {};

  const std::vector<LabelId>& labels = training.order().labels;
  add_constants(chunks, std::span(labels).subspan(training.learned()), training.present(), train.rows(), loss);
  Learned learned;
  learned.interrupted = training.interrupted();
  const std::shared_ptr<const LossFunction> own = make_loss(loss.name(), loss.settings());
  auto model = std::make_unique<const OvrModel>(chunks.finish(), labels, train.labels.labels(), own);
  training.totals().tell(learned, passes);
  const std::size_t learnable = training.order().learnable;
  if (learned.interrupted)
    learned.notes.push_back(fmt::format("the {} most frequent of {} labels were learned", training.learned(), learnable));
  if (learnable < labels.size())
    learned.notes.push_back(fmt::format("{} of {} labels have no present row; they got a constant output", labels.size() - learnable,
                                        labels.size()));
  if (!ranks.empty()) learned.notes.push_back(ranks);
  finish_panel_learning(learned, *model, held_out, *this, loss, run);
  learned.model = std::move(model);
  return learned;
}

}  // namespace tagma
