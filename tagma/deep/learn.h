// The network learners: from a data set to a trained NetworkModel.
#pragma once

#include <tagma/learn/network.h>

namespace tagma::deep {

Learned learn(const NetworkJob& job);

}  // namespace tagma::deep
