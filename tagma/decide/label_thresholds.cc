#include <tagma/decide/label_thresholds.h>

#include <tagma/base/parallel.h>
#include <tagma/decide/cells.h>
#include <tagma/decide/global_threshold.h>
#include <tagma/decide/place.h>
#include <tagma/decide/sweep.h>
#include <tagma/decide/threshold_decider.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

constexpr LabelId labels_per_block = 16;  // one cache line of a row of scores

// The threshold of the best F-beta; `standard` where no cut finds a present cell.
float best_threshold(const Column& column, double beta_squared, float standard) {
  Sweep sweep(column.present, column.absent);
  double best = 0;
  float threshold = standard;
  while (sweep.next()) {
    const double f = f_beta(sweep.present(), sweep.decided(), column.positives(), beta_squared, 0);
    if (f <= best) continue;
    best = f;
    threshold = sweep.threshold();
  }
  return threshold;
}

float drawn(float best, float common, std::int64_t positives, double prior, Scale scale) {
  if (prior == 0 || best == common) return best;
  const auto n = static_cast<double>(positives);
  const auto place = [&](float threshold) { return place_of(static_cast<double>(threshold), scale); };
  const double mean = (n * place(best) + prior * place(common)) / (n + prior);
  return std::isfinite(mean) ? score_at(mean, scale) : common;
}

}  // namespace

std::vector<float> LabelThresholds::thresholds(const Scores& scores, const LabelMatrix& truth, const Run& run) const {
  const GlobalThreshold all{.target = GlobalThreshold::Target::macro_f, .beta = beta};
  const float common = all.threshold(scores, truth, run);
  std::vector<float> thresholds(static_cast<std::size_t>(std::max(scores.labels, 1)), common);
  parallel_for(run, scores.labels, labels_per_block, [&](std::int64_t first, std::int64_t last) {
    const std::vector<Column> columns =
        known_columns(scores, truth, static_cast<LabelId>(first), static_cast<LabelId>(last));
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::int64_t positives = columns[i].positives();
      if (positives == 0 || positives < minimum) continue;
      const float best = best_threshold(columns[i], beta * beta, common);
      thresholds[static_cast<std::size_t>(first) + i] = drawn(best, common, positives, prior, scores.scale);
    }
  });
  return thresholds;
}

std::unique_ptr<const Decider> LabelThresholds::fit(const Scores& scores, const LabelMatrix& truth,
                                                    const Run& run) const {
  return threshold_decider(*this, scores, thresholds(scores, truth, run));
}

std::unique_ptr<const Decider> LabelThresholds::load(const ModelReader& file) {
  return std::make_unique<ThresholdDecider>(file);
}

}  // namespace tagma
