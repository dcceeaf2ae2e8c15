// Bytes as base64 text (RFC 4648, padded), as data: addresses want them.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace tagma {

std::string base64(std::span<const std::byte> bytes);

}  // namespace tagma
