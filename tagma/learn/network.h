// What the network learners have in common: they are settings here; the work is done in deep/, in a module that is opened
// when one of them learns, so that a program that does without starts as fast as ever.
//
// Errors: Error{not_built} where the program was built without LibTorch.
#pragma once

#include <tagma/learn/learner.h>
#include <tagma/learn/training.h>

#include <string_view>

namespace tagma {

struct NetworkJob {
  std::string_view learner;  // "mlp", ..
  const Settings& settings;
  const Dataset& train;
  const Dataset* held_out;
  const LossFunction& loss;
  const Model* warm;
  const Run& run;
};

using LearnNetwork = void (*)(const NetworkJob& job, Learned& learned);
inline constexpr const char* learn_network_symbol = "tagma_learn_network_1";

Learned learn_network(const NetworkJob& job);

// Whether networks can be learned and read by this program.
bool networks_here();

template <class Component>
struct NetworkLearner : Training {
  static constexpr std::string_view standard_loss = "bce";
  static constexpr bool uses_ranks = false;
  static constexpr bool rows_apart = false;  // products of matrices round differently for another number of rows
  static bool accepts(const LossFunction&) { return true; }
  Learned learn(const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model* warm, const Run& run) const {
    const auto& self = static_cast<const Component&>(*this);
    return learn_network({Component::name, settings_of(self), train, held_out, loss, warm, run});
  }
};

}  // namespace tagma
