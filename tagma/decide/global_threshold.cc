#include <tagma/decide/global_threshold.h>

#include <tagma/decide/cells.h>
#include <tagma/decide/radix.h>
#include <tagma/decide/sweep.h>
#include <tagma/decide/threshold_decider.h>

#include <cstdlib>

namespace tagma {
namespace {

float best_micro(const Scores& scores, const LabelMatrix& truth, double beta_squared, const Run& run) {
  const Column pool = pooled_cells(scores, truth, run);
  Sweep sweep(pool.present, pool.absent, run);
  double best = 0;
  float threshold = scores.cut();
  while (sweep.next()) {
    const double f = f_beta(sweep.present(), sweep.decided(), pool.positives(), beta_squared, 0);
    if (f <= best) continue;
    best = f;
    threshold = sweep.threshold();
  }
  return threshold;
}

float best_cardinality(const Scores& scores, const LabelMatrix& truth, const Run& run) {
  const Column pool = pooled_cells(scores, truth, run);
  Sweep sweep(pool.present, pool.absent, run);
  std::int64_t gap = pool.positives();  // of deciding nothing
  float threshold = scores.cut();
  for (bool first = true; sweep.next(); first = false) {
    if (first) threshold = threshold_above(sweep.score());
    const std::int64_t now = std::abs(sweep.decided() - pool.positives());
    if (now >= gap) continue;
    gap = now;
    threshold = sweep.threshold();
  }
  return threshold;
}

// The mean F-beta of groups (labels or rows) while the threshold comes down. F is kept in units of 2^-36, so that sums
// are exact and do not depend on the order of rows.
class GroupedF {
 public:
  GroupedF(std::size_t groups, double beta_squared, double empty)
      : groups_(groups), beta_squared_(beta_squared), empty_(empty) {}

  void expect(std::size_t group) { ++groups_[group].present; }
  void start() {
    for (Group& group : groups_) settle(group);
  }
  void decide(std::size_t group, bool present) {
    groups_[group].hits += present;
    ++groups_[group].decided;
    if (present || groups_[group].f > 0) settle(groups_[group]);
  }
  std::int64_t sum() const { return sum_; }

 private:
  struct Group {
    std::int64_t hits = 0, decided = 0, present = 0, f = 0;
  };

  void settle(Group& group) {
    const double f = f_beta(group.hits, group.decided, group.present, beta_squared_, empty_);
    const auto units = static_cast<std::int64_t>(f * 0x1p36);
    sum_ += units - group.f;
    group.f = units;
  }

  std::vector<Group> groups_;
  double beta_squared_, empty_;
  std::int64_t sum_ = 0;
};

// Cells packed for sorting: key of the score, group, truth.
std::uint64_t packed(float score, std::uint64_t group, bool present) {
  return std::uint64_t{descending_key(score)} << 32 | group << 1 | static_cast<std::uint64_t>(present);
}

float best_grouped(const Scores& scores, const LabelMatrix& truth, bool by_row, double beta_squared, double empty,
                   const Run& run) {
  GroupedF mean(static_cast<std::size_t>(by_row ? scores.rows : scores.labels), beta_squared, empty);
  const auto group = [&](std::int64_t row, LabelId label) { return static_cast<std::size_t>(by_row ? row : label); };
  std::vector<std::uint64_t> spare,
      sorted = packed_cells<std::uint64_t>(scores, truth, run,
                                           [&](std::int64_t row, LabelId label, float score, bool present) {
                                             return packed(score, group(row, label), present);
                                           });
  for (std::int64_t row = 0; row < scores.rows; ++row)
    for (LabelId label : truth[row].present) mean.expect(group(row, label));
  if (sorted.empty()) return scores.cut();
  radix_sort(sorted, spare, 32, run);
  mean.start();
  const auto score_at = [&](std::size_t i) { return value_of_key(static_cast<std::uint32_t>(sorted[i] >> 32)); };
  std::int64_t best = mean.sum();
  float threshold = best > 0 ? threshold_above(score_at(0)) : scores.cut();
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    mean.decide(static_cast<std::size_t>((sorted[i] & 0xffffffffu) >> 1), (sorted[i] & 1) != 0);
    const bool last = i + 1 == sorted.size();
    if ((!last && sorted[i + 1] >> 32 == sorted[i] >> 32) || mean.sum() <= best) continue;
    best = mean.sum();
    threshold = last ? score_at(i) : threshold_between(score_at(i), score_at(i + 1));
  }
  return threshold;
}

}  // namespace

float GlobalThreshold::threshold(const Scores& scores, const LabelMatrix& truth, const Run& run) const {
  switch (target) {
    case Target::micro_f: return best_micro(scores, truth, beta * beta, run);
    case Target::cardinality: return best_cardinality(scores, truth, run);
    case Target::macro_f:
    case Target::samples_f: break;
  }
  return best_grouped(scores, truth, target == Target::samples_f, beta * beta, zero_division, run);
}

std::unique_ptr<const Decider> GlobalThreshold::fit(const Scores& scores, const LabelMatrix& truth,
                                                    const Run& run) const {
  return threshold_decider(*this, scores, {threshold(scores, truth, run)});
}

std::unique_ptr<const Decider> GlobalThreshold::load(const ModelReader& file) {
  return std::make_unique<ThresholdDecider>(file);
}

}  // namespace tagma
