// Pictures in files, opened and decoded when they are asked for.
//
// Errors: read() throws Error{io} or Error{bad_data} naming the file, or the row where a row has no name.
#pragma once

#include <tagma/data/images.h>

#include <string>
#include <vector>

namespace tagma {

// Relative names start at `folder`.
Images image_files(const std::vector<std::string>& names, const std::string& folder);

}  // namespace tagma
