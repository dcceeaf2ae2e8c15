// tagma info: what a data set or a model file is.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/dataset.h>
#include <tagma/read/options.h>
#include <tagma/run/answer.h>

#include <string>

namespace tagma {

// The file's kind is told by its content: a model file by its magic, anything else by name or options.format.
Answer info(const std::string& path, const ReadOptions& options, const Run& run);

// The profile of a data set: sizes, cardinality, density, rows without labels, unknowns, grades, label frequencies.
Answer profile(const Dataset& data, const std::string& title);

}  // namespace tagma
