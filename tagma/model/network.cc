#include <tagma/model/network.h>

#include <tagma/base/module.h>

namespace tagma {

std::unique_ptr<const Model> Network::load(const ModelReader& file) {
  const auto load = reinterpret_cast<LoadNetwork>(module_function(deep_module_name, load_network_symbol, deep_module_advice));
  std::unique_ptr<const Model> model;
  load(file, model);
  return model;
}

}  // namespace tagma
