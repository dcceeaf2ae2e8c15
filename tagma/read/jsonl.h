// JSON lines: one object per line. The fields: tagma/read/jsonl_rows.h.
//
// Labels and named features are sorted by name (the order in which names turn up would differ from file to file);
// ReadOptions::labels, names separated by commas, fixes the labels and their order instead.
// Written: features as lists when dense, as objects when sparse; labels as a list, or with their grades when any is not
// 1.
// Errors: as tagma/read/read.h says.
#pragma once

#include <tagma/read/format.h>

namespace tagma {

struct Jsonl {
  static constexpr std::string_view name = "jsonl",
                                    says = "one JSON object per line: texts, images, features, labels, votes";
  static constexpr std::array<std::string_view, 2> endings{"jsonl", "ndjson"};
  static constexpr std::array<std::string_view, 4> options{"labels", "impute", "skip-bad-rows", "unlisted-unknown"};
  static Dataset read(const Source& source, const ReadOptions& options, const Run& run);
  static void write(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run);
  static std::vector<std::string> lost(const Dataset& data);
};

}  // namespace tagma
