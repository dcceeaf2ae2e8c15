// A set of examples with everything a file may say of them.
//
// Optional per-row parts (texts, images, groups, weights, votes) are empty or have one entry per row. Names are empty
// (labels and features are then called by their number) or complete.
// Errors: check() throws Error{bad_data} naming the part that does not fit.
#pragma once

#include <tagma/data/features.h>
#include <tagma/data/images.h>
#include <tagma/data/labels.h>
#include <tagma/data/taxonomy.h>

#include <optional>
#include <string>
#include <vector>

namespace tagma {

// What several people said of the same rows.
struct Vote {
  std::int32_t by = 0;              // index into Votes::annotators
  std::vector<LabelId> labels;      // ascending
};
struct Votes {
  std::vector<std::string> annotators;
  std::vector<std::vector<Vote>> rows;  // empty, or one list per row
};

struct Dataset {
  FeatureMatrix features;  // [rows x features], or 0 x 0 when the examples are texts or pictures alone
  LabelMatrix labels;      // [rows x labels]
  std::vector<std::string> label_names, feature_names;
  FeatureMatrix label_features;  // what is said of the labels themselves, [labels x features], or 0 x 0
  std::vector<std::string> texts, images, groups;  // images: file names as the data set gives them
  Images pictures;         // what those files show, or pictures that were made; none until somebody asks for them
  std::vector<float> weights;
  Votes votes;
  std::optional<Taxonomy> taxonomy;
  std::int64_t known_rows = 0;  // the first rows, which a model to start from was learned from; not kept by select()

  std::int64_t rows() const { return labels.rows(); }
  bool has_features() const { return features.columns() > 0; }
  std::string label_name(LabelId label) const;
  void check() const;

  // The named rows, in that order; repeats are allowed.
  Dataset select(std::span<const std::int64_t> rows) const;
};

}  // namespace tagma
