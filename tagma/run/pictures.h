// Pictures that a data set names: opened beside its file, told of, written, and still found when the set moves.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/dataset.h>
#include <tagma/read/options.h>
#include <tagma/run/answer.h>

#include <string>
#include <vector>

namespace tagma {

// Gives a data set that was read from `path` the pictures whose file names it holds; relative names start at the folder of
// `path`. Nothing is opened yet, and nothing happens where the set names no pictures.
void open_pictures(Dataset& data, const std::string& path);

// The same; and where bad rows are to be skipped, every picture is decoded once, and the rows of those that cannot be are left
// out, which a warning says.
void open_pictures(Dataset& data, const std::string& path, const ReadOptions& options, const Run& run);

// File names that lead from the folder of `to` where the old ones led from the folder of `from`.
std::vector<std::string> moved_names(const std::vector<std::string>& names, const std::string& from, const std::string& to);

// Looks at a sample of the pictures: sizes, channels, and those that cannot be read.
void tell_pictures(const Dataset& data, Answer& answer, const Run& run);

// Writes the pictures as FOLDER/NAME/000000.png, .., each whole or not at all; returns their names from FOLDER.
std::vector<std::string> write_pictures(const Images& pictures, const std::string& folder, const std::string& name, const Run& run);

}  // namespace tagma
