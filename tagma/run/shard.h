// What several ranks share among them when they score: the rows, or the labels, of which each rank touches only the weights of its own.
#pragma once

#include <cstdint>

namespace tagma {

enum class Shard : std::uint8_t { rows, labels };

}  // namespace tagma
