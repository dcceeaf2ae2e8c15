// Thresholds drawn towards the common one do better on new rows than the exact best of few positives.
#include <tagma/decide/label_thresholds.h>
#include <tests/decide/toys.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

struct Label {
  double prior, separation, error;  // presence, distance of the two normals, error of the reported log-odds
};

toys::Case draw(const std::vector<Label>& labels, std::int64_t rows, Rng& rng) {
  toys::Case out{.scores = {}, .truth = LabelMatrix(static_cast<LabelId>(labels.size()))};
  out.scores.rows = rows;
  out.scores.labels = static_cast<LabelId>(labels.size());
  for (std::int64_t row = 0; row < rows; ++row) {
    std::vector<LabelId> present;
    for (std::size_t j = 0; j < labels.size(); ++j) {
      const auto& [prior, separation, error] = labels[j];
      const bool is = rng.chance(prior);
      if (is) present.push_back(static_cast<LabelId>(j));
      const double x = rng.normal(is ? separation : 0, 1);
      const double odds = separation * x - separation * separation / 2 + std::log(prior / (1 - prior)) + error;
      out.scores.values.push_back(static_cast<float>(1 / (1 + std::exp(-odds))));
    }
    out.truth.add(present);
  }
  return out;
}

// Mean F1 over the rare labels.
double rare_f1(const toys::Case& data, const std::vector<float>& thresholds, const std::vector<std::int64_t>& seen) {
  double sum = 0, rare = 0;
  for (std::size_t j = 0; j < thresholds.size(); ++j) {
    if (seen[j] >= 15) continue;
    double hits = 0, decided = 0, present = 0;
    for (std::int64_t row = 0; row < data.scores.rows; ++row) {
      const bool is = std::ranges::count(data.truth[row].present, static_cast<LabelId>(j)) > 0;
      const bool yes = data.scores.row(row)[j] >= thresholds[j];
      hits += is && yes, decided += yes, present += is;
    }
    sum += decided + present > 0 ? 2 * hits / (decided + present) : 0;
    ++rare;
  }
  return sum / rare;
}

TEST(LabelThresholds, ThePriorHelpsRareLabelsOnNewRows) {
  double plain = 0, drawn = 0;
  constexpr int rounds = 6;
  for (int round = 0; round < rounds; ++round) {
    Rng rng(static_cast<std::uint64_t>(round) + 1);
    std::vector<Label> labels;
    for (int j = 0; j < 40; ++j) labels.push_back({0.2 * std::pow(0.9, j), rng.uniform(1.2, 3), rng.normal(0, 0.5)});
    const toys::Case held_out = draw(labels, 400, rng), fresh = draw(labels, 4000, rng);
    const std::vector<std::int64_t> seen = held_out.truth.present_per_label();
    plain += rare_f1(fresh, LabelThresholds{.prior = 0}.thresholds(held_out.scores, held_out.truth, {}), seen) / rounds;
    drawn += rare_f1(fresh, LabelThresholds{}.thresholds(held_out.scores, held_out.truth, {}), seen) / rounds;
  }
  EXPECT_GT(drawn, plain + 0.01) << "mean F1 of rare labels: " << plain << " without, " << drawn << " with the prior";
}

}  // namespace
}  // namespace tagma
