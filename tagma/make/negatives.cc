#include <tagma/make/negatives.h>

#include <tagma/base/checked.h>
#include <tagma/base/portable_math.h>
#include <tagma/make/intercept.h>
#include <tagma/make/rows.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr int hidden_states = 4;
constexpr double most_frequent = 0.9;

// The fixed parameters and the formulas of the header.
class NegativesModel {
 public:
  NegativesModel(const Negatives& settings, Rng rng)
      : labels_(static_cast<std::size_t>(settings.labels)), states_(settings.correlation > 0 ? hidden_states : 1),
        used_(std::clamp<std::int64_t>(static_cast<std::int64_t>(settings.informative * settings.features + 0.5), 1, settings.features)),
        slope_(1 / settings.noise), gate_(random_direction(used_, rng)), weights_(static_cast<std::size_t>(used_) * labels_),
        offsets_(labels_ * states_), frequencies_(labels_) {
    const double even[] = {0};
    gate_offset_ = intercept_for(1 - settings.negatives, slope_, even);
    set_frequencies(settings);
    for (std::size_t label = 0; label < labels_; ++label) {
      const std::vector<double> direction = leaning(gate_, settings.correlation, rng);
      for (std::size_t i = 0; i < direction.size(); ++i) weights_[i * labels_ + label] = direction[i];
      std::vector<double> shifts(states_);
      for (double& shift : shifts) shift = 2 * settings.correlation * rng.normal();
      const double offset = intercept_for(frequencies_[label], slope_, shifts);
      for (std::size_t state = 0; state < states_; ++state) offsets_[state * labels_ + label] = offset + shifts[state];
    }
    settle_cardinality(std::min(settings.cardinality, 1 + 0.8 * (settings.labels - 1)), rng);
  }

  struct Scratch {
    std::vector<double> margins, chances, any_from;  // chances, any_from: [states x labels]
    double gate = 0;
  };

  void look_at(std::span<const float> x, Scratch& s) const {
    project(x, s);
    fill_chances(s);
  }

  // The gate and the margins w_k.x.
  void project(std::span<const float> x, Scratch& s) const {
    s.margins.assign(labels_, 0);
    double gate = 0;
    for (std::size_t i = 0; i < gate_.size(); ++i) {
      const double value = x[i];
      const double* weights = &weights_[i * labels_];
      gate += gate_[i] * value;
      for (std::size_t label = 0; label < labels_; ++label) s.margins[label] += weights[label] * value;
    }
    s.gate = portable_logistic(gate_offset_ + slope_ * gate);
  }

  // q_kh, and the chance of at least one label among k, k + 1, ..
  void fill_chances(Scratch& s) const {
    s.chances.resize(labels_ * states_);
    s.any_from.resize(labels_ * states_);
    for (std::size_t state = 0; state < states_; ++state) {
      double any = 0;
      for (std::size_t label = labels_; label-- > 0;) {
        const std::size_t at = state * labels_ + label;
        const double chance = portable_logistic(offsets_[at] + slope_ * s.margins[label]);
        any = chance + (1 - chance) * any;
        s.chances[at] = chance;
        s.any_from[at] = any;
      }
    }
  }

  void posterior(const Scratch& s, std::span<float> out) const {
    for (std::size_t label = 0; label < labels_; ++label) {
      double sum = 0;
      for (std::size_t state = 0; state < states_; ++state)
        if (const double any = s.any_from[state * labels_]; any > 0) sum += s.chances[state * labels_ + label] / any;
      out[label] = static_cast<float>(s.gate * sum / static_cast<double>(states_));
    }
  }

  void draw(const Scratch& s, Rng& rng, std::vector<LabelId>& present) const {
    present.clear();
    if (!rng.chance(s.gate)) return;
    const std::size_t first = rng.below(states_) * labels_;
    for (std::size_t label = 0; label < labels_; ++label) {
      const double chance = s.chances[first + label], any = s.any_from[first + label];
      if (rng.chance(present.empty() && any > 0 ? chance / any : chance)) present.push_back(static_cast<LabelId>(label));
    }
  }

  // The share of all rows that have the label, by the sample that settled the cardinality.
  double frequency(std::size_t label) const { return frequencies_[label]; }

 private:
  void set_frequencies(const Negatives& settings) {
    double sum = 0;
    for (std::size_t label = 0; label < labels_; ++label)
      sum += frequencies_[label] = portable_exp(-settings.skew * portable_log(static_cast<double>(label + 1)));
    for (double& frequency : frequencies_) frequency = std::min(most_frequent, settings.cardinality * frequency / sum);
  }

  // Moves all offsets together until rows with labels have `cardinality` of them on average; notes the frequencies.
  void settle_cardinality(double cardinality, Rng& rng) {
    const std::int64_t rows = std::clamp<std::int64_t>(100'000 / static_cast<std::int64_t>(labels_), 128, 1024);
    std::vector<Scratch> sample(static_cast<std::size_t>(rows));
    std::vector<float> x(gate_.size());
    for (Scratch& s : sample) {
      for (float& value : x) value = static_cast<float>(rng.normal());
      project(x, s);
    }
    const std::vector<double> start = offsets_;
    double low = -30 - 10 * slope_, high = -low;
    for (int i = 0; i < 18 && labels_ > 1; ++i) {
      const double middle = 0.5 * (low + high);
      for (std::size_t at = 0; at < offsets_.size(); ++at) offsets_[at] = start[at] + middle;
      (mean_cardinality(sample) < cardinality ? low : high) = middle;
    }
    mean_cardinality(sample);
  }

  double mean_cardinality(const std::vector<Scratch>& sample) {
    std::vector<float> chances(labels_);
    std::fill(frequencies_.begin(), frequencies_.end(), 0);
    double present = 0, any = 0;
    Scratch work;
    for (const Scratch& row : sample) {
      work.margins = row.margins, work.gate = row.gate;
      fill_chances(work);
      posterior(work, chances);
      any += row.gate;
      for (std::size_t label = 0; label < labels_; ++label) {
        present += chances[label];
        frequencies_[label] += chances[label] / static_cast<double>(sample.size());
      }
    }
    return present / any;
  }

  std::size_t labels_, states_;
  std::int64_t used_;
  double slope_, gate_offset_ = 0;
  std::vector<double> gate_, weights_;  // [used], [used x labels]
  std::vector<double> offsets_;         // [states x labels]
  std::vector<double> frequencies_;     // share of all rows, per label
};

// Puts noise on the labels of one row: wrong ones, then unknown ones.
void disturb(const Negatives& settings, const NegativesModel& model, Rng& rng, std::vector<LabelId>& present, std::vector<LabelId>& unknown) {
  std::vector<LabelId> kept;
  unknown.clear();
  std::size_t next = 0;
  for (LabelId label = 0; label < settings.labels; ++label) {
    const bool was = next < present.size() && present[next] == label;
    next += was;
    const double frequency = model.frequency(static_cast<std::size_t>(label));
    const bool flipped = rng.chance(settings.flip * (was ? 1 : frequency / (1 - frequency)));
    if (rng.chance(settings.missing)) {
      unknown.push_back(label);
    } else if (was != flipped) {
      kept.push_back(label);
    }
  }
  present.swap(kept);
}

void make_part(const Negatives& settings, const NegativesModel& model, std::int64_t rows, Stream which, const Run& run,
               Dataset& data, TruthTable& truth) {
  const auto columns = static_cast<std::size_t>(settings.features), labels = static_cast<std::size_t>(settings.labels);
  const bool noisy = which != Stream::test && (settings.flip > 0 || settings.missing > 0);
  DenseArrays features{std::vector<float>(static_cast<std::size_t>(checked_product(rows, settings.features, "feature values")))};
  truth.posterior.resize(static_cast<std::size_t>(checked_product(rows, settings.labels, "label cells")));
  if (noisy) truth.clean.resize(truth.posterior.size());
  const auto draw = [&](Rng& rng, std::int64_t first, std::int64_t last, DrawnLabels& out) {
    NegativesModel::Scratch scratch;
    std::vector<LabelId> present, unknown;
    for (auto row = static_cast<std::size_t>(first); row < static_cast<std::size_t>(last); ++row) {
      const std::span<float> x(&features.values[row * columns], columns);
      for (float& value : x) value = static_cast<float>(rng.normal());
      model.look_at(x, scratch);
      model.posterior(scratch, {&truth.posterior[row * labels], labels});
      model.draw(scratch, rng, present);
      if (noisy) {
        for (LabelId label : present) truth.clean[row * labels + static_cast<std::size_t>(label)] = 1;
        disturb(settings, model, rng, present, unknown);
      }
      out.add(present, {}, unknown);
    }
  };
  data.labels = draw_rows(stream(run, which), rows, settings.labels, run, draw);
  data.features = FeatureMatrix(std::move(features), rows, settings.features);
  data.label_names = numbered('l', settings.labels);
  data.feature_names = numbered('x', settings.features);
}

}  // namespace

Generated Negatives::make(std::int64_t rows, const Run& run) const {
  const PartRows parts = part_rows(rows, valid, test);
  const NegativesModel model(*this, stream(run, Stream::parameters));
  Generated made;
  make_part(*this, model, parts.train, Stream::train, run, made.train, made.train_truth);
  make_part(*this, model, parts.valid, Stream::valid, run, made.valid, made.valid_truth);
  make_part(*this, model, parts.test, Stream::test, run, made.test, made.test_truth);
  made.notes.push_back("posterior: the true P(label present | features), exact");
  if (flip > 0 || missing > 0)
    made.notes.push_back("labels of train and valid carry the noise asked for; those of test are clean; clean: labels without it");
  return made;
}

}  // namespace tagma
