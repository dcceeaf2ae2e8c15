#include <tagma/learn/ovr_growth.h>

#include <tagma/learn/growth.h>
#include <tagma/learn/label_column.h>
#include <tagma/learn/ovr_parts.h>
#include <tagma/model/ovr.h>

#include <algorithm>

namespace tagma {
namespace {

// A touched label and its place in the model to start from; chunk -1: it is new.
struct Touched {
  LabelId label;
  std::int64_t chunk = -1;
  std::size_t lane = 0;
};

class OvrGrowth {
 public:
  OvrGrowth(const Ovr& options, const PanelOptions& panel, const OvrModel& start, const Dataset& train, const LossFunction& loss, const Run& run)
      : start_(start), run_(run), known_rows_(train.known_rows), present_(train.labels.present_per_label()), truth_(train.labels),
        costs_(present_costs(options, train, loss)),
        problem_(train.features, all_rows(train.rows()), train.weights, train.labels.rest(), loss, panel) {
    list(touched_labels(train));
    const std::size_t width =
        options.panel == PanelWidth::automatic ? problem_.side_by_side() : std::size_t{8} << static_cast<int>(options.panel);
    for (std::size_t first = 0; first < touched_.size();) {
      const std::size_t end = first < again_ ? again_ : touched_.size();
      firsts_.push_back(first);
      first = std::min(end, first + width);
    }
    firsts_.push_back(touched_.size());
  }

  bool work(PanelCrew& crew, ChunkBuilder& chunks) {
    ChunkCopy copy(start_.chunks(), chunks);
    const auto cost = [this](std::size_t panel) { return static_cast<double>(firsts_[panel + 1] - firsts_[panel]); };
    const auto solved = [this](std::size_t panel) { return solve(panel); };
    const auto take = [&](std::size_t panel, const PanelWeights& weights) {
      totals_.add(weights);
      if (touched_[firsts_[panel]].chunk < 0) {
        copy.finish();
        chunks.add(weights.width, weights.features, weights.weights, weights.bias);
        return;
      }
      std::vector<LaneWeights> lanes = lanes_of(weights);
      for (std::size_t l = 0; l < lanes.size(); ++l) {
        const Touched& at = touched_[firsts_[panel] + l];
        copy.replace(at.chunk, at.lane, std::move(lanes[l]));
      }
    };
    const auto said = [this](std::size_t done) {
      run_.report({"train", static_cast<double>(firsts_[done]), static_cast<double>(touched_.size()), "touched labels"});
    };
    const std::size_t panels = firsts_.size() - 1;
    const std::size_t done = crew.work({.panels = panels, .wave = ovr_wave, .cost = cost, .solve = solved, .take = take, .report = said});
    if (done < panels) return false;
    if (leads(run_)) copy.finish();
    same_ = copy.same();
    return true;
  }

  std::vector<LabelId> label_of_output() const {
    std::vector<LabelId> labels;
    for (std::int64_t output = 0; output < start_.chunks().outputs(); ++output) labels.push_back(start_.label_of(output));
    for (std::size_t i = again_; i < touched_.size(); ++i) labels.push_back(touched_[i].label);
    labels.insert(labels.end(), without_rows_.begin(), without_rows_.end());
    return labels;
  }
  std::span<const LabelId> without_rows() const { return without_rows_; }
  const std::vector<std::int64_t>& present() const { return present_; }
  const PanelTotals& totals() const { return totals_; }
  std::string summary() const {
    return fmt::format("{} labels are new, {} of {} were solved again; {} of {} chunks are those of the model it started from",
                       touched_.size() - again_ + without_rows_.size(), again_, start_.labels(), same_, start_.chunks().chunks());
  }

 private:
  void list(const std::vector<bool>& touched) {
    for (std::int64_t chunk = 0; chunk < start_.chunks().chunks(); ++chunk)
      for (std::int32_t lane = 0; lane < start_.chunks().width(chunk); ++lane)
        if (const LabelId label = start_.label_of(start_.chunks().first_output(chunk) + lane); touched[static_cast<std::size_t>(label)])
          touched_.push_back({label, chunk, static_cast<std::size_t>(lane)});
    again_ = touched_.size();
    for (auto label = start_.labels(); label < static_cast<LabelId>(touched.size()); ++label)
      if (present_[static_cast<std::size_t>(label)] > 0) touched_.push_back({label});
      else without_rows_.push_back(label);
    std::stable_sort(touched_.begin() + static_cast<std::ptrdiff_t>(again_), touched_.end(), [&](const Touched& a, const Touched& b) {
      return present_[static_cast<std::size_t>(a.label)] > present_[static_cast<std::size_t>(b.label)];
    });
  }

  PanelWeights solve(std::size_t panel) const {
    PanelWeights stopped;
    stopped.stopped = true;
    if (run_.stop.stop_requested()) return stopped;
    const auto some = std::span(touched_).subspan(firsts_[panel], firsts_[panel + 1] - firsts_[panel]);
    std::vector<PanelLane> lanes;
    for (const Touched& at : some) {
      const double cost = costs_.empty() ? 1.0 : costs_[static_cast<std::size_t>(at.label)];
      lanes.push_back({truth_.present(at.label), truth_.exceptions(at.label), cost, 1});
    }
    std::vector<LaneWeights> centre;
    if (known_rows_ == 0 && some.front().chunk >= 0) centre = weights_of(some);
    return problem_.solve(lanes, Rng(run_.seed).fork(panel), run_.stop, centre);
  }

  std::vector<LaneWeights> weights_of(std::span<const Touched> some) const {
    std::vector<LaneWeights> weights, chunk;
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (i == 0 || some[i].chunk != some[i - 1].chunk) chunk = lanes_of(start_.chunks(), some[i].chunk);
      weights.push_back(std::move(chunk[some[i].lane]));
    }
    return weights;
  }

  const OvrModel& start_;
  const Run& run_;
  std::int64_t known_rows_;
  std::vector<std::int64_t> present_;
  TruthColumns truth_;
  std::vector<double> costs_;
  PanelProblem problem_;
  std::vector<Touched> touched_;       // first the `again_` labels that the model knows
  std::vector<LabelId> without_rows_;  // new labels that no row has
  std::vector<std::size_t> firsts_;    // of each panel, and the end
  std::size_t again_ = 0;
  std::int64_t same_ = 0;
  PanelTotals totals_;
};

}  // namespace

Learned grow_ovr(const Ovr& options, const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model& warm, const Run& run) {
  const auto check = [&] {
    if (options.present_weights == PresentWeights::propensity && train.known_rows == 0)
      fail(Code::usage, "learner ovr: present_weights propensity needs the rows of the model to start from, too (--warm-rows)");
  };
  const auto model_of = [&](const OvrGrowth& growth, ChunkBuilder& chunks) {
    add_constants(chunks, growth.without_rows(), growth.present(), train.rows(), loss);
    return std::make_unique<const OvrModel>(chunks.finish(), growth.label_of_output(), train.labels.labels(), make_loss(loss.name(), loss.settings()));
  };
  return grow<OvrGrowth, OvrModel>(options, train, held_out, loss, warm, run, check, model_of);
}

}  // namespace tagma
