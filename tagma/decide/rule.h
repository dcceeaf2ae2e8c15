// From scores to label sets. A rule is fitted on held-out scores and leaves a decider, which is stored in the model file.
//
// Threads: const members may be called from many threads; decide() gives the same bytes for any run.threads.
// Errors: Error{usage} unknown rule or setting, scores the rule cannot use (a shortlist, no probabilities);
// Error{bad_model} when load_decider() meets a damaged section.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/base/run.h>
#include <tagma/data/labels.h>
#include <tagma/data/scores.h>
#include <tagma/decide/calibration.h>
#include <tagma/store/model_file.h>

#include <memory>
#include <string>
#include <vector>

namespace tagma {

class Decider {
 public:
  virtual ~Decider() = default;
  virtual std::string_view rule() const = 0;
  virtual std::string summary() const = 0;  // one line for people: "one threshold 0.31 for all 19 labels"
  virtual Decisions decide(const Scores& scores, const Run& run) const = 0;
  virtual void save(ModelWriter& file) const = 0;
};

// What is used without a rule: the cut of the scale (0.5 or the zero point).
std::unique_ptr<const Decider> standard_decider();

// Fits the rule called `name` of the catalog to held-out scores and their truth (unknown cells are left out).
std::unique_ptr<const Decider> fit_rule(std::string_view name, const Settings& settings, const Scores& scores,
                                        const LabelMatrix& truth, const Run& run);

// Whether the rule makes probabilities of scores (a Calibration) instead of deciding; and such a rule, fitted.
bool calibrates(std::string_view name);
std::unique_ptr<const Calibration> fit_calibration(std::string_view name, const Settings& settings, const Scores& scores,
                                                   const LabelMatrix& truth, const Run& run);

// The decider of a model file; null when it has none.
std::unique_ptr<const Decider> load_decider(const ModelReader& file);

std::vector<Entry> rule_entries();  // of both kinds

}  // namespace tagma
