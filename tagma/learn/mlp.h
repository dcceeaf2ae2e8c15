// Learner mlp: fully connected layers on numeric features, dense or sparse.
//
// Dense features are centred and divided by their deviation in the training set; sparse ones are taken as they are.
#pragma once

#include <tagma/learn/network.h>

namespace tagma {

struct Mlp : NetworkLearner<Mlp> {
  static constexpr std::string_view name = "mlp", says = "fully connected network on numeric features";
  static constexpr double usual_rate = 0.003;
  static constexpr bool sees_pictures = false;

  std::string widths = "256,256";
  double dropout = 0.1;

  static constexpr auto fields() {
    return std::tuple_cat(std::tuple{Words<Mlp>{"widths", &Mlp::widths, "widths of the hidden layers, e.g. 512,256"},
                                     Field{"dropout", &Mlp::dropout, 0.0, 0.95, "share of hidden values left out while training"}},
                          shared_fields<Mlp>());
  }
};

}  // namespace tagma
