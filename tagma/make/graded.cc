#include <tagma/make/graded.h>

#include <tagma/base/checked.h>
#include <tagma/make/rows.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tagma {
namespace {

constexpr double mean_of_half_normal = 0.7978845608028654;  // sqrt(2 / pi)

// The fixed parameters and the formulas of the header.
class GradedModel {
 public:
  GradedModel(const Graded& settings, Rng rng)
      : settings_(settings), labels_(static_cast<std::size_t>(settings.labels)), shift_(settings.shift),
        used_(static_cast<std::size_t>(std::clamp<std::int64_t>(
            static_cast<std::int64_t>(settings.informative * settings.features + 0.5), 1, settings.features))),
        linear_(used_ * labels_), bent_(settings.bend > 0 ? used_ * labels_ : 0),
        spread_(settings.heteroscedastic > 0 ? used_ * labels_ : 0) {
    const std::vector<double> common = random_direction(static_cast<std::int64_t>(used_), rng);
    for (std::size_t label = 0; label < labels_; ++label) {
      put(leaning(common, settings.correlation, rng), label, linear_);
      put(random_direction(static_cast<std::int64_t>(used_), rng), label, bent_);
      put(random_direction(static_cast<std::int64_t>(used_), rng), label, spread_);
    }
  }

  std::size_t used() const { return used_; }
  double shift() const { return shift_; }
  void set_shift(double shift) { shift_ = shift; }

  // The mean without the shift, and the factor that heteroscedasticity puts on the deviation; each [labels].
  void look_at(std::span<const float> x, std::vector<double>& base, std::vector<double>& factor) {
    project(linear_, x, base);
    const double scale = 1 / std::sqrt(1 + settings_.bend * settings_.bend), half = std::sqrt(0.5);
    if (!bent_.empty()) {
      project(bent_, x, scratch_);
      for (std::size_t k = 0; k < labels_; ++k)
        base[k] = scale * (base[k] + settings_.bend * half * (scratch_[k] * scratch_[k] - 1));
    }
    factor.assign(labels_, 1);
    if (spread_.empty()) return;
    project(spread_, x, scratch_);
    const double h = settings_.heteroscedastic;
    for (std::size_t k = 0; k < labels_; ++k) factor[k] = (1 + h * std::abs(scratch_[k])) / (1 + h * mean_of_half_normal);
  }

  double deviation(double mean, double factor) const {
    return settings_.deviation * factor * (settings_.noise == SignificanceNoise::multiplicative ? std::abs(mean) : 1);
  }

 private:
  void put(const std::vector<double>& direction, std::size_t label, std::vector<double>& into) const {
    if (into.empty()) return;
    for (std::size_t i = 0; i < used_; ++i) into[i * labels_ + label] = direction[i];
  }
  void project(const std::vector<double>& weights, std::span<const float> x, std::vector<double>& out) const {
    out.assign(labels_, 0);
    for (std::size_t i = 0; i < used_; ++i) {
      const double value = x[i];
      const double* row = &weights[i * labels_];
      for (std::size_t k = 0; k < labels_; ++k) out[k] += row[k] * value;
    }
  }

  const Graded& settings_;
  std::size_t labels_;
  double shift_;
  std::size_t used_;
  std::vector<double> linear_, bent_, spread_;  // [used x labels]
  std::vector<double> scratch_;
};

// The noise that the labels of each group share, drawn anew.
void draw_shared(const Graded& settings, Rng& rng, std::vector<double>& common) {
  common.assign(static_cast<std::size_t>(settings.groups), 0);
  if (settings.shared > 0)
    for (double& noise : common) noise = settings.shared * rng.normal();
}

// A sample of significances without their shift, to find the shift that gives a share of negative rows.
class Calibration {
 public:
  Calibration(const Graded& settings, GradedModel model, Rng rng) : settings_(settings), model_(std::move(model)) {
    constexpr std::int64_t most_cells = 4'000'000;
    rows_ = std::clamp<std::int64_t>(most_cells / settings.labels, 1024, 65536);
    std::vector<float> x(model_.used());
    std::vector<double> base, factor, common;
    for (std::int64_t row = 0; row < rows_; ++row) {
      for (float& value : x) value = static_cast<float>(rng.normal());
      model_.look_at(x, base, factor);
      draw_shared(settings_, rng, common);
      for (std::size_t k = 0; k < base.size(); ++k) cells_.push_back({base[k], factor[k] * rng.normal(), common[k % common.size()]});
    }
  }

  double shift_for(double share) const {
    double low = -100, high = 100;
    for (int i = 0; i < 30; ++i) {
      const double middle = 0.5 * (low + high);
      (negatives_at(middle) > share ? low : high) = middle;
    }
    const double shift = 0.5 * (low + high), met = negatives_at(shift);
    if (std::abs(met - share) > 0.01)
      fail(Code::usage, "graded.negatives: {} cannot be met, the nearest is about {:.2f}; lower the deviations or the number of labels, "
           "or make the noise additive", share, met);
    return shift;
  }

 private:
  struct Cell {
    double base, noise, common;
  };

  double negatives_at(double shift) const {
    std::int64_t negative = 0;
    const auto labels = static_cast<std::size_t>(settings_.labels);
    for (std::size_t first = 0; first < cells_.size(); first += labels)
      negative += std::none_of(cells_.begin() + static_cast<std::ptrdiff_t>(first),
                               cells_.begin() + static_cast<std::ptrdiff_t>(first + labels), [&](const Cell& cell) {
        const double mean = shift + cell.base;
        return mean + model_.deviation(mean, 1) * cell.noise + cell.common > 0;
      });
    return static_cast<double>(negative) / static_cast<double>(rows_);
  }

  const Graded& settings_;
  GradedModel model_;
  std::int64_t rows_ = 0;
  std::vector<Cell> cells_;  // [rows x labels]
};

// The grades of a row's present labels from their significances (> 0).
class Grader {
 public:
  Grader(const Graded& settings, double shift)
      : settings_(settings),
        width_((std::max(shift, 0.0) + 2 * std::sqrt(1 + settings.deviation * settings.deviation + settings.shared * settings.shared)) / std::max(settings.buckets, 1)) {}

  void grade(std::vector<double>& significances, std::vector<float>& grades) {
    if (settings_.buckets > 0)
      for (double& s : significances) s = std::min(std::floor(s / width_) + 1, static_cast<double>(settings_.buckets));
    grades.clear();
    if (settings_.grades == Grades::value) {
      for (double s : significances) grades.push_back(std::max(static_cast<float>(s), std::numeric_limits<float>::min()));
      return;
    }
    levels_ = significances;
    std::sort(levels_.begin(), levels_.end());
    levels_.erase(std::unique(levels_.begin(), levels_.end()), levels_.end());
    for (double s : significances)
      grades.push_back(static_cast<float>(std::lower_bound(levels_.begin(), levels_.end(), s) - levels_.begin() + 1));
  }

 private:
  const Graded& settings_;
  double width_;
  std::vector<double> levels_;
};

void make_part(const Graded& settings, const GradedModel& fixed, std::int64_t rows, Stream which, const Run& run, Dataset& data,
               TruthTable& truth) {
  const auto columns = static_cast<std::size_t>(settings.features), labels = static_cast<std::size_t>(settings.labels);
  DenseArrays features{std::vector<float>(static_cast<std::size_t>(checked_product(rows, settings.features, "feature values")))};
  truth.means.resize(static_cast<std::size_t>(checked_product(rows, settings.labels, "label cells")));
  truth.deviations.resize(truth.means.size());
  const auto draw = [&](Rng& rng, std::int64_t first, std::int64_t last, DrawnLabels& out) {
    GradedModel model = fixed;
    Grader grader(settings, fixed.shift());
    std::vector<double> base, factor, common, significances;
    std::vector<LabelId> present;
    std::vector<float> grades;
    for (auto row = static_cast<std::size_t>(first); row < static_cast<std::size_t>(last); ++row) {
      const std::span<float> x(&features.values[row * columns], columns);
      for (float& value : x) value = static_cast<float>(rng.normal());
      model.look_at(x, base, factor);
      present.clear(), significances.clear();
      draw_shared(settings, rng, common);
      for (std::size_t k = 0; k < labels; ++k) {
        const double mean = fixed.shift() + base[k], deviation = fixed.deviation(mean, factor[k]);
        const double significance = rng.normal(mean, deviation) + common[k % common.size()];
        truth.means[row * labels + k] = static_cast<float>(mean);
        truth.deviations[row * labels + k] = static_cast<float>(std::hypot(deviation, settings.shared));
        if (significance > 0) present.push_back(static_cast<LabelId>(k)), significances.push_back(significance);
      }
      grader.grade(significances, grades);
      out.add(present, grades);
    }
  };
  data.labels = draw_rows(stream(run, which), rows, settings.labels, run, draw);
  data.features = FeatureMatrix(std::move(features), rows, settings.features);
  data.label_names = numbered('l', settings.labels);
  data.feature_names = numbered('x', settings.features);
}

}  // namespace

Generated Graded::make(std::int64_t rows, const Run& run) const {
  const PartRows parts = part_rows(rows, valid, test);
  GradedModel model(*this, stream(run, Stream::parameters));
  if (negatives > 0) model.set_shift(Calibration(*this, model, stream(run, Stream::calibration)).shift_for(negatives));
  Generated made;
  make_part(*this, model, parts.train, Stream::train, run, made.train, made.train_truth);
  make_part(*this, model, parts.valid, Stream::valid, run, made.valid, made.valid_truth);
  make_part(*this, model, parts.test, Stream::test, run, made.test, made.test_truth);
  made.notes.push_back("means, deviations: of the Gaussian significance of each label given the features; a label is present "
                       "where its significance is greater than 0");
  if (negatives > 0) made.notes.push_back(fmt::format("shift {:.6g}, for {} of the rows without labels", model.shift(), negatives));
  return made;
}

}  // namespace tagma
