// An Image as the bytes of a PNG file: 8 bits a channel, grey or colour, no loss.
//
// Errors: Error{usage} for an Image whose shape and pixels do not fit.
#pragma once

#include <tagma/data/images.h>

#include <cstddef>
#include <vector>

namespace tagma {

std::vector<std::byte> png_of(const Image& image);

}  // namespace tagma
