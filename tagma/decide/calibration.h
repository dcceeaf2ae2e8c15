// Maps from a model's scores to presence probabilities, one per label: p = sigmoid(slope x + offset), where x is the margin, or
// the log-odds of a probability (place.h). Fitted by a rule such as platt.h, stored in the model file and applied to all it scores.
//
// What is written: probabilities in place of the values; where margins say how significant a label is (they have an order of
// their own), the values stay and the presence probabilities are written beside them. The rows of a shortlist are sorted anew:
// it then holds the same labels, by their probabilities. Probabilities of the order of two labels are sharpened or flattened by
// one factor for all (order_slope.h).
// Shape: slopes (at least 0), offsets [labels].
// Threads: const; the same bytes for any run.threads. Errors: load() throws Error{bad_model}; apply() Error{usage} for scores of
// another number of labels.
#pragma once

#include <tagma/base/run.h>
#include <tagma/base/settings.h>
#include <tagma/data/scores.h>
#include <tagma/store/model_file.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tagma {

// Which of the scores are mapped: presence probabilities where there are some, else the values; and the scale they are on.
std::span<const float> mapped_scores(const Scores& scores);
Scale mapped_scale(const Scores& scores);

class Calibration {
 public:
  Calibration(std::string rule, Settings settings, std::vector<float> slopes, std::vector<float> offsets, std::string summary,
              double order_slope = 1);
  // Null when the file has none.
  static std::unique_ptr<const Calibration> load(const ModelReader& file);
  void save(ModelWriter& file) const;

  const std::string& rule() const { return rule_; }
  const Settings& settings() const { return settings_; }
  const std::string& summary() const { return summary_; }  // one line for people
  LabelId labels() const { return static_cast<LabelId>(slopes_.size()); }
  std::span<const float> slopes() const { return slopes_; }
  std::span<const float> offsets() const { return offsets_; }
  double order_slope() const { return order_slope_; }

  void apply(Scores& scores, const Run& run) const;

 private:
  std::string rule_;
  Settings settings_;
  std::vector<float> slopes_, offsets_;
  std::string summary_;
  double order_slope_;
};

}  // namespace tagma
