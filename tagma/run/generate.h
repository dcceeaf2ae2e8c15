// tagma generate: synthetic sets with known truth, written as train, valid and test files, with the truth beside them as
// .npy arrays. Same seed, same bytes on any machine.
#pragma once

#include <tagma/base/run.h>
#include <tagma/base/settings.h>
#include <tagma/run/answer.h>

#include <cstdint>
#include <string>

namespace tagma {

struct GenerateRequest {
  std::string generator, out;       // name in the catalog, folder
  std::int64_t rows = 10000;        // of all parts together
  Settings settings;
  std::string ending = "svm";       // format of the parts
};

Answer generate(const GenerateRequest& request, const Run& run);

}  // namespace tagma
