// The decoders behind decode_image(), one per kind of file, and what they share.
//
// Errors: as in decode.h.
#pragma once

#include <tagma/image/decode.h>

namespace tagma {

Image decode_png(std::span<const std::byte> bytes, const std::string& name);
Image decode_jpeg(std::span<const std::byte> bytes, const std::string& name);
Image decode_pnm(std::span<const std::byte> bytes, const std::string& name);

// An Image of these dimensions, or Error{bad_data}. channels 1 or 3.
Image sized_image(std::int64_t height, std::int64_t width, int channels, const std::string& name);

}  // namespace tagma
