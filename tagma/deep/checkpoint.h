// The state of a training, in a file of its own (Run::part, `M.tagma.part`), from which the same command goes on with the
// numbers that an uninterrupted run would have had. Written whole, in the form of a model file.
//
// A file of another job (settings, loss, seed, data) is left out and overwritten, which a warning says; so is a damaged one.
// A file that cannot be written is a warning: the training goes on without it.
#pragma once

#include <tagma/deep/copies.h>
#include <tagma/deep/judge.h>
#include <tagma/deep/update.h>

#include <string>

namespace tagma::deep {

// Where a training is: `epoch` epochs are whole, and `step` steps of the next are done.
struct Progressed {
  std::int64_t epoch = 0, step = 0, drops = 0;
  double loss_sum = 0;        // over the steps of the epoch that is under way
  double last_loss = 0;       // mean over the last whole epoch
  bool finished = false;      // there is nothing left to do but to write the model
};

struct TrainingState {
  Net& net;
  Updater& updater;
  Judge& judge;
  Copies& average;  // empty where there is none
  Progressed& progress;
};

class Checkpoint {
 public:
  Checkpoint(std::string path, std::string job) : path_(std::move(path)), job_(std::move(job)) {}
  bool keeps() const { return !path_.empty(); }
  bool restore(const TrainingState& state, const Run& run) const;  // whether there was something to go on from
  void save(const TrainingState& state, const Run& run) const;

 private:
  std::string path_, job_;
};

}  // namespace tagma::deep
