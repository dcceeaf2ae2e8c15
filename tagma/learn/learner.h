// A learner: settings only; learn() turns a data set into a model.
//
// held_out (may be null) is for early stopping and progress figures, never for fitting. warm (may be null) is a model of the
// same kind and shape to start from. A raised stop token does not throw: the best model so far is returned with
// `interrupted` set; Error{interrupted} only when there is none yet.
// Errors: Error{usage} for settings and data that do not fit (no features, a solver that the loss does not allow),
// Error{bad_data} when the objective stops being a number (names the loss and the step).
// Ranks: where run.comm joins several, every rank calls learn() with the same data and settings. A learner that uses ranks
// leaves the model, facts and notes at rank 0 and nothing at the others; the rest must be called by one rank without comm.
// Threads: const; results are the same bytes for any run.threads and any number of ranks.
#pragma once

#include <tagma/base/catalog.h>
#include <tagma/base/run.h>
#include <tagma/data/dataset.h>
#include <tagma/drive/loss_function.h>
#include <tagma/learn/memory_plan.h>
#include <tagma/model/model.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tagma {

struct Learned {
  std::unique_ptr<const Model> model;
  bool interrupted = false;
  std::vector<std::pair<std::string, double>> facts;  // "objective", "iterations", .. in the order they are to be shown
  std::vector<std::string> notes;                     // what a user should know ("stopped after 3 rounds without gain")
};

class Learner {
 public:
  virtual ~Learner() = default;
  virtual std::string_view name() const = 0;
  virtual Settings settings() const = 0;
  virtual std::string_view standard_loss() const = 0;               // what is taken where no loss is named
  virtual bool accepts(const LossFunction& loss) const = 0;         // learn() throws Error{usage} for others
  virtual bool sees_pictures() const = 0;                           // looks at pictures, not at numeric features
  virtual bool rows_apart() const = 0;                              // its models score a row alone as in a batch, to the bit
  virtual bool uses_ranks() const = 0;                              // shares the work of learn() among the ranks of a run
  virtual bool wants_label_features() const = 0;                    // Dataset::label_features, as it is set
  // What learn() will hold, and how it keeps to run.memory; a learner that does not says so in the plan.
  virtual MemoryPlan plan(const Dataset& train, const Dataset* held_out, const LossFunction& loss, bool may_move_rows,
                          const Run& run) const = 0;
  virtual Learned learn(const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model* warm,
                        const Run& run) const = 0;
};

std::unique_ptr<Learner> make_learner(std::string_view name, const Settings& settings);
std::vector<Entry> learner_entries();

}  // namespace tagma
