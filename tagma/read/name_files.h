// Names of labels or features in a text file of their own, one per line: STEM.labels.txt and STEM.features.txt beside a
// data file STEM.svm, packed or not.
//
// Errors: Error{bad_data} for an empty name.
#pragma once

#include <tagma/read/source.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

// The file STEM.<part>.txt, also packed, beside `path`; empty when there is none.
std::string names_file(std::string_view path, std::string_view part);

std::vector<std::string> read_names(const Source& source);

// As STEM.<part>.txt beside `path`. Errors: Error{bad_data} for a name with a line end in it.
void write_names(const std::vector<std::string>& names, std::string_view path, std::string_view part);

}  // namespace tagma
