// The CRC-32C checksum (Castagnoli polynomial 0x1EDC6F41, reflected, as in RFC 3720), by the instruction for
// it where the machine has one (SSE4.2), otherwise in plain code, eight table look-ups for eight bytes at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tagma {

// crc32c("123456789") = 0xE3069283. `before` is the checksum of what came before, to go on with it.
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0);

// The same in plain code, for tests.
std::uint32_t crc32c_by_tables(std::span<const std::byte> bytes, std::uint32_t before = 0);

}  // namespace tagma
