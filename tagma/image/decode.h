// A picture file as an Image. The kind follows from its first bytes: PNG, JPEG, or PGM and PPM (P2, P3, P5, P6).
//
// Grey pictures have 1 channel, all others 3. PNG of any depth, palette or interlacing becomes 8 bits; transparent parts lie
// on white; gamma and colour profiles are left alone, as most readers of training pictures do. JPEG may be grey, colour or
// CMYK (converted without a profile); an orientation noted by a camera is not applied. PGM and PPM values are scaled to 255.
// Errors: Error{bad_data} naming the picture and what is wrong: an unknown kind, damage, a file that ends early, more than
// most_pixels. Dimensions are looked at before memory is taken; what a library only warns of is accepted.
// Threads: pictures may be decoded side by side.
#pragma once

#include <tagma/data/images.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace tagma {

inline constexpr std::int64_t most_pixels = std::int64_t{1} << 26;  // of one picture

Image decode_image(std::span<const std::byte> bytes, const std::string& name);

}  // namespace tagma
