// Networks as a kind of model. What they are made of lies in deep/, in a module that is opened when a network is read.
// Errors: Error{not_built} where the program was built without LibTorch.
#pragma once

#include <tagma/model/model.h>

#include <memory>
#include <string_view>

namespace tagma {

inline constexpr std::string_view deep_module_name = "tagma_deep.so";
inline constexpr std::string_view deep_module_advice =
    "networks need LibTorch: configure with -DTAGMA_TORCH=ON (Debian package libtorch-dev) and build the program again";

// Functions of the module bear the version of the interface in their names.
using LoadNetwork = void (*)(const ModelReader& file, std::unique_ptr<const Model>& model);
inline constexpr const char* load_network_symbol = "tagma_load_network_1";

struct Network {
  static constexpr std::string_view name = "network";
  static std::unique_ptr<const Model> load(const ModelReader& file);
};

}  // namespace tagma
