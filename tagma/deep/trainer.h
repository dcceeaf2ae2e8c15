// The whole training of a network: epochs, steps, looks at held-out data, checkpoints.
//
// The order of the rows in an epoch, what augmentation and dropout do in a step, all follow from the seed and the numbers of
// epoch and step, so that a training that goes on from a checkpoint is the one that was interrupted.
// A loss that stops being a number ends the training: the best network so far is kept and a note says where it happened.
// Errors: Error{bad_data} where there is none; Error{interrupted} when the stop token is raised before the first step.
#pragma once

#include <tagma/deep/checkpoint.h>
#include <tagma/deep/rate.h>
#include <tagma/deep/stepper.h>
#include <tagma/learn/learner.h>

#include <chrono>
#include <optional>

namespace tagma::deep {

class Trainer {
 public:
  struct Parts {
    const Training& settings;
    std::shared_ptr<Net> net;
    const Feeder& feed;
    const Dataset& data;
    const LossFunction& loss;
    Judge& judge;
    const Checkpoint& checkpoint;
  };
  Trainer(const Parts& parts, const Run& run);

  // Leaves the network with its best weights; fills in all of `learned` but the model.
  void train(Learned& learned);

 private:
  bool run_epoch();       // whether it came to its end
  void end_epoch();
  void keep_state();
  std::string note_of(double loss) const;

  Parts parts_;
  const Run& run_;
  Updater updater_;
  Stepper stepper_;
  Copies average_;
  Progressed at_;
  std::int64_t batches_;
  RateSchedule rate_;
  std::string fault_;
  std::optional<double> last_look_;  // none yet since it was begun or went on
  std::chrono::steady_clock::time_point saved_;
  std::chrono::steady_clock::duration saving_{};  // what it took the last time
};

}  // namespace tagma::deep
