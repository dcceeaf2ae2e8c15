// Text made safe for HTML and SVG, in elements and in quoted attributes: & < > " ' are written as entities, control
// characters and bytes that are not UTF-8 as U+FFFD.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tagma {

// The length in bytes (1 to 4) of the UTF-8 character at the start of `text`; 0 when it is none.
std::size_t utf8_length(std::string_view text);

std::string escaped(std::string_view text);

}  // namespace tagma
