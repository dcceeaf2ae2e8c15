#include <tagma/learn/network.h>

#include <tagma/base/module.h>
#include <tagma/model/network.h>

namespace tagma {

Learned learn_network(const NetworkJob& job) {
  const auto learn = reinterpret_cast<LearnNetwork>(module_function(deep_module_name, learn_network_symbol, deep_module_advice));
  Learned learned;
  learn(job, learned);
  return learned;
}

bool networks_here() { return !module_path(deep_module_name).empty(); }

}  // namespace tagma
