#include <tagma/measure/measure.h>

#include <tagma/measure/curves.h>
#include <tagma/measure/jobs.h>
#include <tagma/measure/label_counts.h>
#include <tagma/measure/propensity.h>
#include <tagma/measure/resample.h>
#include <tagma/measure/row_pass.h>

#include <tagma/base/parallel.h>

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tagma {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void check(const Judged& judged) {
  if (!judged.truth) fail(Code::usage, "evaluate: the truth is missing");
  const LabelMatrix& truth = *judged.truth;
  if (truth.rows() == 0 || truth.labels() == 0)
    fail(Code::bad_data, "there is nothing to evaluate: {} rows, {} labels", truth.rows(), truth.labels());
  const auto fits = [&](std::string_view what, std::int64_t rows, std::int64_t labels) {
    if (rows != truth.rows() || labels != truth.labels())
      fail(Code::bad_data, "{}: {} rows x {} labels, but the truth has {} x {}", what, rows, labels, truth.rows(), truth.labels());
  };
  if (const Scores* scores = judged.scores) {
    fits("scores", scores->rows, scores->labels);
    const auto values = static_cast<std::int64_t>(scores->values.size());
    if (scores->is_shortlist() ? scores->starts.size() != static_cast<std::size_t>(truth.rows()) + 1 ||
                                     scores->starts.back() != values || scores->ids.size() != scores->values.size()
                               : values != truth.rows() * truth.labels())
      fail(Code::bad_data, "scores: {} values do not fit {} rows x {} labels", values, scores->rows, scores->labels);
  }
  if (judged.decisions) fits("decisions", judged.decisions->rows(), judged.decisions->labels());
  const auto rows = static_cast<std::size_t>(truth.rows());
  if (!judged.row_weights.empty() && judged.row_weights.size() != rows)
    fail(Code::bad_data, "{} row weights for {} rows", judged.row_weights.size(), rows);
  for (std::size_t r = 0; r < judged.row_weights.size(); ++r)
    if (!(judged.row_weights[r] >= 0) || std::isinf(judged.row_weights[r]))
      fail(Code::bad_data, "row {} has weight {}; weights are finite and at least 0", r, judged.row_weights[r]);
  if (!judged.groups.empty() && judged.groups.size() != rows)
    fail(Code::bad_data, "{} groups for {} rows", judged.groups.size(), rows);
  if (!judged.train_present.empty() && judged.train_present.size() != static_cast<std::size_t>(truth.labels()))
    fail(Code::bad_data, "{} training counts for {} labels", judged.train_present.size(), truth.labels());
}

// A mean over labels under one weighting, label by label.
struct LabelMean {
  double sum = 0;
  std::int64_t defined = 0, missing = 0;
  bool whole = true;

  void add(std::optional<double> value, Missing rule) {
    missing += !value;
    if (!value && rule == Missing::whole) whole = false;
    if (!value && rule != Missing::zero) return;
    sum += value.value_or(0);
    ++defined;
  }
  double mean() const { return whole && defined > 0 ? sum / static_cast<double>(defined) : nan; }
};

// What is known of one job so far. value is NaN while, and where, there is none.
struct Found {
  double value = nan;
  std::int64_t support = 0, undefined = 0, zeros = 0;
  std::vector<double> by_label, resampled;
};

class Evaluator {
 public:
  Evaluator(const Judged& judged, const MeasureOptions& options, const Run& run)
      : judged_(judged), options_(options), run_(run), rules_(rules_of(options)) {}

  Evaluation evaluate() {
    result_.rows = judged_.truth->rows();
    result_.labels = judged_.truth->labels();
    choose();
    found_.resize(jobs_.size());
    base_ = {.sets = 1, .rows = result_.rows, .row_weights = judged_.row_weights};
    if (options_.interval) resamples_ = resample(judged_, options_.replicates, run_);
    const bool propensities = std::any_of(jobs_.begin(), jobs_.end(), [](const Job& job) { return job.propensities; });
    const std::vector<double> weights =
        propensities ? inverse_propensities(judged_, options_.propensity_a, options_.propensity_b) : std::vector<double>();
    rows(weights);
    label_ratios();
    label_curves_of();
    micro_curves_of();
    report();
    return std::move(result_);
  }

 private:
  void choose() {
    for (Job& job : jobs_of(options_)) {
      std::string reason = obstacle(job, judged_);
      if (!reason.empty()) {
        result_.left_out.push_back({job.name, std::move(reason)});
        continue;
      }
      if (job.needs == Needs::decisions && !judged_.decisions) {
        if (at_cut_.rows() == 0) at_cut_ = decide_at_cut(*judged_.scores, rules_.above_cut);
        cut_used_ = true;
      }
      jobs_.push_back(std::move(job));
    }
    if (cut_used_) judged_.decisions = &at_cut_;
  }

  template <class Test>
  std::vector<std::size_t> jobs_where(Test test) const {
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < jobs_.size(); ++i)
      if (test(jobs_[i])) which.push_back(i);
    return which;
  }
  template <class F>
  void each_resample(F f) {
    if (options_.interval) parallel_for(run_, resamples_.sets, 1, [&](std::int64_t set, std::int64_t) { f(set); });
  }

  void rows(std::span<const double> inverse_propensity) {
    RowPass pass(judged_, rules_, jobs_, inverse_propensity, options_.interval);
    if (pass.empty()) return;
    const auto parts = jobs_where([](const Job& job) { return job.part != nullptr; });
    const auto tables = jobs_where([](const Job& job) { return job.bins != nullptr; });
    const RowTotals totals = pass.run(run_);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      Found& found = found_[parts[i]];
      found.value = value_of(jobs_[parts[i]], totals.parts[i]);
      found.support = totals.parts[i].support, found.undefined = totals.parts[i].undefined;
    }
    for (std::size_t i = 0; i < tables.size(); ++i) {
      found_[tables[i]].value = totals.bins[i].gap().value_or(nan);
      found_[tables[i]].support = totals.bins[i].support;
    }
    make_room(parts), make_room(tables);
    each_resample([&](std::int64_t set) {
      const RowTotals resampled = pass.weighted(resamples_, set);
      const auto s = static_cast<std::size_t>(set);
      for (std::size_t i = 0; i < parts.size(); ++i)
        found_[parts[i]].resampled[s] = value_of(jobs_[parts[i]], resampled.parts[i]);
      for (std::size_t i = 0; i < tables.size(); ++i)
        found_[tables[i]].resampled[s] = resampled.bins[i].gap().value_or(nan);
    });
  }

  double value_of(const Job& job, const RowPart& part) const {
    if (part.bottom > 0) return part.top / part.bottom;
    return job.one_ratio ? resolve(part.top, part.bottom, part.rest, rules_).value_or(nan) : nan;
  }

  void make_room(std::span<const std::size_t> which) {
    for (const std::size_t i : which)
      found_[i].resampled.assign(options_.interval ? static_cast<std::size_t>(resamples_.sets) : 0, nan);
  }

  void label_ratios() {
    const auto which = jobs_where([](const Job& job) { return job.of_label != nullptr; });
    if (which.empty()) return;
    const LabelCounts counts(judged_);
    const auto means = [&](const std::vector<SetCounts>& of, std::size_t i, std::vector<double>* by_label) {
      LabelMean mean;
      for (LabelId label = 0; label < result_.labels; ++label) {
        std::optional<double> value;
        if (counts.known(label)) {
          const Quotient q = jobs_[i].of_label(of[static_cast<std::size_t>(label)]);
          value = resolve(q.top, q.bottom, q.rest, rules_);
        }
        mean.add(value, Missing::skip);
        if (by_label) by_label->push_back(value.value_or(nan));
      }
      return mean;
    };
    const std::vector<SetCounts> whole = counts.weighted(base_, 0);
    for (const std::size_t i : which) {
      const LabelMean mean = means(whole, i, options_.by_label ? &found_[i].by_label : nullptr);
      found_[i].value = mean.mean(), found_[i].support = mean.defined, found_[i].undefined = mean.missing;
    }
    make_room(which);
    each_resample([&](std::int64_t set) {
      const std::vector<SetCounts> resampled = counts.weighted(resamples_, set);
      for (const std::size_t i : which) found_[i].resampled[static_cast<std::size_t>(set)] = means(resampled, i, nullptr).mean();
    });
  }

  static std::optional<double> reading(const Job& job, const Curve& curve) {
    return job.area ? curve.area() : curve.average_precision();
  }

  void label_curves_of() {
    const auto which = jobs_where([](const Job& job) { return job.curve && job.per_label; });
    if (which.empty()) return;
    const auto rule = [&](std::size_t i) { return jobs_[i].area ? rules_.no_auc : rules_.no_precision; };
    std::vector<LabelMean> means(which.size());
    const auto add = [&](const Curve& curve) {
      for (std::size_t w = 0; w < which.size(); ++w) {
        const std::optional<double> value = reading(jobs_[which[w]], curve);
        means[w].add(value, rule(which[w]));
        if (options_.by_label) found_[which[w]].by_label.push_back(value.value_or(nan));
      }
    };
    if (base_.plain() && !rules_.strict_precision)
      for (const Curve& curve : label_curves(judged_, run_)) add(curve);
    else
      weighted_label_curves(judged_, base_, rules_.strict_precision, run_,
                            [&](LabelId, std::span<const Curve> curves) { add(curves[0]); });
    for (std::size_t w = 0; w < which.size(); ++w) {
      Found& found = found_[which[w]];
      found.value = means[w].mean(), found.support = means[w].defined;
      (rule(which[w]) == Missing::zero ? found.zeros : found.undefined) = means[w].missing;
    }
    if (!options_.interval) return;
    const auto sets = static_cast<std::size_t>(resamples_.sets);
    std::vector<LabelMean> resampled(which.size() * sets);
    weighted_label_curves(judged_, resamples_, rules_.strict_precision, run_, [&](LabelId, std::span<const Curve> curves) {
      for (std::size_t w = 0; w < which.size(); ++w)
        for (std::size_t s = 0; s < sets; ++s) resampled[w * sets + s].add(reading(jobs_[which[w]], curves[s]), rule(which[w]));
    });
    for (std::size_t w = 0; w < which.size(); ++w)
      for (std::size_t s = 0; s < sets; ++s) found_[which[w]].resampled.push_back(resampled[w * sets + s].mean());
  }

  void micro_curves_of() {
    const auto which = jobs_where([](const Job& job) { return job.curve && !job.per_label; });
    if (which.empty()) return;
    const auto value = [&](const Job& job, const Curve& curve) {
      const bool zero = (job.area ? rules_.no_auc : rules_.no_precision) == Missing::zero;
      return reading(job, curve).value_or(zero ? 0 : nan);
    };
    const Curve curve = base_.plain() ? micro_curve(judged_, run_) : weighted_micro_curves(judged_, base_, run_)[0];
    for (const std::size_t i : which) {
      found_[i].value = value(jobs_[i], curve);
      found_[i].support = judged_.truth->present_count();
    }
    if (!options_.interval) return;
    for (const Curve& resampled : weighted_micro_curves(judged_, resamples_, run_))
      for (const std::size_t i : which) found_[i].resampled.push_back(value(jobs_[i], resampled));
  }

  std::string note_of(const Job& job, const Found& found) const {
    std::vector<std::string> notes;
    const bool of_labels = job.of_label || job.per_label;
    if (found.undefined > 0)
      notes.push_back(fmt::format("{} of {} {} are undefined and left out", found.undefined,
                                  of_labels ? result_.labels : result_.rows, of_labels ? "labels" : "rows"));
    if (found.zeros > 0) notes.push_back(fmt::format("{} of {} labels have no value and count 0", found.zeros, result_.labels));
    if (job.needs == Needs::decisions && cut_used_)
      notes.push_back(fmt::format("decided where the score {} {}", rules_.above_cut ? "exceeds" : "is at least", judged_.scores->cut()));
    return fmt::format("{}", fmt::join(notes, "; "));
  }

  std::string why_undefined(const Job& job) const {
    if (job.of_label || job.per_label) {
      if (job.curve && job.area) return "undefined: it needs a present and an absent row in every label that counts";
      return "undefined: no label has a value";
    }
    if (job.curve) return job.area ? "undefined: there is no present or no absent cell" : "undefined: no label is present";
    if (job.needs == Needs::order) return "undefined: no row has two present labels of unequal grade";
    return "undefined: no row has a value";
  }

  void report() {
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      const Job& job = jobs_[i];
      Found& found = found_[i];
      if (std::isnan(found.value)) {
        result_.left_out.push_back({job.name, why_undefined(job)});
        continue;
      }
      Measure measure{.name = job.name, .value = found.value, .better = job.better, .support = found.support,
                      .undefined = found.undefined, .note = note_of(job, found), .by_label = std::move(found.by_label)};
      if (options_.interval) measure.interval = percentile_interval(std::move(found.resampled), options_.level);
      result_.measures.push_back(std::move(measure));
    }
  }

  Judged judged_;
  const MeasureOptions& options_;
  const Run& run_;
  Rules rules_;
  Decisions at_cut_;
  bool cut_used_ = false;
  std::vector<Job> jobs_;
  std::vector<Found> found_;
  WeightSets base_, resamples_;
  Evaluation result_;
};

}  // namespace

Evaluation evaluate(const Judged& judged, const MeasureOptions& options, const Run& run) {
  check(judged);
  return Evaluator(judged, options, run).evaluate();
}

double measure_one(std::string_view name, const Judged& judged, const Run& run) {
  MeasureOptions options;
  options.names = {std::string(name)};
  const Evaluation result = evaluate(judged, options, run);
  if (result.measures.size() + result.left_out.size() != 1) fail(Code::usage, "{}: name one k, as in precision_at_1", name);
  if (result.measures.empty()) fail(Code::bad_data, "{}: {}", name, result.left_out.front().reason);
  return result.measures.front().value;
}

}  // namespace tagma
