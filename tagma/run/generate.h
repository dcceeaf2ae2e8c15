// tagma generate: synthetic sets with known truth, written as train, valid and test files, with the truth beside them as
// .npy arrays and pictures as OUT/train/000000.png, .. . Same seed, same bytes on any machine (pictures: the same pixels; how
// a PNG packs them is its library's affair).
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
  std::string ending;               // format of the parts; empty: svm, or jsonl where there are pictures
};

Answer generate(const GenerateRequest& request, const Run& run);

}  // namespace tagma
