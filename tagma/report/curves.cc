#include <tagma/report/curves.h>

#include <tagma/decide/cells.h>
#include <tagma/decide/sweep.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

PrecisionRecall traced(const Column& column, std::size_t points) {
  PrecisionRecall curve;
  curve.present = column.positives();
  curve.cells = curve.present + static_cast<std::int64_t>(column.absent.size());
  if (curve.present == 0) return curve;
  Sweep sweep(column.present, column.absent);
  const auto all = static_cast<double>(curve.present);
  double drawn = -1, last = 0;
  bool pending = false;
  const auto draw = [&] {
    curve.recall.push_back(static_cast<double>(sweep.present()) / all);
    curve.precision.push_back(static_cast<double>(sweep.present()) / static_cast<double>(sweep.decided()));
    curve.threshold.push_back(static_cast<double>(sweep.score()));
    drawn = curve.recall.back();
    pending = false;
  };
  while (sweep.next()) {
    const double recall = static_cast<double>(sweep.present()) / all;
    curve.average_precision +=
        (recall - last) * static_cast<double>(sweep.present()) / static_cast<double>(sweep.decided());
    pending = pending || recall > last || last == 0;
    if (drawn < 0 || (recall > last && recall - drawn >= 1 / static_cast<double>(points - 2))) draw();
    last = recall;
    if (sweep.present() == static_cast<std::int64_t>(column.present.size())) break;
  }
  if (pending) draw();
  return curve;
}

// The thresholds worth drawing: all of a probability; of a margin, all but its outermost values.
std::pair<double, double> drawn_range(const Column& pool, Scale scale) {
  if (scale == Scale::probability) return {0, 1};
  std::vector<float> values = pool.present;
  values.insert(values.end(), pool.absent.begin(), pool.absent.end());
  const auto at = [&](double share) {
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), place, values.end());
    return std::clamp(static_cast<double>(*place), -1e30, 1e30);
  };
  return {std::min(at(0.01), -0.1), std::max(at(0.9995), 0.1)};
}

}  // namespace

PrecisionRecall precision_recall(const Scores& scores, const LabelMatrix& truth, std::size_t points) {
  return traced(pooled_cells(scores, truth, {}), points);
}

PrecisionRecall precision_recall(const Scores& scores, const LabelMatrix& truth, LabelId label, std::size_t points) {
  return traced(known_columns(scores, truth, label, label + 1).front(), points);
}

ThresholdSweep threshold_sweep(const Scores& scores, const LabelMatrix& truth, std::size_t points) {
  ThresholdSweep curve;
  const Column pool = pooled_cells(scores, truth, {});
  curve.cut = curve.best = static_cast<double>(scores.cut());
  if (pool.present.empty()) return curve;
  const auto [first, last] = drawn_range(pool, scores.scale);
  const std::size_t steps = std::max<std::size_t>(points, 2) - 1;
  curve.threshold.resize(steps + 1);
  curve.f1.assign(steps + 1, 0);
  for (std::size_t i = 0; i <= steps; ++i)
    curve.threshold[i] = first + (last - first) * static_cast<double>(i) / static_cast<double>(steps);
  std::size_t above = steps + 1;  // thresholds of the grid that are settled: [above, end)
  double f1 = 0;
  Sweep sweep(pool.present, pool.absent);
  while (sweep.next()) {
    while (above > 0 && curve.threshold[above - 1] > static_cast<double>(sweep.score())) curve.f1[--above] = f1;
    f1 = f_beta(sweep.present(), sweep.decided(), pool.positives(), 1, 0);
    if (static_cast<double>(sweep.score()) >= curve.cut) curve.f1_at_cut = f1;
    if (f1 > curve.f1_at_best) {
      curve.f1_at_best = f1;
      curve.best = static_cast<double>(sweep.threshold());
    }
  }
  while (above > 0) curve.f1[--above] = f1;
  return curve;
}

Reliability reliability(const Scores& scores, const LabelMatrix& truth, int bins) {
  Reliability result;
  const std::span<const float> chances = scores.probabilities();
  if (chances.empty()) return result;
  std::vector<ReliabilityBin> all(static_cast<std::size_t>(bins));
  std::vector<Truth> row_truth(static_cast<std::size_t>(scores.labels));
  const auto add = [&](LabelId label, double p) {
    const Truth known = row_truth[static_cast<std::size_t>(label)];
    if (known == Truth::unknown) return;
    ReliabilityBin& bin = all[static_cast<std::size_t>(std::clamp(static_cast<int>(p * bins), 0, bins - 1))];
    bin.predicted += p;
    bin.observed += known == Truth::present ? 1 : 0;
    ++bin.count;
  };
  for (std::int64_t row = 0; row < scores.rows; ++row) {
    truth.fill(row, row_truth);
    if (scores.is_shortlist()) {
      const auto start = static_cast<std::size_t>(scores.starts[static_cast<std::size_t>(row)]);
      const ShortRow listed = scores.short_row(row);
      for (std::size_t i = 0; i < listed.ids.size(); ++i) add(listed.ids[i], static_cast<double>(chances[start + i]));
    } else {
      for (LabelId label = 0; label < scores.labels; ++label)
        add(label, static_cast<double>(chances[static_cast<std::size_t>(row * scores.labels + label)]));
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].count == 0) continue;
    ReliabilityBin bin = all[i];
    const auto count = static_cast<double>(bin.count);
    bin.low = static_cast<double>(i) / bins;
    bin.high = static_cast<double>(i + 1) / bins;
    bin.predicted /= count;
    bin.observed /= count;
    result.cells += bin.count;
    result.expected_error += count * std::abs(bin.observed - bin.predicted);
    result.bins.push_back(bin);
  }
  if (result.cells > 0) result.expected_error /= static_cast<double>(result.cells);
  return result;
}

std::vector<LabelFrequency> label_frequencies(const LabelMatrix& truth) {
  const std::vector<std::int64_t> present = truth.present_per_label(), unknown = truth.unknown_per_label();
  std::vector<LabelFrequency> all;
  for (std::size_t label = 0; label < present.size(); ++label)
    all.push_back({static_cast<LabelId>(label), present[label], unknown[label]});
  std::stable_sort(all.begin(), all.end(),
                   [](const LabelFrequency& a, const LabelFrequency& b) { return a.present > b.present; });
  return all;
}

}  // namespace tagma
